//! What e-mail and the desk say to each other: the interfaces of `annex:addon@0.2` as far as they are needed here. The limits of what
//! is handed over stand in the WIT package, and whoever makes a value keeps to them.

use crate::head::address;

/// Why something was not done; the text is for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A setting is missing or wrong.
    Config(String),
    /// Nothing was done; a later call may work.
    Upstream(String),
    /// A capability is missing.
    Denied(String),
    /// A defect of the add-on.
    Internal(String),
}

/// Somebody who writes or is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The address in lower case; of a mail without a sender something that stands for it.
    pub(crate) handle: String,
    /// Empty: not known.
    pub(crate) name: String,
    /// None: it is not known how to answer.
    pub(crate) email: Option<String>,
}

impl Person {
    /// Where mails to them go.
    pub(crate) fn address(&self) -> Option<String> {
        address(self.email.as_ref().unwrap_or(&self.handle))
    }
}

/// Who is behind a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Person,
    Automatic,
    Bulk,
    Bounce,
}

/// A file that came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attached {
    pub(crate) id: String,
    /// By which the html names it.
    pub(crate) content_id: Option<String>,
}

/// A message from a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) external_id: String,
    pub(crate) threads: Vec<String>,
    pub(crate) sender: Person,
    pub(crate) copies: Vec<Person>,
    pub(crate) subject: Option<String>,
    pub(crate) text: String,
    pub(crate) html: Option<String>,
    pub(crate) attachments: Vec<Attached>,
    /// Lines on what the desk does not see.
    pub(crate) unsupported: Vec<String>,
    pub(crate) origin: Origin,
    /// The external id of the message that it answers.
    pub(crate) answers: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) sent: Option<u64>,
}

/// What became of a mail of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Delivered,
    Read,
    Failed,
}

/// What a mail is made into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inbound {
    Message(Box<Message>),
    Report { external_id: String, progress: Progress, reason: Option<String> },
}

/// A mailbox whose settings are complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) setting: String,
    pub(crate) address: String,
    pub(crate) name: String,
}

/// A file of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// Bytes.
    pub(crate) size: u64,
    pub(crate) content_id: Option<String>,
}

/// A public reply, or the first message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The same when it is tried again.
    pub(crate) id: String,
    /// The newest id first; empty: it begins a conversation.
    pub(crate) threads: Vec<String>,
    pub(crate) recipient: Person,
    pub(crate) copies: Vec<Person>,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// Made safe by the host.
    pub(crate) html: Option<String>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) answers: Option<String>,
    /// No person wrote it.
    pub(crate) automatic: bool,
}

/// To whom mail servers bring a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The key of the mailbox that sends.
    pub(crate) mailbox: String,
    /// Where bounces go; none: nowhere.
    pub(crate) return_path: Option<String>,
    pub(crate) recipients: Vec<String>,
}

/// What became of a mail that was handed to a server. `Later` counts milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    Later(u32),
    Unknown(String),
    Refused(String),
}

/// What the host does for an add-on.
pub(crate) trait Desk {
    /// Milliseconds since 1970.
    fn now(&self) -> u64;
    /// Of the desk: BCP 47.
    fn locale(&self) -> String;
    /// 32 bytes that nobody can guess.
    fn random(&self) -> Result<[u8; 32], Fault>;
    /// A setting of kind text; none when it is empty.
    fn setting(&self, key: &str) -> Option<String>;
    /// A setting of kind toggle.
    fn is_on(&self, key: &str) -> bool;
    /// A line for operators.
    fn note(&self, line: &str);

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault>;
    /// Keeps a value for so many milliseconds.
    fn keep(&self, key: &str, value: &[u8], expires_in_ms: u64) -> Result<(), Fault>;
    /// Keeps a value for good, unless there is one already.
    fn keep_first(&self, key: &str, value: &[u8]) -> Result<(), Fault>;
    /// Adds one to a counter that ends so many milliseconds after it began.
    fn count(&self, key: &str, expires_in_ms: u64) -> Result<i64, Fault>;

    /// At most 1 MiB of a file.
    fn read(&self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, Fault>;
    /// Begins a file.
    fn create(&self, name: &str) -> Result<String, Fault>;
    /// At most 1 MiB.
    fn append(&self, file: &str, bytes: &[u8]) -> Result<(), Fault>;
    /// Ends a file: its id, or none when the host refuses what is in it.
    fn finish(&self, file: &str) -> Result<Option<String>, Fault>;

    fn mailboxes(&self) -> Result<Vec<Mailbox>, Fault>;
    fn send(&self, envelope: &Envelope, raw: &str) -> Result<Outcome, Fault>;
}
