//! What happened in a desk, as plugins hear it.

use annex_domain::{
    clock::Timestamp,
    ids::{MessageId, TicketId},
    manifest::EventName,
};

use crate::bindings::v0_1::events as wit;

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

impl Happening {
    pub(super) fn into_wit(self) -> wit::Event {
        let reference = |ticket: TicketId| wit::TicketRef { ticket: ticket.to_string() };
        wit::Event {
            id: self.id,
            at: u64::try_from(self.at.0).unwrap_or(0),
            happening: match self.what {
                What::TicketCreated(ticket) => wit::Happening::TicketCreated(reference(ticket)),
                What::TicketUpdated(ticket) => wit::Happening::TicketUpdated(reference(ticket)),
                What::MessageAdded(ticket, message) => wit::Happening::MessageAdded(wit::MessageRef {
                    ticket: ticket.to_string(),
                    message: message.to_string(),
                }),
            },
        }
    }
}
