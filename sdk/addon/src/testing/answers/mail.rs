//! Mailboxes, whose mails a test can look at.

use super::{super::state::with, granted};
use crate::bindings::{
    channel::annex::addon::mail::{Envelope, Mailbox, Outcome},
    plugin::annex::addon::types::Error,
};

pub(crate) fn mailboxes() -> Result<Vec<Mailbox>, Error> {
    with(|state| {
        granted(state, "mail")?;
        Ok(state.mailboxes.clone())
    })
}

pub(crate) fn send(envelope: &Envelope, raw: &str) -> Result<Outcome, Error> {
    with(|state| {
        granted(state, "mail")?;
        let is_there = state.mailboxes.iter().any(|mailbox| mailbox.setting == envelope.mailbox);
        let raw = state.files.get(raw).filter(|kept| kept.finished && is_there).ok_or(Error::NotFound)?;
        let sent = (envelope.clone(), raw.bytes.clone());
        state.mails.push(sent);
        Ok(state.mail_outcome.clone().unwrap_or(Outcome::Sent(String::new())))
    })
}
