//! What is wrong with a mail.

/// Why no message can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The configured sender is not an address.
    #[error("the sender `{0}` is not of the form `Help desk <desk@example.org>` or `desk@example.org`")]
    Sender(String),
    /// The reader's address is not one.
    #[error("`{0}` is not an e-mail address")]
    Address(String),
    /// What the mail tells cannot be read.
    #[error("what the mail is to tell cannot be read: {0}")]
    Facts(String),
    /// A template failed.
    #[error("the mail cannot be written: {0}")]
    Template(String),
}

impl MailError {
    /// A stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sender(_) => "mail-sender",
            Self::Address(_) => "mail-address",
            Self::Facts(_) => "mail-facts",
            Self::Template(_) => "mail-template",
        }
    }
}
