//! What all panels share: the turns that are taken, and the language of those who took one.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use annex_domain::{addon::Digest, ids::InstallationId};
use annex_sandbox::gate::{Busy, Gate, Most, Pace, Permit};

use crate::i18n::{Translator, english};

/// As many as the sandbox lets in of an installation; and of a person as many as a panel is ever asked for at once.
const MOST: Most = Most { of_member: 8, of_group: 8, of_all: usize::MAX, waiting: 64 };
/// As long as the sandbox lets a call wait.
const PATIENCE: Duration = Duration::from_secs(5);
/// Sessions whose language is kept in mind.
const MOST_READERS: usize = 1_000;

/// See the module.
#[derive(Debug)]
pub(crate) struct Panels {
    gate: Gate<InstallationId, Digest>,
    /// The language of those who were let in before, by session: it stands in no request.
    readers: Mutex<HashMap<Digest, Translator>>,
}

impl Default for Panels {
    fn default() -> Self {
        Self { gate: Gate::new(MOST), readers: Mutex::default() }
    }
}

impl Panels {
    /// Waits for a turn of a session at the panels of an installation.
    pub(super) async fn enter(
        &self,
        of: InstallationId,
        session: Digest,
    ) -> Result<Permit<InstallationId, Digest>, Busy> {
        self.gate.enter(of, session, Pace::Interactive, PATIENCE).await
    }

    pub(super) fn reader(&self, session: &Digest) -> Translator {
        let readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.get(session).cloned().unwrap_or_else(english)
    }

    pub(super) fn remember(&self, session: Digest, t: &Translator) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() >= MOST_READERS {
            readers.clear();
        }
        readers.insert(session, t.clone());
    }
}

#[cfg(test)]
impl Panels {
    /// Takes so many turns in the session of a cookie.
    pub(crate) async fn fill(
        &self,
        of: InstallationId,
        cookie: &str,
        turns: usize,
    ) -> Vec<Permit<InstallationId, Digest>> {
        let mut taken = Vec::new();
        for _ in 0..turns {
            taken.push(self.enter(of, session_of(cookie)).await.unwrap());
        }
        taken
    }

    /// As if it had been let in before.
    pub(crate) fn speaks(&self, cookie: &str, t: &Translator) {
        self.remember(session_of(cookie), t);
    }
}

#[cfg(test)]
fn session_of(cookie: &str) -> Digest {
    Digest::of(cookie.split_once('=').unwrap().1.as_bytes())
}
