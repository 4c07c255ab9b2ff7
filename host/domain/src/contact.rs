//! Requesters.

use serde::Serialize;

use crate::{clock::Timestamp, field::Entries, ids::ContactId};

/// The longest name, phone number or company, in characters.
pub const LONGEST_PART: usize = 200;

/// The most e-mail addresses of a requester, and the most phone numbers.
pub const MOST_ADDRESSES: usize = 10;

/// Stands for the name of a requester who was erased, for the subjects of their tickets, and for what they wrote.
pub const ERASED: &str = "(erased)";

/// A requester: the person who wrote a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// As shown.
    pub name: String,
    /// The first address; lower case. Nobody else of the desk has it or one of the others.
    pub email: Option<String>,
    /// The others.
    pub more_emails: Vec<String>,
    /// The first number, as written.
    pub phone: Option<String>,
    /// The others.
    pub more_phones: Vec<String>,
    /// As written.
    pub company: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When everything about the person was erased: the rest only keeps the shape of their tickets.
    pub erased_at: Option<Timestamp>,
}

impl Contact {
    /// Every e-mail address.
    pub fn emails(&self) -> impl Iterator<Item = &String> {
        self.email.iter().chain(&self.more_emails)
    }

    /// Every phone number.
    pub fn phones(&self) -> impl Iterator<Item = &String> {
        self.phone.iter().chain(&self.more_phones)
    }
}

/// What to change; `None` leaves a part as it is, an empty text removes address, phone or company.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactChange {
    /// Not empty.
    pub name: Option<String>,
    /// The first address; the next one takes its place when it is removed.
    pub email: Option<String>,
    /// All addresses; `email` comes before them.
    pub emails: Option<Vec<String>>,
    /// The first number; the next one takes its place when it is removed.
    pub phone: Option<String>,
    /// All numbers; `phone` comes before them.
    pub phones: Option<Vec<String>>,
    /// The company.
    pub company: Option<String>,
    /// Values of custom fields, as they were entered; the others stay.
    pub fields: Entries,
}
