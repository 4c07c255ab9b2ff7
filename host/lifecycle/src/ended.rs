//! Add-ons whose publisher ends them: on the day that was announced they stop in every desk that still has them. What they cost ends
//! first, so that nobody pays for what does not run; their data stays until the desk uninstalls them.

use annex_domain::{addon::AddonId, audit::Action, ids::DeskId, operator::Actor};
use annex_store::{StoreError, audit, catalog, installations};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, saga::describe};

impl Lifecycle {
    /// Ends the add-ons whose day has come.
    pub(crate) async fn end_addons(&self) -> Result<(), StoreError> {
        let due = catalog::to_end(&mut self.db.read().await?, self.clock.now()).await?;
        for addon in due {
            if let Err(error) = self.end_addon(&addon).await {
                tracing::warn!(%addon, error = describe(&error), "an add-on is ended at the next time");
            }
        }
        Ok(())
    }

    async fn end_addon(&self, addon: &AddonId) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        let running = installations::everywhere(&mut self.db.read().await?, addon).await?;
        for one in &running {
            match self.stop_billing_by_host(one.desk, one.id).await {
                // Free, or on its way out or elsewhere: it stops with its package.
                Ok(_) | Err(LifecycleError::NothingToCancel | LifecycleError::NotAllowed(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let mut tx = self.db.begin().await?;
        if catalog::end(&mut tx, addon, now).await? {
            let detail = json!({ "installations": running.len() });
            audit::append(&mut tx, None::<DeskId>, Actor::System, Action::CatalogEnd, addon.as_str(), &detail, now)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}
