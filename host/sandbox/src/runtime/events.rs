//! What happened in a desk, as plugins hear it.

use annex_domain::{
    clock::Timestamp,
    ids::{MessageId, TicketId},
    manifest::EventName,
};

/// Something that happened in a desk, delivered at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The same when it is delivered again.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A ticket was made.
    TicketCreated(TicketId),
    /// Status, priority, assignee or tags changed.
    TicketUpdated(TicketId),
    /// A reply or note was added.
    MessageAdded(TicketId, MessageId),
}

impl What {
    /// The name that manifests subscribe to.
    #[must_use]
    pub fn name(self) -> EventName {
        match self {
            Self::TicketCreated(_) => EventName::TicketCreated,
            Self::TicketUpdated(_) => EventName::TicketUpdated,
            Self::MessageAdded(..) => EventName::MessageAdded,
        }
    }
}
