//! Suspension (R64): an add-on that the host had to stop three times within an hour is switched off, and its operators
//! are told why.

use annex_domain::{
    ids::{CallId, DeskId, InstallationId},
    installation::{Notice, Status},
    operator::Actor,
    random::error_id,
};
use annex_store::{StoreError, audit, health, installations, outbox};
use serde_json::json;

use crate::Lifecycle;

/// How many traps within an hour suspend an installation.
const TRAPS: u32 = 3;

impl Lifecycle {
    /// Counts a trap, and suspends at the third within an hour. Only what is active can be suspended: while installing
    /// or updating the saga deals with it.
    pub(crate) async fn after_trap(
        &self,
        desk: DeskId,
        id: InstallationId,
        call: CallId,
        why: &str,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(installation) = installations::get(&mut tx, desk, id).await? else { return Ok(()) };
        let traps = health::trap(&mut tx, desk, id, call, now).await?;
        if traps < TRAPS || installation.status != Status::Active {
            return tx.commit().await;
        }
        let addon = installation.addon.clone();
        let notice = Notice {
            error_id: error_id(),
            code: "suspended".into(),
            text: format!(
                "the add-on was stopped {traps} times within an hour, the last time because: {why}. Look at its log, then \
                 activate it again, go back to an earlier version, or uninstall it"
            ),
        };
        let detail =
            json!({ "installation": id, "traps": traps, "error_id": notice.error_id, "why": why, "call": call });
        let Ok(suspended) = installation.suspend(notice, now) else { return tx.commit().await };
        installations::save(&mut tx, &suspended).await?;
        audit::append(&mut tx, desk, Actor::System, "addon.suspend", addon.as_str(), &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.suspended", &detail, now).await?;
        tx.commit().await?;
        tracing::warn!(%addon, installation = %id, traps, "an add-on was suspended");
        Ok(())
    }
}
