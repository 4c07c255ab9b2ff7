//! Requesters of the desk. Reading needs the capability `contacts.read`, writing `contacts.write`.
//!
//! ```
//! use annex_sdk::{contacts, testing::Host};
//!
//! let _host = Host::new().contact("c1", "Ada Byron", Some("ada@example.com"));
//! let ada = contacts::find_by_email("ada@example.com")?.unwrap();
//! contacts::update(&ada.id, &contacts::Change { company: Some("Analytical".into()), ..contacts::unchanged() })?;
//! assert_eq!(contacts::get("c1")?.company.as_deref(), Some("Analytical"));
//! # Ok::<(), annex_sdk::Error>(())
//! ```

use crate::{Result, host};

pub use crate::{
    bindings::common::annex::addon::contacts::{Change, Contact},
    record::Error,
};

/// A requester.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] when the id is not of this desk.
pub fn get(id: &str) -> Result<Contact, Error> {
    Ok(host::contacts::get(id)?)
}

/// The requester with that address.
///
/// # Errors
/// [`Error::Denied`] without the capability.
pub fn find_by_email(email: &str) -> Result<Option<Contact>, Error> {
    Ok(host::contacts::find_by_email(email)?)
}

/// Changes a requester; answers them as they are now.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`]; [`Error::Invalid`] for a malformed value.
pub fn update(id: &str, change: &Change) -> Result<Contact, Error> {
    Ok(host::contacts::update(id, change)?)
}

/// A change of nothing, to start from: none leaves a part as it is, an empty text removes phone or company.
#[must_use]
pub fn unchanged() -> Change {
    Change { name: None, phone: None, company: None }
}
