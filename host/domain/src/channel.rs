//! What a channel add-on and the host hand each other: the interface `messaging` of the WIT package.

use bytes::Bytes;

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

/// What the channel answers the service, and the messages it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundReply {
    /// HTTP status.
    pub status: u16,
    /// Of the body.
    pub content_type: String,
    /// At most 64 KiB.
    pub body: Vec<u8>,
    /// At most 100.
    pub messages: Vec<InboundMessage>,
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

/// A message from a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The channel's own id: a message that comes again is dropped.
    pub external_id: String,
    /// Messages of one thread become one ticket.
    pub thread: String,
    /// The channel's own, unchanging id of the person.
    pub handle: String,
    /// As shown.
    pub name: String,
    /// When the channel knows it.
    pub email: Option<String>,
    /// When the channel knows it.
    pub phone: Option<String>,
    /// Else the first words of the body.
    pub subject: Option<String>,
    /// Plain text.
    pub body: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub sent_at: Option<u64>,
}

/// An external id as channels write it: the id of a message, and of which change of it this tells.
///
/// `ID;edit=N` says that the author changed the message `ID`, `ID;update=N` that it changed by itself, such as a position
/// that is shared live. The higher `N` counts, in whatever order they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId<'a> {
    /// The message.
    pub message: &'a str,
    /// Which change of it; `None`: the message itself.
    pub revision: Option<Revision>,
}

/// A change of a message that came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Higher than those before.
    pub number: i64,
    /// The author changed it: somebody should look. Else it changed by itself.
    pub by_author: bool,
}

impl<'a> ExternalId<'a> {
    /// Reads an external id.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        for (mark, by_author) in [(";edit=", true), (";update=", false)] {
            if let Some((message, number)) = text.rsplit_once(mark)
                && let Ok(number @ 1..) = number.parse::<i64>()
                && !message.is_empty()
            {
                return Self { message, revision: Some(Revision { number, by_author }) };
            }
        }
        Self { message: text, revision: None }
    }
}

/// What a channel says of a message that its service surely did not take. WIT 0.1 has no place for it, so it stands at
/// the end of the text of an `upstream` fault: `(not sent)`, or `(not sent; retry after 34 s)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent {
    /// The text before.
    pub text: String,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u32>,
}

impl NotSent {
    /// Reads the text of a fault. `None`: it does not say that the message was not sent.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (before, mark) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let retry_after = match mark.strip_prefix("not sent")? {
            "" => None,
            rest => Some(rest.strip_prefix("; retry after ")?.strip_suffix(" s")?.parse().ok()?),
        };
        Some(Self { text: before.trim_end().to_owned(), retry_after })
    }
}

/// A reply to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundMessage {
    /// The same when a delivery is tried again.
    pub id: String,
    /// The conversation.
    pub thread: String,
    /// The person.
    pub handle: String,
    /// Of the ticket.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Name of the operator.
    pub author: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_a_message_name_it() {
        let read = |text| {
            let id = ExternalId::read(text);
            (id.message, id.revision.map(|it| (it.number, it.by_author)))
        };
        assert_eq!(read("7/5"), ("7/5", None));
        assert_eq!(read("7/5;edit=131"), ("7/5", Some((131, true))));
        assert_eq!(read("a;edit=1;update=2"), ("a;edit=1", Some((2, false))));
        for odd in ["7;edit=", "7;edit=x", "7;edit=0", "7;edit=-1", ";edit=1", "7;edit=99999999999999999999"] {
            assert_eq!(read(odd), (odd, None));
        }
    }

    #[test]
    fn only_the_agreed_words_say_that_nothing_was_sent() {
        let read = |text| NotSent::read(text).map(|it| (it.text, it.retry_after));
        assert_eq!(read("busy (not sent)"), Some(("busy".into(), None)));
        assert_eq!(read("wait (a bit) (not sent; retry after 34 s) "), Some(("wait (a bit)".into(), Some(34))));
        for other in ["", "busy", "not sent", "(not sent) busy", "(not sent; retry after -1 s)", "(not sent; soon)"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
