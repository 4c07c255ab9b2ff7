//! What a channel can carry: its running version is asked once, and again when its settings were saved. One that does not say is asked
//! again after a while, so that pages do not wait for it each time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use annex_domain::{
    channel::Facts,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};
use annex_store::{StoreError, channels, installations};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
};

/// How long pages do without a channel that did not say.
const SILENCE: Duration = Duration::from_secs(60);

/// The channels that did not say, and when they were asked.
#[derive(Default)]
pub(crate) struct Silent(Mutex<HashMap<InstallationId, Timestamp>>);

impl Silent {
    fn has(&self, id: InstallationId, now: Timestamp) -> bool {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(&id).is_some_and(|asked| now.since(*asked) < SILENCE)
    }

    fn note(&self, id: InstallationId, now: Timestamp) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|_, asked| now.since(*asked) < SILENCE);
        asked.insert(id, now);
    }
}

impl Lifecycle {
    /// What a channel can carry. One that does not say carries plain text.
    ///
    /// # Errors
    /// When it cannot be called, and has not said before.
    pub async fn channel_facts(&self, desk: DeskId, id: InstallationId) -> Result<Facts, UseError> {
        let installation = installations::known_one(&self.db, desk, id).await?.ok_or(UseError::NotFound)?;
        let told = channels::facts(&mut self.db.read().await?, &installation).await?;
        if let Some(facts) = told {
            return Ok(facts);
        }
        if self.silent.has(id, self.clock.now()) {
            return Ok(Facts::of_first());
        }
        let told = self.asked(&self.callee(desk, id).await?).await?;
        if told.is_none() {
            self.silent.note(id, self.clock.now());
        }
        Ok(told.unwrap_or_else(Facts::of_first))
    }

    /// The same of one that can be called.
    pub(crate) async fn facts_of(&self, callee: &Callee) -> Result<Facts, StoreError> {
        let told = channels::facts(&mut self.db.read().await?, &callee.installation).await?;
        match told {
            Some(facts) => Ok(facts),
            None => Ok(self.asked(callee).await?.unwrap_or_else(Facts::of_first)),
        }
    }

    /// `None`: it does not say.
    async fn asked(&self, Callee { installation, admitted }: &Callee) -> Result<Option<Facts>, StoreError> {
        let finished =
            self.sandbox.channel_facts(admitted, call_scope(installation, &installation.version, None)).await;
        let Ok(facts) = self.finish(installation, "describe", finished).await else { return Ok(None) };
        let mut tx = self.db.begin().await?;
        channels::put_facts(&mut tx, installation, &facts).await?;
        tx.commit().await?;
        Ok(Some(facts))
    }
}
