//! What keeps a mailbox from working, in words for who entered it.

use std::fmt;

/// Characters of what a server said that are kept.
const LONGEST_WORDS: usize = 300;

/// Why a mail server could not be used. Passwords are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Nobody answers at that name and port, or not in time.
    #[error("{0} cannot be reached: {1}")]
    Unreachable(String, String),
    /// The connection cannot be encrypted.
    #[error("the connection to {0} cannot be encrypted: {1}")]
    Tls(String, String),
    /// User name or password are wrong, or may not log in this way.
    #[error("{0} refused the login: {1}")]
    Login(String, String),
    /// There is no such folder.
    #[error("there is no folder {0}: {1}")]
    Folder(String, String),
    /// The connection broke, or the server said something that makes no sense.
    #[error("the connection to {0} failed: {1}")]
    Lost(String, String),
}

impl MailError {
    /// A stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(..) => "mail-unreachable",
            Self::Tls(..) => "mail-tls",
            Self::Login(..) => "mail-login",
            Self::Folder(..) => "mail-folder",
            Self::Lost(..) => "mail-lost",
        }
    }
}

/// Which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where mails come in.
    Incoming,
    /// Where they go out.
    Outgoing,
}

/// What is wrong with one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which.
    pub side: Side,
    /// Why.
    pub error: MailError,
}

impl Problem {
    /// The field of the mailbox to look at.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match (&self.error, self.side) {
            (MailError::Login(..), _) => "password",
            (MailError::Folder(..), _) => "folder",
            (_, Side::Incoming) => "imap_host",
            (_, Side::Outgoing) => "smtp_host",
        }
    }
}

/// What a server or the network said: one line that is not long.
pub(crate) fn words(said: impl fmt::Display) -> String {
    let text = said.to_string();
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_WORDS).collect();
    line.trim().to_owned()
}
