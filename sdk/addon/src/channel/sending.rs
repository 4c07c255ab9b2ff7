//! What became of a message that went out. A customer must not get one twice: what surely was not sent is tried again, and what nobody
//! knows a person decides.

use std::{fmt, time::Duration};

use super::{OutboundMessage, Person, Receipt, wire::Outcome};
use crate::{Error, Result, bindings::plugin::annex::addon::types::Fault, http};

/// Why a message was not sent, or perhaps not.
///
/// With `?` an error of [`http`](crate::http) becomes what it says of the message: without an answer, or with one that does not tell, nobody
/// knows; after the statuses 400 to 499 and 503 it surely was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// It surely was not sent: the host tries again, with growing pauses. [`Error::Internal`] alone says that of nothing that had left
    /// before.
    Fault(Error),
    /// It surely was not sent, and the service asks to wait so long.
    Later(Duration),
    /// The service may have taken it: shown as *unclear*, and not tried again unless an operator says so. The text says what happened.
    Unknown(String),
    /// The service refused it for good: shown at the message, not tried again.
    Refused(String),
}

impl SendError {
    /// The service surely did not take the message.
    #[must_use]
    pub fn not_sent(text: impl Into<String>) -> Self {
        Self::Fault(Error::Upstream(text.into()))
    }

    /// Nobody knows whether the service took it.
    #[must_use]
    pub fn unclear(text: impl Into<String>) -> Self {
        Self::Unknown(text.into())
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(error) => error.fmt(f),
            Self::Later(wait) => write!(f, "the service asks to wait for {} s", wait.as_secs()),
            Self::Unknown(text) | Self::Refused(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for SendError {}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<http::Error> for SendError {
    fn from(error: http::Error) -> Self {
        match error {
            http::Error::RateLimited(wait) => Self::Later(Duration::from_millis(wait.into())),
            http::Error::Timeout | http::Error::TooLarge(_) | http::Error::Body(_) => Self::Unknown(error.to_string()),
            http::Error::Status(400..=499 | 503) => Self::Fault(error.into()),
            http::Error::Status(_) => Self::Unknown(error.to_string()),
            error => Self::Fault(error.into()),
        }
    }
}

/// As the host hears it.
pub(super) fn outcome(sent: Result<Receipt, SendError>) -> Result<Outcome, Fault> {
    match sent {
        Ok(receipt) => Ok(Outcome::Sent(receipt)),
        Err(SendError::Later(wait)) => {
            Ok(Outcome::Later(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).max(1_000)))
        }
        Err(SendError::Unknown(text)) => Ok(Outcome::Unknown(text)),
        Err(SendError::Refused(text)) => Ok(Outcome::Refused(text)),
        Err(SendError::Fault(error)) => Err(error.into()),
    }
}

impl Receipt {
    /// The service has taken it. `external_id`: its own id of the message, empty when it gives none.
    #[must_use]
    pub fn new(external_id: impl Into<String>) -> Self {
        Self { external_id: external_id.into(), threads: vec![] }
    }

    /// One more id by which answers may name the conversation; of one that begins at least one.
    #[must_use]
    pub fn thread(mut self, id: impl Into<String>) -> Self {
        self.threads.push(id.into());
        self
    }
}

impl OutboundMessage {
    /// A reply in a conversation, for tests.
    #[must_use]
    pub fn new(thread: impl Into<String>, handle: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: "m1".into(),
            threads: vec![thread.into()],
            recipient: Person { handle: handle.into(), name: String::new(), email: None, phone: None },
            copies: vec![],
            subject: "Test".into(),
            text: text.into(),
            html: None,
            attachments: vec![],
            answers: None,
            author: "Olga".into(),
            automatic: false,
            attempt: 1,
        }
    }

    /// The newest id of the conversation; empty: this message begins it.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        self.threads.first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_was_not_sent_is_said_to_be_so() {
        let kind = |error: http::Error| match outcome(Err(error.into())) {
            Ok(Outcome::Later(wait)) => format!("later {wait}"),
            Ok(Outcome::Unknown(_)) => "unknown".into(),
            Ok(other) => format!("{other:?}"),
            Err(Fault::NeedsAuth(_)) => "needs-auth".into(),
            Err(Fault::NeedsConfig(_)) => "needs-config".into(),
            Err(_) => "fault".into(),
        };
        assert_eq!(kind(http::Error::Timeout), "unknown");
        assert_eq!(kind(http::Error::Status(500)), "unknown");
        assert_eq!(kind(http::Error::Status(303)), "unknown");
        assert_eq!(kind(http::Error::Body("x".into())), "unknown");
        assert_eq!(kind(http::Error::Status(503)), "fault");
        assert_eq!(kind(http::Error::Status(401)), "needs-auth");
        assert_eq!(kind(http::Error::NeedsSetting("key".into())), "needs-config");
        assert_eq!(kind(http::Error::Unreachable("x".into())), "fault");
        assert_eq!(kind(http::Error::RateLimited(20)), "later 1000", "as the host wants it");
    }
}
