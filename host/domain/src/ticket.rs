//! Tickets and their messages.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{ContactId, InstallationId, MessageId, OperatorId, TicketId},
    words::Invalid,
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

    /// Where a ticket lies.
    #[derive(Default)]
    pub enum Folder: "folder" {
        /// Where it is worked on.
        #[default]
        Inbox = "inbox",
        /// Marked as spam.
        Spam = "spam",
        /// Deleted; the host removes it for good after a while.
        Trash = "trash",
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
    /// When it was marked as spam.
    pub spam_at: Option<Timestamp>,
    /// When it was put into the trash.
    pub deleted_at: Option<Timestamp>,
    /// The ticket that took it up, which is never merged itself.
    pub merged_into: Option<TicketId>,
}

impl Ticket {
    /// As it begins: open, of normal priority, nobody's.
    #[must_use]
    pub fn new(number: i64, subject: String, requester: ContactId, now: Timestamp) -> Self {
        Self {
            id: TicketId::new(),
            number,
            subject,
            status: TicketStatus::Open,
            priority: Priority::Normal,
            requester,
            assignee: None,
            tags: Vec::new(),
            channel: None,
            created_at: now,
            updated_at: now,
            spam_at: None,
            deleted_at: None,
            merged_into: None,
        }
    }

    /// Marked as spam, or in the trash: nobody changes it, and add-ons do not see it.
    #[must_use]
    pub fn is_put_away(&self) -> bool {
        self.spam_at.is_some() || self.deleted_at.is_some()
    }

    /// People may work on it: it is neither put away nor merged into another one.
    #[must_use]
    pub fn is_at_hand(&self) -> bool {
        !self.is_put_away() && self.merged_into.is_none()
    }
}

/// A ticket by what people say, or by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum TicketRef {
    /// See [`Ticket::number`].
    Number(i64),
    /// See [`Ticket::id`].
    Id(TicketId),
}

impl FromStr for TicketRef {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let named = if is_number { text.parse().ok().map(Self::Number) } else { text.parse().ok().map(Self::Id) };
        named.ok_or(Invalid("expected the number or the id of a ticket"))
    }
}

impl TryFrom<String> for TicketRef {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<i64> for TicketRef {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<TicketId> for TicketRef {
    fn from(id: TicketId) -> Self {
        Self::Id(id)
    }
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
    /// It came as HTML as well, which is kept apart.
    pub has_html: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_named_by_number_or_id() {
        let id = TicketId::new();
        assert_eq!("12".parse(), Ok(TicketRef::Number(12)));
        assert_eq!(id.to_string().parse(), Ok(TicketRef::Id(id)));
        for bad in ["", "-1", "x", "99999999999999999999", "1.5"] {
            assert!(bad.parse::<TicketRef>().is_err(), "{bad}");
        }
    }
}
