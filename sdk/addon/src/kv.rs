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
//! // What is only counted needs no reading: no call that counts at the same time is lost.
//! assert_eq!(kv::add("visits", 1)?, 1);
//! # Ok::<(), annex_sdk::Error>(())
//! ```

use std::{fmt, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use crate::{bindings::plugin::annex::addon::kv as wire, host};

/// Attempts of [`update`] before it gives up.
const ATTEMPTS: usize = 5;

/// A value with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// The value.
    pub value: T,
    /// 1 for the first write, then rising.
    pub version: u64,
    /// When it goes by itself, in milliseconds since 1970-01-01T00:00:00Z; none: never.
    pub expires: Option<u64>,
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
    /// The capability is not granted.
    Denied(String),
    /// Another call wrote first: the version that is stored, 0 when the key does not exist.
    Conflict(u64),
    /// The quota of the installation, in bytes, would be passed.
    Quota(u64),
    /// Key empty or over 256 bytes, value over 256 KiB, an expiry out of bounds, or a value that does not fit the type that was asked for.
    Invalid(String),
    /// The call has written its share: 500 values, 4 MiB.
    TooMuch(String),
    /// The host's store failed.
    Unavailable,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(version) => write!(f, "another call wrote first, version {version} is stored"),
            Self::Quota(bytes) => write!(f, "the quota of {bytes} bytes would be passed"),
            Self::Denied(text) | Self::Invalid(text) | Self::TooMuch(text) => f.write_str(text),
            Self::Unavailable => f.write_str("the store is not available"),
        }
    }
}

impl std::error::Error for Error {}

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        match error {
            wire::Error::Denied(text) => Self::Denied(text),
            wire::Error::TooMuch(text) => Self::TooMuch(text),
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
            Error::Denied(text) => Self::Denied(text),
            Error::Conflict(_) | Error::Unavailable => Self::Upstream(error.to_string()),
            Error::Quota(_) | Error::Invalid(_) | Error::TooMuch(_) => Self::Internal(error.to_string()),
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
    Ok(Some(Entry { value: value_of(key, &stored.value)?, version: stored.version, expires: stored.expires }))
}

/// Writes in any case; answers the new version.
///
/// # Errors
/// Quota, a malformed key or value, or a failing store.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<u64, Error> {
    write(key, value, None, None)
}

/// Writes in any case a value that goes by itself after that time, 1 second to 400 days; answers the new version. Each write says it
/// anew: [`set`] makes a value stay.
///
/// # Errors
/// As [`set`].
pub fn set_for<T: Serialize + ?Sized>(key: &str, value: &T, lasts: Duration) -> Result<u64, Error> {
    write(key, value, None, Some(lasts))
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
    write(key, value, Some(expected), None)
}

fn write<T: Serialize + ?Sized>(
    key: &str,
    value: &T,
    expected: Option<u64>,
    lasts: Option<Duration>,
) -> Result<u64, Error> {
    let options = wire::Options { expected, expires_in_ms: lasts.map(millis) };
    Ok(host::kv::set(key, &bytes_of(key, value)?, options)?)
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

/// Adds to a counter, which begins at 0; answers it as it is then. [`get`] reads it as a number.
///
/// # Errors
/// [`Error::Invalid`] when what is stored is no counter.
pub fn add(key: &str, delta: i64) -> Result<i64, Error> {
    Ok(host::kv::add(key, delta, None)?)
}

/// The same for a counter that goes by itself after that time: what is counted within it ends with it.
///
/// ```
/// use std::time::Duration;
///
/// use annex_sdk::{kv, testing::Host};
///
/// let host = Host::new();
/// let minute = Duration::from_secs(60);
/// assert_eq!((kv::add_for("tries", 1, minute)?, kv::add_for("tries", 1, minute)?), (1, 2));
/// host.advance(minute);
/// assert_eq!(kv::add_for("tries", 1, minute)?, 1);
/// # Ok::<(), kv::Error>(())
/// ```
///
/// # Errors
/// As [`add`].
pub fn add_for(key: &str, delta: i64, lasts: Duration) -> Result<i64, Error> {
    Ok(host::kv::add(key, delta, Some(millis(lasts)))?)
}

/// All keys that start with `prefix` with their values, in byte order.
///
/// # Errors
/// [`Error::Invalid`] when a value is not a `T`.
pub fn scan<T: DeserializeOwned>(prefix: &str) -> Result<Vec<(String, T)>, Error> {
    let mut pairs = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = host::kv::scan(prefix, cursor.as_deref(), 100)?;
        for wire::Pair { key, entry } in page.pairs {
            let value = value_of(&key, &entry.value)?;
            pairs.push((key, value));
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(pairs),
        }
    }
}

/// All keys that start with `prefix`, in byte order.
pub fn keys(prefix: &str) -> Result<Vec<String>, Error> {
    let mut keys = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = host::kv::keys(prefix, cursor.as_deref(), 1000)?;
        keys.extend(page.keys);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(keys),
        }
    }
}

fn millis(lasts: Duration) -> u64 {
    u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX)
}

fn value_of<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Invalid(format!("the value under `{key}` has another form: {error}")))
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
    fn a_value_goes_when_its_time_is_over_and_stays_when_it_is_written_again() {
        let host = Host::new();
        set_for("a", &1, Duration::from_secs(10)).unwrap();
        set_for("b", &1, Duration::from_secs(10)).unwrap();
        set("b", &2).unwrap();
        assert_eq!(entry::<u32>("a").unwrap().unwrap().expires, Some(host.now() + 10_000));
        host.advance(Duration::from_secs(10));
        assert_eq!((get::<u32>("a"), get::<u32>("b")), (Ok(None), Ok(Some(2))));
    }

    #[test]
    fn counters_are_numbers_and_nothing_else_is_counted() {
        let _host = Host::new();
        assert_eq!((add("n", 2), add("n", -3), get::<i64>("n")), (Ok(2), Ok(-1), Ok(Some(-1))));
        set("name", "ada").unwrap();
        assert!(matches!(add("name", 1), Err(Error::Invalid(_))));
        assert!(matches!(add("n", i64::MIN), Err(Error::Invalid(_))), "it would overflow");
        assert_eq!(scan::<i64>("n").unwrap_err(), get::<i64>("name").unwrap_err());
        delete("name").unwrap();
        assert_eq!(scan::<i64>(""), Ok(vec![("n".to_owned(), -1)]));
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
