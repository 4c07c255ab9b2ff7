//! The add-on on a host: a channel of the SDK, and `Desk` by what the host offers there.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use annex_sdk::{
    Channel, Error, Result, about,
    channel::{
        self, Facts, FileBounds, InboundMail, InboundMessage, InboundReply, InboundRequest, OutboundMessage, Reach,
        Receipt, Report, SendError,
    },
    configuration::Verdict,
    files, kv, log, mail, settings,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    desk::{Attachment, Desk, Envelope, Fault, Inbound, Mailbox, Message, Origin, Outcome, Person, Progress, Reply},
    provider, receive,
    send::{self, Delivery, LARGEST_FILES},
    source::Source,
};

struct Email;
annex_sdk::export_channel!(Email);

impl Channel for Email {
    fn describe() -> Result<Facts> {
        let bounds = FileBounds { together: LARGEST_FILES, ..FileBounds::of(20, LARGEST_FILES) };
        Ok(Facts { starts: Reach::Email, html: true, files: Some(bounds), copies: true, ..Facts::text(200_000) })
    }

    fn receive(request: &InboundRequest) -> Result<InboundReply> {
        let content_type = request.header("content-type").unwrap_or_default();
        let answer = provider::receive(&Host, &request.method, &request.path, content_type, &request.body)?;
        let reply = InboundReply::status(answer.status).text(answer.text);
        Ok(answer.brought.into_iter().map(brought).fold(reply, InboundReply::bring))
    }

    fn receive_mail(mail: &InboundMail) -> Result<Vec<channel::Inbound>> {
        let source = Source::File { desk: &Host, id: &mail.raw.id, size: mail.raw.size };
        Ok(receive::receive(&Host, &source)?.into_iter().map(brought).collect())
    }

    fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
        match send::send(&Host, &reply(message)).map_err(Error::from)? {
            Delivery::Sent { external_id, threads } => Ok(Receipt { external_id, threads }),
            Delivery::Later(after) => Err(SendError::Later(Duration::from_millis(after.into()))),
            Delivery::Unknown(why) => Err(SendError::Unknown(why)),
            Delivery::Refused(why) => Err(SendError::Refused(why)),
        }
    }

    /// The host has tried both servers when it saved the mailbox; what is left is that it was entered.
    fn check() -> Result<Verdict> {
        let mailbox = Host.mailboxes()?.into_iter().next();
        Ok(match mailbox {
            Some(mailbox) => Verdict::works_as(mailbox.address),
            None => Verdict::wrong("inbox", "Enter the mailbox and its servers."),
        })
    }
}

fn brought(inbound: Inbound) -> channel::Inbound {
    match inbound {
        Inbound::Message(message) => channel::Inbound::Message(inbound_message(*message)),
        Inbound::Report { external_id, progress, reason } => {
            let progress = match progress {
                Progress::Delivered => channel::Progress::Delivered,
                Progress::Read => channel::Progress::Read,
                Progress::Failed => channel::Progress::Failed,
            };
            Report { external_id, progress, reason }.into()
        }
    }
}

fn inbound_message(message: Message) -> InboundMessage {
    let attached = |one: crate::desk::Attached| channel::Attached { id: one.id, content_id: one.content_id };
    InboundMessage {
        external_id: message.external_id,
        threads: message.threads,
        sender: person(message.sender),
        copies: message.copies.into_iter().map(person).collect(),
        subject: message.subject,
        text: message.text,
        html: message.html,
        attachments: message.attachments.into_iter().map(attached).collect(),
        unsupported: message.unsupported,
        origin: match message.origin {
            Origin::Person => channel::Origin::Person,
            Origin::Automatic => channel::Origin::Automatic,
            Origin::Bulk => channel::Origin::Bulk,
            Origin::Bounce => channel::Origin::Bounce,
        },
        answers: message.answers,
        sent: message.sent,
    }
}

fn person(person: Person) -> channel::Person {
    channel::Person { handle: person.handle, name: person.name, email: person.email, phone: None }
}

fn reply(message: &OutboundMessage) -> Reply {
    let message = message.clone();
    let own = |person: channel::Person| Person { handle: person.handle, name: person.name, email: person.email };
    let attachment = |one: channel::Attachment| Attachment {
        id: one.file.id,
        name: one.file.name,
        media_type: one.file.media_type,
        size: one.file.size,
        content_id: one.content_id,
    };
    Reply {
        id: message.id,
        threads: message.threads,
        recipient: own(message.recipient),
        copies: message.copies.into_iter().map(own).collect(),
        subject: message.subject,
        text: message.text,
        html: message.html,
        attachments: message.attachments.into_iter().map(attachment).collect(),
        answers: message.answers,
        automatic: message.automatic,
    }
}

/// What the host does.
struct Host;

impl Desk for Host {
    #[expect(clippy::disallowed_methods, reason = "the clock of a component is the host's")]
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or_default()
    }

    fn locale(&self) -> String {
        about::get().locale
    }

    #[expect(clippy::disallowed_methods, reason = "what is random to a component comes from the host")]
    fn random(&self) -> Result<[u8; 32], Fault> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(bytes)
    }

    fn setting(&self, key: &str) -> Option<String> {
        settings::text(key).filter(|text| !text.trim().is_empty())
    }

    fn is_on(&self, key: &str) -> bool {
        settings::flag(key)
    }

    fn note(&self, line: &str) {
        log::info!("{line}");
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let kept = kv::get::<String>(key)?.map(|kept| BASE64_STANDARD.decode(kept));
        kept.transpose().map_err(|error| Fault::Internal(format!("what is kept under {key} is none of ours: {error}")))
    }

    fn keep(&self, key: &str, value: &[u8], expires_in_ms: u64) -> Result<(), Fault> {
        kv::set_for(key, &BASE64_STANDARD.encode(value), Duration::from_millis(expires_in_ms))?;
        Ok(())
    }

    fn keep_first(&self, key: &str, value: &[u8]) -> Result<(), Fault> {
        match kv::set_if(key, &BASE64_STANDARD.encode(value), kv::Expected::Absent) {
            Ok(_) | Err(kv::Error::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn count(&self, key: &str, expires_in_ms: u64) -> Result<i64, Fault> {
        Ok(kv::add_for(key, 1, Duration::from_millis(expires_in_ms))?)
    }

    fn read(&self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, Fault> {
        Ok(files::read(file, offset, length)?)
    }

    fn create(&self, name: &str) -> Result<String, Fault> {
        Ok(files::create(name)?)
    }

    fn append(&self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        files::append(file, bytes)?;
        Ok(())
    }

    fn finish(&self, file: &str) -> Result<Option<String>, Fault> {
        match files::finish(file) {
            Ok(file) => Ok(Some(file.id)),
            Err(files::Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn mailboxes(&self) -> Result<Vec<Mailbox>, Fault> {
        let own = |one: mail::Mailbox| Mailbox { setting: one.setting, address: one.address, name: one.name };
        Ok(mail::mailboxes()?.into_iter().map(own).collect())
    }

    fn send(&self, envelope: &Envelope, raw: &str) -> Result<Outcome, Fault> {
        let envelope = mail::Envelope {
            mailbox: envelope.mailbox.clone(),
            return_path: envelope.return_path.clone(),
            recipients: envelope.recipients.clone(),
        };
        Ok(match mail::send(&envelope, raw)? {
            mail::Outcome::Sent(_) => Outcome::Sent,
            mail::Outcome::Later(after) => Outcome::Later(after),
            mail::Outcome::Unknown(why) => Outcome::Unknown(why),
            mail::Outcome::Refused(why) => Outcome::Refused(why),
        })
    }
}

impl From<files::Error> for Fault {
    fn from(error: files::Error) -> Self {
        match error {
            files::Error::NotFound => Self::Config("what the host was asked for is not there".into()),
            files::Error::Denied(why) => Self::Denied(why),
            files::Error::Invalid(why) => Self::Internal(why),
            files::Error::TooMuch(why) => Self::Upstream(why),
            files::Error::Unavailable => Self::Upstream("the host's store is not available".into()),
        }
    }
}

impl From<kv::Error> for Fault {
    fn from(error: kv::Error) -> Self {
        match error {
            kv::Error::Denied(why) => Self::Denied(why),
            kv::Error::Conflict(_) => Self::Upstream("another call wrote first".into()),
            kv::Error::Quota(bytes) => Self::Upstream(format!("the quota of {bytes} bytes is used up")),
            kv::Error::Invalid(why) => Self::Internal(why),
            kv::Error::TooMuch(why) => Self::Upstream(why),
            kv::Error::Unavailable => Self::Upstream("the host's store is not available".into()),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Config(text) => Self::NeedsConfig(text),
            Fault::Upstream(text) => Self::Upstream(text),
            Fault::Denied(text) => Self::Denied(text),
            Fault::Internal(text) => Self::Internal(text),
        }
    }
}
