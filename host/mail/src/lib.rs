//! Mail: written in the reader's language, sent over SMTP or kept to be read in the panel's outbox.
//!
//! Whoever has something to tell writes [`MailFacts`](annex_domain::mail::MailFacts) into the store, in the transaction of
//! what happened, together with a job. A worker calls the [`Mailer`]: the mail is rendered once and kept, then handed to
//! the SMTP server. Between the server's answer and our note of it the process can die: the mail is then sent again, with
//! the same `Message-ID`, so that a repeat can be recognised. Every mail leaves at least once, and is written once.
//!
//! *Invariant: nothing that an add-on, a publisher or a bank wrote reaches a header but as an encoded word.*

mod error;
mod letter;
mod mailer;
mod message;
mod transport;
mod work;

pub use self::{
    error::MailError,
    letter::{Letter, Reader},
    mailer::{MailConfig, Mailer, MailerParts},
    message::sender,
    transport::{Transport, TransportError},
    work::work_kind,
};
