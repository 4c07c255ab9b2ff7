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
    bindings::plugin::annex::addon::contacts::{Change, Contact, ContactPage, NewContact},
    record::{CustomChange, CustomField, Error, FieldData},
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

/// Requesters of whom name, an address or a number holds the text, all with an empty one, by name, after `cursor`; at most `limit` (1
/// to 100).
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Invalid`] for a malformed cursor.
pub fn search(text: &str, cursor: Option<&str>, limit: u32) -> Result<ContactPage, Error> {
    Ok(host::contacts::search(text, cursor, limit)?)
}

/// Adds a requester; answers them.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Invalid`] for a malformed value, and when an address is somebody's.
pub fn create(contact: &NewContact) -> Result<Contact, Error> {
    Ok(host::contacts::create(contact)?)
}

/// Changes a requester; answers them as they are now.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`]; [`Error::Invalid`] for a malformed value.
pub fn update(id: &str, change: &Change) -> Result<Contact, Error> {
    Ok(host::contacts::update(id, change)?)
}

/// A change of nothing, to start from: none leaves a part as it is, an empty text removes company or note.
#[must_use]
pub fn unchanged() -> Change {
    Change { name: None, emails: None, phones: None, company: None, note: None, fields: vec![] }
}

impl NewContact {
    /// Somebody of whom nothing but the name is known, to start from.
    ///
    /// ```
    /// use annex_sdk::contacts::NewContact;
    ///
    /// let ada = NewContact { emails: vec!["ada@example.com".into()], ..NewContact::new("Ada Byron") };
    /// # let _ = ada;
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), emails: vec![], phones: vec![], company: None, note: None, fields: vec![] }
    }
}
