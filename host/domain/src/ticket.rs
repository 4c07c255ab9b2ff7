//! Tickets and their messages.

use serde::Serialize;

use crate::{
    clock::Timestamp,
    ids::{ContactId, InstallationId, MessageId, OperatorId, TicketId},
};

crate::words! {
    /// Where a ticket stands.
    pub enum TicketStatus: "status of a ticket" {
        /// Waits for an operator.
        Open = "open",
        /// Waits for the requester.
        Pending = "pending",
        /// Answered; a new message opens it again.
        Solved = "solved",
        /// Done; a new message makes a new ticket.
        Closed = "closed",
    }

    /// How soon.
    pub enum Priority: "priority" {
        /// Some day.
        Low = "low",
        /// The default.
        Normal = "normal",
        /// Soon.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }

    /// Whether an outbound message left through its channel.
    pub enum Delivery: "state of a delivery" {
        /// Not to be sent: inbound, internal, or a ticket without a channel.
        None = "none",
        /// Waits to be sent, or to be tried again.
        Pending = "pending",
        /// The channel has it.
        Sent = "sent",
        /// Given up; the message says why.
        Failed = "failed",
        /// It may have left or not: nobody knows, and it is not sent again by itself.
        Unclear = "unclear",
    }
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Counts up from 1 in each desk; what people say.
    pub number: i64,
    /// One line.
    pub subject: String,
    /// Where it stands.
    pub status: TicketStatus,
    /// How soon.
    pub priority: Priority,
    /// The person who wrote it.
    pub requester: ContactId,
    /// Who takes care of it.
    pub assignee: Option<OperatorId>,
    /// Lower-case words.
    pub tags: Vec<String>,
    /// The channel that it came through, when one did.
    pub channel: Option<ChannelThread>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The conversation in a channel that a ticket belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelThread {
    /// The channel add-on.
    pub installation: InstallationId,
    /// The channel's own id of the conversation.
    pub thread: String,
    /// The channel's own id of the person.
    pub handle: String,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Author {
    /// The requester.
    Requester(ContactId),
    /// An operator.
    Operator(OperatorId),
    /// An add-on.
    Addon(InstallationId),
}

/// A message of a ticket: a public reply or an internal note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The ticket.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: Author,
    /// True for a note that the requester never sees.
    pub internal: bool,
    /// Plain text.
    pub body: String,
    /// Whether it left through its channel.
    pub delivery: Delivery,
    /// Why it did not, when given up, unclear or to be tried again.
    pub delivery_error: Option<String>,
    /// When it was written; of one that came through a channel, when it came.
    pub created_at: Timestamp,
    /// When its author sent it, where its channel says so.
    pub sent_at: Option<Timestamp>,
    /// When its author last changed it.
    pub edited_at: Option<Timestamp>,
}
