//! Tickets and their messages.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    addon::Invalid,
    clock::Timestamp,
    ids::{ContactId, InstallationId, MessageId, OperatorId, TicketId},
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in SQL, JSON and HTML.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
                    .ok_or(Invalid(concat!("expected one of:" $(, " ", $word)+)))
            }
        }
    };
}

words! {
    /// Where a ticket stands.
    TicketStatus {
        /// Waits for an operator.
        Open = "open",
        /// Waits for the requester.
        Pending = "pending",
        /// Answered; a new message opens it again.
        Solved = "solved",
        /// Done; a new message makes a new ticket.
        Closed = "closed",
    }
}
words! {
    /// How soon.
    Priority {
        /// Some day.
        Low = "low",
        /// The default.
        Normal = "normal",
        /// Soon.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}
words! {
    /// Whether an outbound message left through its channel.
    Delivery {
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
