//! Why a ticket or a contact was not read or written: one type for both, whose kinds an add-on can tell apart.

use std::fmt;

use crate::bindings::common::annex::addon::{contacts, tickets};

/// Why a ticket or a contact was not read or written. With `?` it becomes the fitting [`Error`](crate::Error).
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
    /// A value is malformed; or the call, or the hour, has its share of writes, and the text begins with `too much:`.
    Invalid(String),
    /// The host's store failed: try again later.
    Unavailable,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such ticket or contact in this help desk"),
            Self::Denied(text) | Self::Invalid(text) => f.write_str(text),
            Self::Unavailable => f.write_str("the host's tickets and contacts are not available"),
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
            Error::Unavailable => Self::Upstream(text),
        }
    }
}

impl From<tickets::Error> for Error {
    fn from(error: tickets::Error) -> Self {
        match error {
            tickets::Error::NotFound => Self::NotFound,
            tickets::Error::Denied(text) => Self::Denied(text),
            tickets::Error::Invalid(text) => Self::Invalid(text),
            tickets::Error::Unavailable => Self::Unavailable,
        }
    }
}

impl From<contacts::Error> for Error {
    fn from(error: contacts::Error) -> Self {
        match error {
            contacts::Error::NotFound => Self::NotFound,
            contacts::Error::Denied(text) => Self::Denied(text),
            contacts::Error::Invalid(text) => Self::Invalid(text),
            contacts::Error::Unavailable => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn what_is_not_there_is_told_from_what_is_malformed() {
        let _host = Host::new();
        assert!(matches!(crate::tickets::get("t9"), Err(Error::NotFound)));
        assert!(matches!(crate::contacts::get("c9"), Err(Error::NotFound)));
        let malformed = Error::from(tickets::Error::Invalid("a tag has no spaces".into()));
        assert_eq!(malformed, Error::Invalid("a tag has no spaces".into()));
        assert_eq!(Error::from(contacts::Error::Invalid("x".into())), Error::Invalid("x".into()));
        // In a panel both are defects of the add-on, unless it answers them itself.
        assert_eq!(crate::Error::from(malformed), crate::Error::Internal("a tag has no spaces".into()));
        assert!(matches!(crate::Error::from(Error::Unavailable), crate::Error::Upstream(_)));
    }
}
