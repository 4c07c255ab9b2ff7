//! Requesters.

use serde::Serialize;

use crate::{clock::Timestamp, ids::ContactId};

/// The longest name, phone number or company, in characters.
pub const LONGEST_PART: usize = 200;

/// Stands for the name of a requester who was erased, for the subjects of their tickets, and for what they wrote.
pub const ERASED: &str = "(erased)";

/// A requester: the person who wrote a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// As shown.
    pub name: String,
    /// Lower case; unique in the desk.
    pub email: Option<String>,
    /// As written.
    pub phone: Option<String>,
    /// As written.
    pub company: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When everything about the person was erased: the rest only keeps the shape of their tickets.
    pub erased_at: Option<Timestamp>,
}

/// What to change; `None` leaves a part as it is, an empty text removes address, phone or company.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactChange {
    /// Not empty.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The number.
    pub phone: Option<String>,
    /// The company.
    pub company: Option<String>,
}
