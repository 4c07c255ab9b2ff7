//! Add-ons whose publisher ends them: on the day that was announced they stop in every desk that still has them, and their project is
//! gone. What they cost ends first, so that nobody pays for what does not run; their data stays until the desk uninstalls them. What is
//! being changed on that day, such as by an update that waits for its publisher for days, ends once that is over.

use annex_domain::{
    addon::AddonId,
    audit::Action,
    ids::{DeskId, InstallationId},
    operator::Actor,
};
use annex_store::{StoreError, audit, billing::subscriptions, catalog, installations, projects};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, saga::describe};

impl Lifecycle {
    /// Ends the add-ons whose day has come, and what could not end on it.
    pub(crate) async fn end_addons(&self) -> Result<(), StoreError> {
        let due = catalog::to_end(&mut self.db.read().await?, self.clock.now()).await?;
        for addon in due {
            if let Err(error) = self.end_addon(&addon).await {
                tracing::warn!(%addon, error = describe(&error), "an add-on is ended at the next time");
            }
        }
        let left_over = subscriptions::of_stopped_addons(&mut self.db.read().await?).await?;
        for left in left_over {
            if let Err(error) = self.stop_paying(left.desk, left.installation).await {
                let error = describe(&error);
                tracing::warn!(installation = %left.installation, error, "what has ended is cancelled at the next time");
            }
        }
        Ok(())
    }

    async fn stop_paying(&self, desk: DeskId, id: InstallationId) -> Result<(), LifecycleError> {
        match self.stop_billing_by_host(desk, id).await {
            // Free, or being changed: it stops with its package, and what it costs at a later time.
            Ok(_) | Err(LifecycleError::NothingToCancel | LifecycleError::NotAllowed(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn end_addon(&self, addon: &AddonId) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        let running = installations::everywhere(&mut self.db.read().await?, addon).await?;
        for one in &running {
            self.stop_paying(one.desk, one.id).await?;
        }
        let mut tx = self.db.begin().await?;
        if catalog::end(&mut tx, addon, now).await? {
            projects::delete(&mut tx, addon).await?;
            let detail = json!({ "installations": running.len() });
            audit::append(&mut tx, None::<DeskId>, Actor::System, Action::CatalogEnd, addon.as_str(), &detail, now)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}
