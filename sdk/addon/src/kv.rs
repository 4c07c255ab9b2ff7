//! Small values of this installation, kept by the host as JSON. They last across calls and updates, are restored by a
//! rollback and deleted by an uninstall. Needs the capability `kv`.
//!
//! Calls can run at the same time. [`update`] is safe then: it writes only over the version that it read.
//!
//! ```
//! use annex_sdk::{kv, testing::Host};
//!
//! let _host = Host::new();
//! let count: u32 = kv::update("greetings", |count: Option<u32>| count.unwrap_or(0) + 1)?;
//! assert_eq!(count, 1);
//! assert_eq!(kv::get::<u32>("greetings")?, Some(1));
//! # Ok::<(), annex_sdk::Error>(())
//! ```

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use crate::{bindings::common::annex::addon::kv as wire, host};

/// Attempts of [`update`] before it gives up.
const ATTEMPTS: usize = 5;

/// A value with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// The value.
    pub value: T,
    /// 1 for the first write, then rising.
    pub version: u64,
}

/// What must be stored for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The key does not exist.
    Absent,
    /// The key has this version.
    Version(u64),
}

/// Why a value was not read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Another call wrote first: the version that is stored, 0 when the key does not exist.
    Conflict(u64),
    /// The quota of the installation, in bytes, would be passed.
    Quota(u64),
    /// Key empty or over 256 bytes, value over 256 KiB, or a value that does not fit the type that was asked for.
    Invalid(String),
    /// The host's store failed.
    Unavailable,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(version) => write!(f, "another call wrote first, version {version} is stored"),
            Self::Quota(bytes) => write!(f, "the quota of {bytes} bytes would be passed"),
            Self::Invalid(text) => f.write_str(text),
            Self::Unavailable => f.write_str("the store is not available"),
        }
    }
}

impl std::error::Error for Error {}

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        match error {
            wire::Error::Conflict(version) => Self::Conflict(version),
            wire::Error::Quota(bytes) => Self::Quota(bytes),
            wire::Error::Invalid(text) => Self::Invalid(text),
            wire::Error::Unavailable => Self::Unavailable,
        }
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict(_) | Error::Unavailable => Self::Upstream(error.to_string()),
            Error::Quota(_) | Error::Invalid(_) => Self::Internal(error.to_string()),
        }
    }
}

/// The value under `key`.
///
/// # Errors
/// [`Error::Invalid`] when what is stored is not a `T`.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    Ok(entry(key)?.map(|entry| entry.value))
}

/// The value under `key` with its version, for [`set_if`].
///
/// # Errors
/// [`Error::Invalid`] when what is stored is not a `T`.
pub fn entry<T: DeserializeOwned>(key: &str) -> Result<Option<Entry<T>>, Error> {
    let Some(stored) = host::kv::get(key)? else { return Ok(None) };
    let value = serde_json::from_slice(&stored.value)
        .map_err(|error| Error::Invalid(format!("the value under `{key}` has another form: {error}")))?;
    Ok(Some(Entry { value, version: stored.version }))
}

/// Writes in any case; answers the new version.
///
/// # Errors
/// Quota, a malformed key or value, or a failing store.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<u64, Error> {
    Ok(host::kv::set(key, &bytes_of(key, value)?, None)?)
}

/// Writes when the stored version is the expected one; answers the new version.
///
/// # Errors
/// [`Error::Conflict`] when it is another one.
///
/// ```
/// use annex_sdk::{kv::{self, Expected}, testing::Host};
///
/// let _host = Host::new();
/// let first = kv::set_if("owner", "ada", Expected::Absent)?;
/// assert_eq!(kv::set_if("owner", "bob", Expected::Absent), Err(kv::Error::Conflict(first)));
/// # Ok::<(), kv::Error>(())
/// ```
pub fn set_if<T: Serialize + ?Sized>(key: &str, value: &T, expected: Expected) -> Result<u64, Error> {
    let expected = match expected {
        Expected::Absent => 0,
        Expected::Version(version) => version,
    };
    Ok(host::kv::set(key, &bytes_of(key, value)?, Some(expected))?)
}

/// Reads, changes and writes, again when another call wrote in between; answers what was written.
///
/// # Errors
/// [`Error::Conflict`] after five attempts.
pub fn update<T, F>(key: &str, mut change: F) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
    F: FnMut(Option<T>) -> T,
{
    let mut last = Error::Unavailable;
    for _ in 0..ATTEMPTS {
        let (old, expected) = match entry(key)? {
            Some(entry) => (Some(entry.value), Expected::Version(entry.version)),
            None => (None, Expected::Absent),
        };
        let new = change(old);
        match set_if(key, &new, expected) {
            Ok(_) => return Ok(new),
            Err(error @ Error::Conflict(_)) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Deletes; true when the key existed.
pub fn delete(key: &str) -> Result<bool, Error> {
    Ok(host::kv::delete(key, None)?)
}

/// All keys that start with `prefix`, in byte order.
pub fn keys(prefix: &str) -> Result<Vec<String>, Error> {
    let mut keys = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = host::kv::list(prefix, cursor.as_deref(), 1000)?;
        keys.extend(page.keys);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(keys),
        }
    }
}

fn bytes_of<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Invalid(format!("the value for `{key}` is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn an_update_reads_again_when_another_call_wrote_in_between() {
        let _host = Host::new();
        set("n", &1).unwrap();
        let mut disturbed = false;
        let written = update("n", |n: Option<u32>| {
            if !disturbed {
                disturbed = true;
                set("n", &10).unwrap();
            }
            n.unwrap_or(0) + 1
        });
        assert_eq!(written, Ok(11));
    }

    #[test]
    fn an_update_gives_up_when_others_always_win() {
        let _host = Host::new();
        let mut others = 0;
        let outcome = update("n", |n: Option<u32>| {
            others += 1;
            set("n", &others).unwrap();
            n.unwrap_or(0)
        });
        assert_eq!(outcome, Err(Error::Conflict(5)));
    }

    #[test]
    fn a_value_of_another_form_is_not_read() {
        let _host = Host::new();
        set("name", "ada").unwrap();
        assert!(matches!(get::<u32>("name"), Err(Error::Invalid(_))));
    }

    #[test]
    fn keys_are_listed_over_all_pages() {
        let _host = Host::new();
        for n in 0..1100 {
            set(&format!("a/{n:04}"), &n).unwrap();
        }
        set("b/1", &1).unwrap();
        let keys = keys("a/").unwrap();
        assert_eq!((keys.len(), keys[1099].as_str()), (1100, "a/1099"));
    }
}
