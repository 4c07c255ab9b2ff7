//! What a channel add-on and the host hand each other: the interface `messaging` of the newest WIT package. `older`: what 0.1 says in
//! texts.

mod older;

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use self::older::{ExternalId, NotSent};
use crate::{clock::Timestamp, ports::FileFacts};

/// What takes the place of a text whose author took it back. What it said is kept as of any other change. Pages say it in the
/// language of who reads.
pub const TAKEN_BACK: &str = "(taken back by its author)";

/// A request to `/hooks/{hook}/…`, already checked as the manifest's `inbound` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundRequest {
    /// Upper case.
    pub method: String,
    /// What follows `/hooks/{hook}`, with its leading slash.
    pub path: String,
    /// Without `?`.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// At most 1 MiB.
    pub body: Bytes,
    /// Nobody has proven who they are: the manifest makes the address public.
    pub public: bool,
}

/// What the channel answers the service, and what its request brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundReply {
    /// HTTP status.
    pub status: u16,
    /// Of the body.
    pub content_type: String,
    /// At most 64 KiB.
    pub body: Vec<u8>,
    /// At most 100.
    pub brought: Vec<Inbound>,
}

/// What a plugin answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Of the body.
    pub content_type: String,
    /// At most 64 KiB.
    pub body: Vec<u8>,
}

/// What a service brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// A message.
    Message(Box<InboundMessage>),
    /// A change of a message that came before.
    Edited(Edit),
    /// The external id of a message that its author took back.
    Deleted(String),
    /// What became of one that was sent.
    Status(Report),
}

/// Somebody who writes or is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The channel's own, unchanging id of the person.
    pub handle: String,
    /// As shown; empty: not known.
    pub name: String,
    /// When the channel knows it.
    pub email: Option<String>,
    /// When the channel knows it.
    pub phone: Option<String>,
}

crate::words! {
    /// Who is behind a message.
    pub enum Origin: "origin of a message" {
        /// A person.
        Person = "person",
        /// An answering machine.
        Automatic = "automatic",
        /// A mailing list, newsletter or the like.
        Bulk = "bulk",
        /// A service that could not deliver.
        Bounce = "bounce",
    }

    /// What became of a message that was sent, each after the ones before it.
    pub enum Progress: "progress of a message" {
        /// It has reached the person's device or mailbox.
        Delivered = "delivered",
        /// The person has seen it.
        Read = "read",
        /// It did not arrive after all.
        Failed = "failed",
    }

    /// To whom a conversation can be begun.
    #[derive(Default)]
    pub enum Reach: "reach of a channel" {
        /// To nobody: only who has written can be answered.
        #[default]
        Nobody = "nobody",
        /// To whoever has an e-mail address.
        Email = "email",
        /// To whoever has a telephone number.
        Phone = "phone",
    }
}

/// Whose messages join the ticket of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// Everybody's: the service itself says what belongs together.
    Everybody,
    /// Those of who is part of it: strangers can make up the ids of a conversation.
    Members,
}

/// A file that came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Of a file that the installation has made.
    pub id: String,
    /// By which the HTML names it, as `cid:…`.
    pub content_id: Option<String>,
}

/// A message from a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The channel's own id: a message that comes again is dropped.
    pub external_id: String,
    /// Of 0.1: it is a change of one that came before, and the message itself where that is not known.
    pub revision: Option<Revision>,
    /// The conversation, by any of its ids, the newest first: the first one that is known says which ticket it belongs to.
    pub threads: Vec<String>,
    /// Whether it joins that ticket, whoever wrote it.
    pub joins: Joins,
    /// Becomes the requester of a new ticket.
    pub sender: Person,
    /// Others who get it as well.
    pub copies: Vec<Person>,
    /// Else the first words of the text.
    pub subject: Option<String>,
    /// Plain text; empty when there is HTML alone.
    pub text: String,
    /// As it came.
    pub html: Option<String>,
    /// At most 20.
    pub attachments: Vec<Attached>,
    /// What the channel cannot carry, in words.
    pub unsupported: Vec<String>,
    /// Who is behind it.
    pub origin: Origin,
    /// The external id of the message that it answers: where no id of the conversation is known, it belongs to the ticket of that one.
    pub answers: Option<String>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub sent_at: Option<u64>,
}

/// Which change of a message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Higher than those before.
    pub number: i64,
    /// The author changed it: somebody should look. Else it changed by itself.
    pub by_author: bool,
}

/// A message that its author or the service changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Of the message as it came first.
    pub external_id: String,
    /// Which change it is.
    pub revision: Revision,
    /// Takes the place of the text.
    pub text: String,
    /// Takes the place of the HTML.
    pub html: Option<String>,
}

/// A report on a message that was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// As the receipt named it.
    pub external_id: String,
    /// What became of it.
    pub progress: Progress,
    /// Why it failed.
    pub reason: Option<String>,
}

/// A mail that came into a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMail {
    /// The key of the mailbox's setting.
    pub mailbox: String,
    /// What is known of the raw mail, which is lent to the call.
    pub raw: FileFacts,
    /// When the mailbox got it.
    pub received: Timestamp,
}

/// A file that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is.
    pub file: FileFacts,
    /// By which the HTML names it, as `cid:…`.
    pub content_id: Option<String>,
}

/// A reply to be sent, or the first message of a conversation that an operator begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundMessage {
    /// The same when a delivery is tried again.
    pub id: String,
    /// The conversation, the newest id first; empty: this message begins one.
    pub threads: Vec<String>,
    /// To whom.
    pub recipient: Person,
    /// Who gets it as well.
    pub copies: Vec<Person>,
    /// Of the ticket.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Made harmless.
    pub html: Option<String>,
    /// In the order in which they were uploaded.
    pub attachments: Vec<Attachment>,
    /// The external id of the last message of the requester.
    pub answers: Option<String>,
    /// Name of the operator or add-on.
    pub author: String,
    /// No person wrote it.
    pub automatic: bool,
    /// 1 at first.
    pub attempt: u32,
}

/// What a channel says became of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The service has it.
    Sent(Receipt),
    /// The service surely does not have it: to be tried again after that many milliseconds.
    Later(u32),
    /// It may have arrived, says the text.
    Unknown(String),
    /// The service will not have it, says the text.
    Refused(String),
}

/// A service has taken a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The service's own id; empty when it gives none.
    pub external_id: String,
    /// More ids by which answers may name the conversation.
    pub threads: Vec<String>,
}

/// An [`Outcome`] that is no failure of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// The service has it.
    Sent(Receipt),
    /// To be tried again after that many milliseconds.
    Later(u32),
    /// Nobody knows.
    Unknown(String),
}

/// What a channel can carry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// With whom an operator can begin a conversation.
    pub starts: Reach,
    /// The longest message in characters; a longer reply goes out in several.
    pub longest_text: u32,
    /// Replies may have HTML.
    pub html: bool,
    /// What replies may carry; `None`: no files.
    pub files: Option<FileBounds>,
    /// Replies may be sent to several people.
    pub copies: bool,
}

impl Facts {
    /// Of channels of 0.1, which carry plain text to who has written.
    #[must_use]
    pub fn of_first() -> Self {
        Self { longest_text: 100_000, ..Self::default() }
    }
}

/// Which files replies may carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBounds {
    /// In one reply.
    pub most: u32,
    /// Bytes of one file.
    pub largest: u64,
    /// Bytes of all files of one reply.
    pub together: u64,
    /// Such as `image/*`; empty: all.
    pub types: Vec<String>,
}

/// Why a channel does not take the files of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuch {
    /// More than so many.
    Files(u32),
    /// One is over so many bytes.
    Largest(u64),
    /// They are over so many bytes together.
    Together(u64),
    /// One is of a type that it does not carry.
    Type,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(most) => write!(f, "the channel takes at most {most} files with a reply"),
            Self::Largest(bytes) => write!(f, "the channel takes files of at most {bytes} bytes"),
            Self::Together(bytes) => write!(f, "the channel takes at most {bytes} bytes of files with a reply"),
            Self::Type => f.write_str("the channel does not take files of this type"),
        }
    }
}

impl FileBounds {
    /// Whether files go along with a reply.
    ///
    /// # Errors
    /// The first bound that they break.
    pub fn check(&self, files: &[Attachment]) -> Result<(), TooMuch> {
        let size = |attachment: &Attachment| attachment.file.size;
        if u32::try_from(files.len()).unwrap_or(u32::MAX) > self.most {
            return Err(TooMuch::Files(self.most));
        }
        if files.iter().any(|file| size(file) > self.largest) {
            return Err(TooMuch::Largest(self.largest));
        }
        if files.iter().map(size).sum::<u64>() > self.together {
            return Err(TooMuch::Together(self.together));
        }
        if files.iter().all(|file| self.carries(&file.file.media_type)) { Ok(()) } else { Err(TooMuch::Type) }
    }

    fn carries(&self, media_type: &str) -> bool {
        let fits = |one: &String| match one.strip_suffix('*') {
            Some(group) => media_type.starts_with(group),
            None => media_type == one,
        };
        self.types.is_empty() || self.types.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(media_type: &str, size: u64) -> Attachment {
        let file = FileFacts { id: "1".into(), name: "a".into(), media_type: media_type.into(), size };
        Attachment { file, content_id: None }
    }

    #[test]
    fn files_of_a_reply_keep_to_what_the_channel_takes() {
        let bounds =
            FileBounds { most: 2, largest: 10, together: 15, types: vec!["image/*".into(), "text/plain".into()] };
        let png = |size| file("image/png", size);
        assert_eq!(bounds.check(&[]), Ok(()));
        assert_eq!(bounds.check(&[png(10), file("text/plain", 5)]), Ok(()));
        assert_eq!(bounds.check(&[png(1), png(1), png(1)]), Err(TooMuch::Files(2)));
        assert_eq!(bounds.check(&[png(11)]), Err(TooMuch::Largest(10)));
        assert_eq!(bounds.check(&[png(8), png(8)]), Err(TooMuch::Together(15)));
        assert_eq!(bounds.check(&[file("text/html", 1)]), Err(TooMuch::Type));
        let all = FileBounds { types: Vec::new(), ..bounds };
        assert_eq!(all.check(&[file("text/html", 1)]), Ok(()));
    }
}
