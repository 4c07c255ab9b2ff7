//! What ports hand over beside the records of the desk itself: pages, filters, custom fields, files, planned calls and mails, as the newest
//! WIT package has them.

use crate::{
    clock::Timestamp,
    field::{FieldKey, LONGEST_VALUE, ValueError, decimal},
    ids::{ContactId, InstallationId, OperatorId},
    ticket::{Priority, TicketStatus},
};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// Pass it for the next part.
    pub next: Option<String>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KvWrite {
    /// `None` in any case, 0 only a new key, n only over version n.
    pub expected: Option<u64>,
    /// Milliseconds until it goes by itself.
    pub expires_in: Option<u64>,
}

/// A key with what is stored under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvPair {
    /// The key.
    pub key: String,
    /// What is stored.
    pub entry: super::KvEntry,
}

/// A page of keys with their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KvPage {
    /// In byte order of keys.
    pub pairs: Vec<KvPair>,
    /// Pass it for the next page.
    pub next: Option<String>,
}

/// What there is to know of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstallationFacts {
    /// As operators call it.
    pub name: String,
    /// The name of its desk.
    pub desk: String,
    /// The language of its desk.
    pub locale: String,
    /// The time zone of its desk.
    pub time_zone: String,
    /// Where its hooks are reached.
    pub hooks: Option<String>,
}

/// Which tickets: all that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketFilter {
    /// One of these; empty: any.
    pub statuses: Vec<TicketStatus>,
    /// This one.
    pub priority: Option<Priority>,
    /// Whose; `Some(None)`: nobody's.
    pub assignee: Option<Option<OperatorId>>,
    /// Has this tag.
    pub tag: Option<String>,
    /// Its custom field of this key holds exactly this, as it is kept.
    pub field: Option<(FieldKey, String)>,
    /// Came through this channel.
    pub channel: Option<InstallationId>,
    /// Of this requester.
    pub requester: Option<ContactId>,
    /// Has these words.
    pub text: Option<String>,
}

/// In which order; the newest or most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketOrder {
    /// The last change.
    Updated,
    /// When it was opened.
    Created,
    /// The priority, then the last change.
    Priority,
}

/// A ticket to be opened in the name of its requester.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTicket {
    /// Who asks.
    pub requester: ContactId,
    /// One line.
    pub subject: String,
    /// The first message.
    pub body: String,
    /// Ids of files.
    pub attachments: Vec<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Who gets it.
    pub assignee: Option<OperatorId>,
    /// Under the rule of [`crate::tag`].
    pub tags: Vec<String>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
}

/// A requester to be added.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewContact {
    /// Not empty.
    pub name: String,
    /// The first of them first.
    pub emails: Vec<String>,
    /// The first of them first.
    pub phones: Vec<String>,
    /// Where they work.
    pub company: Option<String>,
    /// What the desk notes about them.
    pub note: Option<String>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
}

/// What a custom field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldData {
    /// A text.
    Text(String),
    /// A finite number.
    Number(f64),
    /// `2026-03-01`
    Date(String),
    /// The key of a choice.
    Choice(String),
    /// Yes or no.
    Flag(bool),
}

impl FieldData {
    /// As a field that holds it keeps it.
    ///
    /// # Errors
    /// Why none can hold it.
    pub fn kept(&self) -> Result<String, ValueError> {
        match self {
            Self::Text(text) | Self::Date(text) | Self::Choice(text) => {
                let text = text.trim();
                if text.chars().count() > LONGEST_VALUE {
                    return Err(ValueError::TooLong);
                }
                if text.chars().any(char::is_control) {
                    return Err(ValueError::Characters);
                }
                Ok(text.to_owned())
            }
            // As Rust writes it, which uses no exponents.
            Self::Number(number) => decimal(&number.to_string()).ok_or(ValueError::NotANumber),
            Self::Flag(flag) => Ok(flag.to_string()),
        }
    }
}

/// A custom field that is filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomField {
    /// Its key.
    pub key: String,
    /// What it holds.
    pub data: FieldData,
}

/// A change of a custom field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its key.
    pub key: String,
    /// `None` empties it.
    pub data: Option<FieldData>,
}

/// Somebody who works in the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorFacts {
    /// Who it is.
    pub id: OperatorId,
    /// As they are called.
    pub name: String,
    /// Lower case.
    pub email: String,
    /// The one that they chose, else the desk's.
    pub locale: String,
    /// May sign in.
    pub active: bool,
    /// Names of their roles.
    pub roles: Vec<String>,
    /// Names of their groups.
    pub groups: Vec<String>,
}

/// Which files a call can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileReach {
    /// Those that its installation has made.
    Own,
    /// Those of tickets as well.
    Tickets,
    /// Those that this operator has uploaded, as long as no message has them: they have been chosen in a view.
    Chosen(OperatorId),
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Its id.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// As the host found it.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

/// A call that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// As the add-on named it.
    pub key: String,
    /// When.
    pub due: Timestamp,
}

/// A mailbox that the host keeps, as far as an add-on may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The key of its setting.
    pub setting: String,
    /// Its own address.
    pub address: String,
    /// The name in front of it.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_field_holds_is_written_in_the_one_form_that_is_kept() {
        for (data, kept) in [
            (FieldData::Text(" A 1 ".into()), Ok("A 1")),
            (FieldData::Text("x".repeat(LONGEST_VALUE + 1)), Err(ValueError::TooLong)),
            (FieldData::Text("a\0b".into()), Err(ValueError::Characters)),
            (FieldData::Number(12.5), Ok("12.5")),
            (FieldData::Number(-0.0), Ok("0")),
            (FieldData::Number(1e20), Err(ValueError::NotANumber)),
            (FieldData::Number(f64::NAN), Err(ValueError::NotANumber)),
            (FieldData::Date("2026-03-01".into()), Ok("2026-03-01")),
            (FieldData::Choice("gold".into()), Ok("gold")),
            (FieldData::Flag(true), Ok("true")),
        ] {
            assert_eq!(data.kept(), kept.map(str::to_owned), "{data:?}");
        }
    }
}
