//! Mailboxes that the host keeps for a channel: settings of kind `mailbox`. What comes there is given to
//! [`Channel::receive_mail`](crate::Channel::receive_mail). Needs the capability `mail`.
//!
//! ```
//! use annex_sdk::{files, mail::{self, Envelope, Outcome}, testing::Host};
//!
//! let host = Host::new().mailbox("inbox", "help@acme.example", "Acme Support");
//! let raw = files::write("reply.eml", b"From: help@acme.example\r\n\r\nHello")?;
//! let recipients = vec!["ada@example.com".to_owned()];
//! let envelope = Envelope { mailbox: "inbox".into(), return_path: None, recipients };
//! assert!(matches!(mail::send(&envelope, &raw.id)?, Outcome::Sent(_)));
//! assert_eq!(host.mails()[0].0.recipients, ["ada@example.com"]);
//! # Ok::<(), annex_sdk::Error>(())
//! ```

// In a component, the host's functions take ids as `&String`.
use crate::{Result, host};

pub use crate::{
    bindings::channel::annex::addon::mail::{Envelope, Mailbox, Outcome},
    record::Error,
};

/// The mailboxes whose settings are complete; at most 20.
///
/// # Errors
/// [`Error::Denied`] without the capability.
pub fn mailboxes() -> Result<Vec<Mailbox>, Error> {
    Ok(host::mail::mailboxes()?)
}

/// Sends a raw mail: the id of a file that this installation has made, of at most 30 MiB, with lines that end in CRLF. At most 5 a call.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] for a mailbox or file that is not there; [`Error::Invalid`] for a mail that
/// is malformed.
pub fn send(envelope: &Envelope, raw: &str) -> Result<Outcome, Error> {
    let raw = raw.to_owned();
    Ok(host::mail::send(envelope, &raw)?)
}
