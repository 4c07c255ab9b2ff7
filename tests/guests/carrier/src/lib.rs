//! A channel of `annex:addon@0.2`, bound by wit-bindgen alone. A mail is `id|threads|handle|text`, with commas between the threads; of
//! the text `a file of nobody` it says that it has a file, which was never made; of `answering 7`, that it answers the message 7. What it
//! sends it notes under `sent`. What it is told to say about a reply, the text of the reply says. Asked for choices, it does with its
//! mailbox what was typed, and offers what came of it. A request is a mail, or says what became of a message: `edit|id|text`, `gone|id`,
//! `delivered|id`, `read|id`. While something is stored under `mute`, it does not say what it carries.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.2", world: "channel" });

use annex::addon::{
    files, kv, mail,
    types::{Error, Fault, InboundRequest, OutboundAnswer},
};
use exports::annex::addon::{
    configuration::{self, Choice, Verdict},
    lifecycle,
    messaging::{
        Attached, Attachment, Edit, Facts, FileBounds, Guest, Inbound, InboundMail, InboundMessage, InboundReply,
        Origin, OutboundMessage, Outcome, Person, Progress, Reach, Receipt, Report,
    },
    schedules,
};

struct Carrier;
export!(Carrier);

fn message(text: &str) -> Result<Inbound, Fault> {
    let mut parts = text.splitn(4, '|');
    let mut next = || parts.next().map(str::to_owned).ok_or_else(|| Fault::Internal("not a message".into()));
    let (external_id, threads, handle, text) = (next()?, next()?, next()?, next()?);
    let answers = text.strip_prefix("answering ").map(str::to_owned);
    let unmade = (text == "a file of nobody").then(|| Attached { id: text.clone(), content_id: None });
    Ok(Inbound::Message(InboundMessage {
        external_id,
        threads: threads.split(',').map(str::to_owned).collect(),
        sender: Person { name: handle.clone(), handle, email: None, phone: None },
        copies: Vec::new(),
        subject: None,
        text,
        html: None,
        attachments: unmade.into_iter().collect(),
        unsupported: Vec::new(),
        origin: Origin::Person,
        answers,
        sent: None,
    }))
}

fn brought(text: &str) -> Result<Inbound, Fault> {
    let (kind, rest) = text.split_once('|').unwrap_or((text, ""));
    let (id, said) = rest.split_once('|').unwrap_or((rest, ""));
    let external_id = id.to_owned();
    let report = |progress| Inbound::Status(Report { external_id: id.to_owned(), progress, reason: None });
    Ok(match kind {
        "edit" => {
            Inbound::Edited(Edit { external_id, revision: 1, by_author: true, text: said.to_owned(), html: None })
        }
        "gone" => Inbound::Deleted(external_id),
        "delivered" => report(Progress::Delivered),
        "read" => report(Progress::Read),
        _ => return message(text),
    })
}

fn read(file: &str) -> Result<String, Fault> {
    let failed = |error: Error| Fault::Internal(format!("{error:?}"));
    files::read(file, 0, 1 << 20).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(failed)
}

/// What came of a command. `command*7` is done as often, and the last answer counts.
fn tried(typed: &str) -> Option<String> {
    let (command, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    let (command, times) = command.split_once('*').unwrap_or((command, "1"));
    (0..times.parse::<u32>().ok()?).fold(None, |_, _| match command {
        "mailboxes" => {
            let addresses = |all: Vec<mail::Mailbox>| all.into_iter().map(|one| one.address).collect::<Vec<_>>();
            Some(format!("{:?}", mail::mailboxes().map(addresses)))
        }
        "send" => {
            let recipients = vec!["ada@example.org".to_owned()];
            let envelope = mail::Envelope { mailbox: "inbox".to_owned(), return_path: None, recipients };
            Some(format!("{:?}", mail::send(&envelope, rest)))
        }
        _ => None,
    })
}

impl Guest for Carrier {
    fn describe() -> Result<Facts, Fault> {
        if kv::get("mute").is_ok_and(|entry| entry.is_some()) {
            return Err(Fault::Internal("it does not say".into()));
        }
        let bounds = FileBounds { most: 2, largest: 1 << 20, together: 1 << 20, types: vec!["text/*".into()] };
        Ok(Facts { starts: Reach::Email, longest_text: 1_000, html: false, files: Some(bounds), copies: true })
    }

    fn receive(request: InboundRequest) -> Result<InboundReply, Fault> {
        let brought = vec![brought(&String::from_utf8_lossy(&request.body))?];
        let answer = OutboundAnswer { status: 200, content_type: "text/plain".into(), body: Vec::new() };
        Ok(InboundReply { answer, brought })
    }

    fn receive_mail(mail: InboundMail) -> Result<Vec<Inbound>, Fault> {
        Ok(vec![message(&read(&mail.raw.id)?)?])
    }

    fn send(message: OutboundMessage) -> Result<Outcome, Fault> {
        match message.text.as_str() {
            "later" => return Ok(Outcome::Later(5_000)),
            "unknown" => return Ok(Outcome::Unknown("the line went dead".into())),
            "refused" => return Ok(Outcome::Refused("not this".into())),
            "fault" => return Err(Fault::Upstream("busy".into())),
            _ => {}
        }
        let copies: Vec<_> = message.copies.iter().map(|copy| copy.handle.as_str()).collect();
        let attached =
            |one: &Attachment| -> Result<String, Fault> { Ok(format!("{}={}", one.file.name, read(&one.file.id)?)) };
        let attached: Vec<String> = message.attachments.iter().map(attached).collect::<Result<_, Fault>>()?;
        let sent = format!(
            "{} to {} in {:?} answering {:?}, copies {copies:?}, files {attached:?}",
            message.text, message.recipient.handle, message.threads, message.answers
        );
        let options = kv::Options { expected: None, expires_in_ms: None };
        kv::set("sent", sent.as_bytes(), options).map_err(|error| Fault::Internal(format!("{error:?}")))?;
        let threads = vec![format!("out-{}", message.id)];
        Ok(Outcome::Sent(Receipt { external_id: message.id, threads }))
    }
}

impl lifecycle::Guest for Carrier {
    fn install() -> Result<(), String> {
        Ok(())
    }

    fn update(_: String) -> Result<(), String> {
        Ok(())
    }

    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl configuration::Guest for Carrier {
    fn check() -> Result<Verdict, Fault> {
        Ok(Verdict::Works(None))
    }

    fn choices(_: String, typed: String) -> Result<Vec<Choice>, Fault> {
        let choice = |answer: String| Choice { value: answer.clone(), label: answer, hint: None };
        Ok(tried(&typed).into_iter().map(choice).collect())
    }
}

impl schedules::Guest for Carrier {
    fn on_schedule(_: schedules::Tick) -> Result<(), String> {
        Ok(())
    }
}
