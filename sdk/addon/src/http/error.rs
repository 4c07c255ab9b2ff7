//! What can go wrong with a request, and which fault of the add-on it becomes.

use std::fmt;

use crate::bindings::plugin::annex::addon::http as wire;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The request itself is malformed, or names a file that is not there.
    Invalid(String),
    /// The host is not in the manifest, or the desk did not grant it; or a file may not be read or made.
    Denied(String),
    /// The setting that a credential names is missing, or its account is not connected.
    NeedsSetting(String),
    /// Name resolution, connection or TLS failed.
    Unreachable(String),
    /// No answer in time.
    Timeout,
    /// Request over 1 MiB or answer over 4 MiB.
    TooLarge(String),
    /// The desk's rate for requests is used up: try again after that many milliseconds.
    RateLimited(u32),
    /// An answer with another status than 2xx; see [`Response::ok`](super::Response::ok).
    Status(u16),
    /// An answer that cannot be read as what was asked for.
    Body(String),
}

impl Error {
    /// True when the other system refused the credentials or lacks the permission (401, 403).
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self, Self::Status(401 | 403))
    }

    /// True when the other system sent the request elsewhere and the host did not follow: to a system that is not
    /// granted, such as a page to sign in, or around in a circle. Its address is wrong or has moved.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        match self {
            Self::Status(status) => (300..400).contains(status),
            Self::Denied(text) => text.starts_with("a redirect was refused"),
            Self::Unreachable(text) => text.ends_with("redirects"),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text) => write!(f, "the request is malformed: {text}"),
            Self::Denied(text) => write!(f, "the request is not allowed: {text}"),
            Self::NeedsSetting(key) => write!(f, "the setting `{key}` is missing"),
            Self::Unreachable(text) => write!(f, "the service cannot be reached: {text}"),
            Self::Timeout => f.write_str("the service did not answer in time"),
            Self::TooLarge(text) => write!(f, "too large: {text}"),
            Self::RateLimited(wait) => write!(f, "too many requests, try again in {wait} ms"),
            Self::Status(status) => write!(f, "the service answered with status {status}"),
            Self::Body(text) => write!(f, "the service's answer cannot be read: {text}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        match error {
            wire::Error::Invalid(text) => Self::Invalid(text),
            wire::Error::Denied(text) => Self::Denied(text),
            wire::Error::NeedsSetting(key) => Self::NeedsSetting(key),
            wire::Error::Unreachable(text) => Self::Unreachable(text),
            wire::Error::Timeout => Self::Timeout,
            wire::Error::TooLarge(text) => Self::TooLarge(text),
            wire::Error::RateLimited(wait) => Self::RateLimited(wait),
        }
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Invalid(_) => Self::Internal(text),
            Error::Denied(_) => Self::Denied(text),
            Error::NeedsSetting(_) => Self::NeedsConfig(text),
            Error::Status(401 | 403) => Self::NeedsAuth(text),
            Error::Unreachable(_)
            | Error::Timeout
            | Error::TooLarge(_)
            | Error::RateLimited(_)
            | Error::Status(_)
            | Error::Body(_) => Self::Upstream(text),
        }
    }
}
