//! What a channel add-on and the host hand each other: the interface `messaging` of the WIT package.

use bytes::Bytes;

/// A request to `/hooks/{installation}/…`, already checked as the manifest's `inbound` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundRequest {
    /// Upper case.
    pub method: String,
    /// What follows `/hooks/{installation}`, with its leading slash.
    pub path: String,
    /// Without `?`.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// At most 1 MiB.
    pub body: Bytes,
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
