//! What tickets, contacts, operators, files and planned calls share: why one of them was not read or written, and custom fields.

use std::fmt;

use crate::bindings::plugin::annex::addon::{contacts::Contact, tickets::Ticket, types};

pub use types::{CustomChange, CustomField, FieldData};

/// Why something of the desk was not read or written. With `?` it becomes the fitting [`Error`](crate::Error).
///
/// ```
/// use annex_sdk::{testing::Host, tickets};
///
/// let _host = Host::new();
/// let shown = match tickets::get("t9") {
///     Ok(ticket) => ticket.subject,
///     Err(tickets::Error::NotFound) => "This ticket was deleted.".into(),
///     Err(other) => return Err(annex_sdk::Error::from(other)),
/// };
/// assert_eq!(shown, "This ticket was deleted.");
/// # Ok::<(), annex_sdk::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Nothing of this desk has the id, or no longer.
    NotFound,
    /// The capability is not granted, or the operator who looks may not do it.
    Denied(String),
    /// A value is malformed: the same call fails again.
    Invalid(String),
    /// The call, the hour or the installation has its share of what is bounded: a later call may work.
    TooMuch(String),
    /// The host's store failed: try again later.
    Unavailable,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is nothing of that id in this help desk"),
            Self::Denied(text) | Self::Invalid(text) | Self::TooMuch(text) => f.write_str(text),
            Self::Unavailable => f.write_str("the help desk's data is not available"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NotFound | Error::Invalid(_) => Self::Internal(text),
            Error::Denied(_) => Self::Denied(text),
            Error::TooMuch(_) | Error::Unavailable => Self::Upstream(text),
        }
    }
}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        match error {
            types::Error::NotFound => Self::NotFound,
            types::Error::Denied(text) => Self::Denied(text),
            types::Error::Invalid(text) => Self::Invalid(text),
            types::Error::TooMuch(text) => Self::TooMuch(text),
            types::Error::Unavailable => Self::Unavailable,
        }
    }
}

impl CustomField {
    /// A custom field with what it holds. Keys of fields that the manifest declares begin with the id of the add-on.
    #[must_use]
    pub fn new(key: impl Into<String>, data: FieldData) -> Self {
        Self { key: key.into(), data }
    }
}

impl CustomChange {
    /// Fills a custom field.
    #[must_use]
    pub fn set(key: impl Into<String>, data: FieldData) -> Self {
        Self { key: key.into(), data: Some(data) }
    }

    /// Empties it.
    #[must_use]
    pub fn clear(key: impl Into<String>) -> Self {
        Self { key: key.into(), data: None }
    }
}

impl FieldData {
    /// Of a text, a date or the key of a choice: the text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Date(text) | Self::Choice(text) => Some(text),
            Self::Number(_) | Self::Flag(_) => None,
        }
    }
}

impl Ticket {
    /// What a custom field holds; none when it is empty.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldData> {
        data(&self.fields, key)
    }
}

impl Contact {
    /// What a custom field holds; none when it is empty.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldData> {
        data(&self.fields, key)
    }

    /// The address that is written to.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.emails.first().map(String::as_str)
    }

    /// The first number.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.phones.first().map(String::as_str)
    }
}

fn data<'a>(fields: &'a [CustomField], key: &str) -> Option<&'a FieldData> {
    fields.iter().find(|field| field.key == key).map(|field| &field.data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn what_is_not_there_is_told_from_what_is_malformed_and_from_too_much() {
        let _host = Host::new();
        assert!(matches!(crate::tickets::get("t9"), Err(Error::NotFound)));
        assert!(matches!(crate::contacts::get("c9"), Err(Error::NotFound)));
        let malformed = Error::from(types::Error::Invalid("a tag has no spaces".into()));
        assert_eq!(malformed, Error::Invalid("a tag has no spaces".into()));
        // In a view that is a defect of the add-on, unless it answers it itself; what works later is none.
        assert_eq!(crate::Error::from(malformed), crate::Error::Internal("a tag has no spaces".into()));
        assert!(matches!(crate::Error::from(Error::TooMuch("60 writes".into())), crate::Error::Upstream(_)));
        assert!(matches!(crate::Error::from(Error::Unavailable), crate::Error::Upstream(_)));
    }
}
