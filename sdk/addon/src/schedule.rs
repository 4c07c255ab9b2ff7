//! Calls at times to come: [`Plugin::on_schedule`](crate::Plugin::on_schedule), [`Channel::on_schedule`](crate::Channel::on_schedule). Needs the capability `schedule`.
//!
//! ```
//! use annex_sdk::{schedule, testing::Host};
//!
//! let host = Host::new();
//! schedule::at("remind-t1", host.now() + 3_600_000, "t1")?;
//! assert_eq!(host.planned(), ["remind-t1"]);
//! assert!(schedule::cancel("remind-t1")?);
//! # Ok::<(), annex_sdk::Error>(())
//! ```

use serde::{Serialize, de::DeserializeOwned};

use crate::{Result, host};

pub use crate::{
    bindings::{
        plugin::annex::addon::schedule::Planned,
        shared::exports::annex::addon::schedules::{Tick, Timer},
    },
    record::Error,
};

/// Plans a call for `due` (milliseconds since 1970-01-01T00:00:00Z), at most 400 days ahead; what is past comes at once. What is planned
/// under the same key is replaced. `value` comes with the call: at most 4 KiB as JSON.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::Invalid`] for a malformed key or value; [`Error::TooMuch`] beyond the limits.
pub fn at<T: Serialize + ?Sized>(key: &str, due: u64, value: &T) -> Result<(), Error> {
    let data = serde_json::to_vec(value)
        .map_err(|error| Error::Invalid(format!("the value for `{key}` is not JSON: {error}")))?;
    Ok(host::schedule::at(key, due, &data)?)
}

/// Takes back what is planned under a key; true when there was something.
///
/// # Errors
/// [`Error::Denied`] without the capability.
pub fn cancel(key: &str) -> Result<bool, Error> {
    Ok(host::schedule::cancel(key)?)
}

/// All that is planned under keys with that prefix, in byte order of keys.
///
/// # Errors
/// [`Error::Denied`] without the capability.
pub fn planned(prefix: &str) -> Result<Vec<Planned>, Error> {
    let mut planned = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = host::schedule::list(prefix, cursor.as_deref(), 100)?;
        planned.extend(page.planned);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(planned),
        }
    }
}

impl Tick {
    /// A time of `[[schedules]]` in the manifest, for tests.
    #[must_use]
    pub fn regular(key: impl Into<String>, due: u64) -> Self {
        let key = key.into();
        Self { id: format!("{key}-{due}"), timer: Timer::Regular(key), due, data: vec![] }
    }

    /// The key of the timer, whichever it is.
    #[must_use]
    pub fn key(&self) -> &str {
        match &self.timer {
            Timer::Regular(key) | Timer::Once(key) => key,
        }
    }

    /// The value that [`at`] was given; none for a regular one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it has another form, as after an update of the add-on.
    pub fn value<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let value = serde_json::from_slice(&self.data)
            .map_err(|error| Error::Invalid(format!("the value of `{}` has another form: {error}", self.key())))?;
        Ok(Some(value))
    }
}
