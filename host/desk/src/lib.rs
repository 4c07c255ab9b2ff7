//! What can be done to a desk: one function for everything that a person, a program or an add-on does to its tickets, contacts,
//! people, rights, tokens and settings. The doors (panel, API, command line, client area, channel intake, host interfaces of
//! add-ons) read what was sent, call here, and show what comes back.
//!
//! Every function takes the [`Desk`] and a [`Ctx`], checks the permission, opens one transaction, applies the rule under its
//! lock, writes the audit row and what follows (mail, event, delivery) in the same transaction, and answers or says why not
//! with a [`Refusal`]. No call of a gateway or an add-on is made while a transaction is open. Why this storey is here, and what is
//! not in it: `host/docs/adr/0036-the-desk-has-a-storey-of-its-own.md`.

pub mod attachments;
pub mod contacts;
mod ctx;
pub mod desks;
pub mod drafts;
pub mod fields;
pub mod groups;
pub mod import;
pub mod language;
pub mod mails;
pub mod messages;
pub mod notices;
pub mod oauth;
pub mod once;
pub mod operators;
pub mod panels;
pub mod password;
pub mod profile;
mod refusal;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod tickets;
pub mod tokens;

#[cfg(test)]
mod rights_test;
#[cfg(test)]
mod tests;

pub use ctx::Ctx;
pub use refusal::{Class, FieldProblem, Fields, Refusal, Rule, Unfit, ValueProblem, Wrong};

use annex_store::Db;

/// The longest name of a person or a desk, in characters.
const LONGEST_NAME: usize = 100;

/// The help desk's use cases, on one database.
#[derive(Debug, Clone)]
pub struct Desk {
    db: Db,
    searches: search::Searches,
}

impl Desk {
    /// On this database. Its clones count searches together.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, searches: search::Searches::default() }
    }
}
