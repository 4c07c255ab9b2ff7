//! A pass lets one operator in, once, without their password. Its secret is known to whoever started the host on this machine for
//! working on an add-on (`annex serve --develop-as`); it is kept in memory alone, and ends with the process.

use std::sync::{Mutex, PoisonError};

use annex_domain::addon::Digest;

/// The one there is, until it is used.
#[derive(Debug, Default)]
pub(crate) struct Pass(Mutex<Option<(Digest, String)>>);

impl Pass {
    /// From here on the secret stands for whoever has this address.
    pub(crate) fn put(&self, secret: &str, email: &str) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some((Digest::of(secret.as_bytes()), email.to_owned()));
    }

    /// The address that a secret stands for; nobody gets it again.
    pub(crate) fn take(&self, secret: &str) -> Option<String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Digests are compared, so that the time tells nothing about the secret.
        let given = Digest::of(secret.as_bytes());
        held.take_if(|(digest, _)| *digest == given).map(|(_, email)| email)
    }
}
