//! Why an add-on cannot answer. Each kind is a screen of the host with its own way out, so choose the kind by what the
//! reader can do about it; the text says what happened.

use std::fmt;

use crate::bindings::plugin::annex::addon::types::Fault;

/// What the functions of an add-on return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an add-on cannot answer.
///
/// The errors of [`http`](crate::http), [`kv`](crate::kv) and of what a [`record::Error`](crate::record::Error) comes from, such as
/// [`tickets`](crate::tickets), become the fitting kind with `?`.
///
/// ```
/// use annex_sdk::{Error, http};
///
/// let error = Error::from(http::Error::NeedsSetting("api_key".into()));
/// assert!(matches!(error, Error::NeedsConfig(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A setting is missing or wrong: managers get a link to the settings.
    NeedsConfig(String),
    /// The other system refused the credentials.
    NeedsAuth(String),
    /// The other system failed or cannot be reached: the reader gets a Retry button.
    Upstream(String),
    /// The desk did not grant what this needs.
    Denied(String),
    /// A defect of the add-on: the reader gets an error id.
    Internal(String),
}

impl Error {
    /// A defect of the add-on.
    pub fn internal(text: impl Into<String>) -> Self {
        Self::Internal(text.into())
    }

    /// A setting is missing or wrong.
    pub fn needs_config(text: impl Into<String>) -> Self {
        Self::NeedsConfig(text.into())
    }

    /// The other system failed.
    pub fn upstream(text: impl Into<String>) -> Self {
        Self::Upstream(text.into())
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::NeedsConfig(text)
            | Self::NeedsAuth(text)
            | Self::Upstream(text)
            | Self::Denied(text)
            | Self::Internal(text) => text,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("a value cannot be read or written as JSON: {error}"))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NeedsConfig(text) => Self::NeedsConfig(text),
            Error::NeedsAuth(text) => Self::NeedsAuth(text),
            Error::Upstream(text) => Self::Upstream(text),
            Error::Denied(text) => Self::Denied(text),
            Error::Internal(text) => Self::Internal(text),
        }
    }
}
