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
//! within an hour to one ticket: beyond that they answer [`Error::Invalid`] with a text that begins with `too much:`. What an
//! add-on writes is told to the others; when they answer each other, the host ends it and counts it as a fault.

use crate::{Result, host};

pub use crate::{
    bindings::common::annex::addon::tickets::{Author, Message, Priority, Status, Ticket},
    record::Error,
};

/// A ticket.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] when the id is not of this desk.
pub fn get(id: &str) -> Result<Ticket, Error> {
    Ok(host::tickets::get(id)?)
}

/// Its messages, newest last, at most 100.
///
/// # Errors
/// As [`get`].
pub fn messages(id: &str) -> Result<Vec<Message>, Error> {
    Ok(host::tickets::messages(id)?)
}

/// Adds an internal note; answers its id.
///
/// # Errors
/// As [`get`].
pub fn add_note(id: &str, body: &str) -> Result<String, Error> {
    Ok(host::tickets::add_note(id, body)?)
}

/// Replaces the tags.
///
/// # Errors
/// As [`get`]; [`Error::Invalid`] for a malformed tag.
pub fn set_tags<T: AsRef<str>>(id: &str, tags: &[T]) -> Result<(), Error> {
    let tags: Vec<String> = tags.iter().map(|tag| tag.as_ref().to_owned()).collect();
    Ok(host::tickets::set_tags(id, &tags)?)
}

/// Changes the status.
///
/// # Errors
/// As [`get`].
pub fn set_status(id: &str, status: Status) -> Result<(), Error> {
    Ok(host::tickets::set_status(id, status)?)
}
