//! Sends a reply: writes the mail into a file of the host, and hands that to the mailbox's server. Its Message-ID is the same each time a
//! reply is tried again, so that whoever gets it twice sees it once.

use std::io;

use crate::{
    build::{self, Parts},
    desk::{Attachment, Desk, Envelope, Fault, Mailbox, Outcome, Reply},
    head::line,
    loops, said,
    sign::Key,
    texts::Texts,
};

/// Bytes of the files of a reply: encoded, they fit into a mail of 30 MiB with room for the rest.
pub(crate) const LARGEST_FILES: u64 = 21 << 20;
/// Addresses of one mail.
const MOST_RECIPIENTS: usize = 100;
/// Bytes that are read and written at once.
const PIECE: u32 = 1 << 20;

/// What became of a reply. `Later` counts milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    Sent { external_id: String, threads: Vec<String> },
    Later(u32),
    Unknown(String),
    Refused(String),
}

/// Sends a reply.
pub(crate) fn send(desk: &dyn Desk, reply: &Reply) -> Result<Delivery, Fault> {
    let Some(mailbox) = desk.mailboxes()?.into_iter().next() else {
        return Err(Fault::Config("the mailbox is not set up".into()));
    };
    let Some(recipient) = reply.recipient.address() else {
        return Ok(Delivery::Refused(format!("{} has no e-mail address", line(&reply.recipient.name))));
    };
    if reply.attachments.iter().map(|file| file.size).sum::<u64>() > LARGEST_FILES {
        return Ok(Delivery::Refused("the files are too large for a mail".into()));
    }
    if reply.automatic && loops::is_machine(desk, &recipient)? {
        return Ok(Delivery::Refused(format!("{recipient} has answered by a machine, which gets no automatic mail")));
    }
    if reply.automatic && loops::is_over(desk, &recipient)? {
        return Ok(Delivery::Refused(format!("{recipient} has had too many automatic mails within an hour")));
    }
    let mut recipients = vec![recipient];
    for copy in reply.copies.iter().filter_map(|person| person.address()) {
        if !recipients.contains(&copy) && recipients.len() < MOST_RECIPIENTS {
            recipients.push(copy);
        }
    }
    let key = Key::of(desk)?;
    let domain = mailbox.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let message_id = key.message_id(&reply.id, domain);
    let token = key.token(&reply.threads, &reply.id);
    let Some(file) = written(desk, reply, &mailbox, &message_id, &token)? else {
        return Ok(Delivery::Refused("the host refused the mail".into()));
    };
    let return_path = (!reply.automatic).then(|| mailbox.address.clone());
    let envelope = Envelope { mailbox: mailbox.setting, return_path, recipients };
    Ok(match desk.send(&envelope, &file)? {
        Outcome::Sent => {
            let threads = [Some(message_id.clone()), key.thread(&token)].into_iter().flatten().collect();
            Delivery::Sent { external_id: message_id, threads }
        }
        Outcome::Later(after) => Delivery::Later(after.max(1_000)),
        Outcome::Unknown(why) => Delivery::Unknown(why),
        Outcome::Refused(why) => Delivery::Refused(why),
    })
}

/// The mail as a file; none when the host refuses it.
fn written(
    desk: &dyn Desk,
    reply: &Reply,
    mailbox: &Mailbox,
    message_id: &str,
    token: &str,
) -> Result<Option<String>, Fault> {
    let files = reply.attachments.iter().map(|file| content(desk, file)).collect::<Result<Vec<_>, _>>()?;
    let reply_to = if desk.is_on("plus") { with_tag(&mailbox.address, token) } else { None };
    let signature = desk.setting("signature").unwrap_or_default();
    let quoted = quoted(desk, reply)?;
    let parts = Parts {
        mailbox,
        message_id,
        token,
        reply_to: reply_to.as_deref(),
        date: i64::try_from(desk.now() / 1000).unwrap_or_default(),
        signature: signature.trim(),
        quoted: &quoted,
        files,
    };
    let mut out = Out { desk, file: desk.create("mail.eml")?, waiting: Vec::new(), fault: None };
    let ended = build::write(reply, parts, &mut out).and_then(|()| io::Write::flush(&mut out));
    match (ended, out.fault) {
        (Ok(()), _) => desk.finish(&out.file),
        (Err(_), Some(fault)) => Err(fault),
        (Err(error), None) => Err(Fault::Internal(format!("the mail could not be written: {error}"))),
    }
}

fn content(desk: &dyn Desk, file: &Attachment) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
    while (bytes.len() as u64) < file.size {
        let piece = desk.read(&file.id, bytes.len() as u64, PIECE)?;
        if piece.is_empty() {
            break;
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// `help+token@x.example`, in lower case as some servers make it.
fn with_tag(address: &str, token: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    Some(format!("{local}+{}@{domain}", token.to_ascii_lowercase()))
}

/// What the requester said last, where the desk wants it quoted and it is still kept.
fn quoted(desk: &dyn Desk, reply: &Reply) -> Result<String, Fault> {
    let Some(answers) = reply.answers.as_ref().filter(|_| desk.is_on("quote")) else { return Ok(String::new()) };
    let Some(said) = said::of(desk, answers)? else { return Ok(String::new()) };
    if said.trim().is_empty() {
        return Ok(String::new());
    }
    let name = if reply.recipient.name.is_empty() { &reply.recipient.handle } else { &reply.recipient.name };
    let heading = Texts::of(&desk.locale()).with("wrote", &[("name", &line(name))]);
    let lines = said.trim().lines().map(|line| format!("> {line}"));
    Ok(std::iter::once(heading).chain(lines).collect::<Vec<_>>().join("\n"))
}

/// Writes into a file of the host.
struct Out<'a> {
    desk: &'a dyn Desk,
    file: String,
    waiting: Vec<u8>,
    /// Why the host did not take it: `io::Error` has no place for it.
    fault: Option<Fault>,
}

impl io::Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = (PIECE as usize).saturating_sub(self.waiting.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.waiting.extend_from_slice(taken);
        if self.waiting.len() >= PIECE as usize {
            self.flush()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let appended = self.desk.append(&self.file, &self.waiting);
        self.waiting.clear();
        appended.map_err(|fault| {
            self.fault = Some(fault);
            io::Error::other("the host did not take it")
        })
    }
}
