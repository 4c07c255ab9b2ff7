//! What a channel can carry: its running version is asked once, and again when its settings were saved.

use annex_domain::{
    channel::Facts,
    ids::{DeskId, InstallationId},
};
use annex_store::{StoreError, channels, installations};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
};

impl Lifecycle {
    /// What a channel can carry. One that does not say carries plain text.
    ///
    /// # Errors
    /// When it cannot be called, and has not said before.
    pub async fn channel_facts(&self, desk: DeskId, id: InstallationId) -> Result<Facts, UseError> {
        let installation = installations::known_one(&self.db, desk, id).await?.ok_or(UseError::NotFound)?;
        let told = channels::facts(&mut self.db.read().await?, &installation).await?;
        match told {
            Some(facts) => Ok(facts),
            None => Ok(self.facts_of(&self.callee(desk, id).await?).await?),
        }
    }

    /// The same of one that can be called.
    pub(crate) async fn facts_of(&self, callee: &Callee) -> Result<Facts, StoreError> {
        let Callee { installation, admitted } = callee;
        let told = channels::facts(&mut self.db.read().await?, installation).await?;
        if let Some(facts) = told {
            return Ok(facts);
        }
        let finished =
            self.sandbox.channel_facts(admitted, call_scope(installation, &installation.version, None)).await;
        let Ok(facts) = self.finish(installation, "describe", finished).await else { return Ok(Facts::of_first()) };
        let mut tx = self.db.begin().await?;
        channels::put_facts(&mut tx, installation, &facts).await?;
        tx.commit().await?;
        Ok(facts)
    }
}
