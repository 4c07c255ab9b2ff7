//! Tickets of the desk. Reading needs the capability `tickets.read`, writing `tickets.write`.
//!
//! ```
//! use annex_sdk::{testing::Host, tickets};
//!
//! let host = Host::new().ticket("t1", "Printer on fire", "c1");
//! if tickets::get("t1")?.subject.contains("fire") {
//!     tickets::set_tags("t1", &["hot"])?;
//! }
//! assert_eq!(host.tags("t1"), ["hot"]);
//! # Ok::<(), annex_sdk::Error>(())
//! ```
//!
//! Each function that writes works five times in a call, all of them write at most 1 MiB in it, and an installation writes 60 times
//! within an hour to one ticket: beyond that they answer [`Error::Internal`] with a text that begins with `too much:`. What an
//! add-on writes is told to the others; when they answer each other, the host ends it and counts it as a fault.

use crate::{Error, Result, host};

pub use crate::bindings::common::annex::addon::tickets::{Author, Message, Priority, Status, Ticket};

use crate::bindings::common::annex::addon::tickets::Error as Wire;

/// A ticket.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Internal`] when the id is not of this desk.
pub fn get(id: &str) -> Result<Ticket> {
    Ok(host::tickets::get(id)?)
}

/// Its messages, newest last, at most 100.
///
/// # Errors
/// As [`get`].
pub fn messages(id: &str) -> Result<Vec<Message>> {
    Ok(host::tickets::messages(id)?)
}

/// Adds an internal note; answers its id.
///
/// # Errors
/// As [`get`].
pub fn add_note(id: &str, body: &str) -> Result<String> {
    Ok(host::tickets::add_note(id, body)?)
}

/// Replaces the tags.
///
/// # Errors
/// As [`get`]; [`Error::Internal`] for a malformed tag.
pub fn set_tags<T: AsRef<str>>(id: &str, tags: &[T]) -> Result<()> {
    let tags: Vec<String> = tags.iter().map(|tag| tag.as_ref().to_owned()).collect();
    Ok(host::tickets::set_tags(id, &tags)?)
}

/// Changes the status.
///
/// # Errors
/// As [`get`].
pub fn set_status(id: &str, status: Status) -> Result<()> {
    Ok(host::tickets::set_status(id, status)?)
}

impl From<Wire> for Error {
    fn from(error: Wire) -> Self {
        match error {
            Wire::NotFound => Self::Internal("no such ticket".into()),
            Wire::Denied(text) => Self::Denied(text),
            Wire::Invalid(text) => Self::Internal(text),
            Wire::Unavailable => Self::Upstream("the host's tickets are not available".into()),
        }
    }
}
