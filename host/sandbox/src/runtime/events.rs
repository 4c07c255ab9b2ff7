//! What happened in a desk, as plugins hear it.

use annex_domain::{
    clock::Timestamp,
    contact::Contact,
    ids::{InstallationId, OperatorId, TicketId},
    manifest::EventName,
    ports::{CustomField, FileFacts},
    ticket::{Author, Message, Ticket},
};

/// Something that happened in a desk, delivered at least once.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// The same when it is delivered again.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who did it; `None`: the host.
    pub actor: Option<Author>,
    /// The add-ons that led to it.
    pub causes: Vec<InstallationId>,
    /// What.
    pub what: What,
    /// What belongs to it.
    pub beside: Beside,
}

/// What the ticket, contact or message has of which something is told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Beside {
    /// Of the ticket or contact: the custom fields that are filled in.
    pub fields: Vec<CustomField>,
    /// Of the message, as it came.
    pub html: Option<String>,
    /// Of the message.
    pub files: Vec<FileFacts>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A ticket was made.
    TicketCreated(Ticket),
    /// Status, priority, assignee or tags changed.
    TicketUpdated(Ticket, Vec<Changed>),
    /// It was given to somebody, or taken away.
    TicketAssigned(Ticket, Vec<Changed>),
    /// It became solved.
    TicketSolved(Ticket, Vec<Changed>),
    /// It became open after it was solved or closed.
    TicketReopened(Ticket, Vec<Changed>),
    /// It took up this one.
    TicketMerged(Ticket, TicketId),
    /// It was put into the trash or the spam.
    TicketDeleted(TicketId),
    /// A reply or note was added.
    MessageAdded(Ticket, Message),
    /// A requester was added.
    ContactCreated(Contact),
    /// A requester was changed.
    ContactUpdated(Contact, Vec<Changed>),
    /// Settings of the installation were saved: their keys.
    SettingsChanged(Vec<String>),
    /// Who holds its licences now.
    LicencesChanged(Vec<OperatorId>),
}

/// A part of a ticket or contact that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Such as `status`.
    pub field: String,
    /// Empty: there was nothing.
    pub old: String,
    /// Empty: there is nothing.
    pub new: String,
}

impl What {
    /// The name that manifests subscribe to.
    #[must_use]
    pub fn name(&self) -> EventName {
        match self {
            Self::TicketCreated(_) => EventName::TicketCreated,
            Self::TicketUpdated(..) => EventName::TicketUpdated,
            Self::TicketAssigned(..) => EventName::TicketAssigned,
            Self::TicketSolved(..) => EventName::TicketSolved,
            Self::TicketReopened(..) => EventName::TicketReopened,
            Self::TicketMerged(..) => EventName::TicketMerged,
            Self::TicketDeleted(_) => EventName::TicketDeleted,
            Self::MessageAdded(..) => EventName::MessageAdded,
            Self::ContactCreated(_) => EventName::ContactCreated,
            Self::ContactUpdated(..) => EventName::ContactUpdated,
            Self::SettingsChanged(_) => EventName::SettingsChanged,
            Self::LicencesChanged(_) => EventName::LicencesChanged,
        }
    }
}
