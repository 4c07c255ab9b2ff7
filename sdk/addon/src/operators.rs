//! People who work in the desk. Needs the capability `operators.read`.
//!
//! ```
//! use annex_sdk::{operators, testing::Host};
//!
//! let _host = Host::new().operator("o1", "Grace Hopper", "grace@example.com");
//! assert_eq!(operators::all()?[0].name, "Grace Hopper");
//! # Ok::<(), annex_sdk::Error>(())
//! ```

use crate::{Result, host};

pub use crate::{
    bindings::plugin::annex::addon::operators::{Operator, OperatorPage},
    record::Error,
};

/// An operator by their id, also one who is not active any more.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] when the id is not of this desk.
pub fn get(id: &str) -> Result<Operator, Error> {
    Ok(host::operators::get(id)?)
}

/// Those who are active, by name, after `cursor`; at most `limit` (1 to 100).
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Invalid`] for a malformed cursor.
pub fn list(cursor: Option<&str>, limit: u32) -> Result<OperatorPage, Error> {
    Ok(host::operators::list(cursor, limit)?)
}

/// All who are active, by name.
///
/// # Errors
/// As [`list`].
pub fn all() -> Result<Vec<Operator>, Error> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = list(cursor.as_deref(), 100)?;
        all.extend(page.operators);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}
