//! Suspension (R64): an add-on that the host had to stop three times within an hour is switched off. Who installed it and
//! all who manage add-ons get a mail, and the panel says so; agents see a card in the place of its panel.

use annex_domain::{
    audit::Action,
    ids::{CallId, DeskId, InstallationId},
    installation::{Notice, Status, sentence},
    mail::MailFacts,
    offer::Wish,
    operator::Actor,
    publisher_event::{EventData, Suspended, SuspendedWhy},
    random::error_id,
};
use annex_store::{StoreError, audit, health, installations, outbox, publisher_events};
use serde_json::json;

use crate::{Lifecycle, letters, views::offered};

/// Code of the notice.
pub(crate) const TRAPPED: &str = "suspended";
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
        // What only its author understands stands in the log, with the call.
        let notice = Notice {
            error_id: error_id(),
            code: TRAPPED.into(),
            text: format!("the add-on was stopped {traps} times within an hour because of errors of its own"),
        };
        let why = sentence(why);
        let detail =
            json!({ "installation": id, "traps": traps, "error_id": notice.error_id, "why": why, "call": call });
        let facts = MailFacts::Suspended {
            addon: letters::addon(&mut tx, &installation).await?,
            version: installation.version.to_string(),
            traps,
            update: Wish::of(&installation)
                .offer(&offered(&mut tx, &installation).await?)
                .update
                .map(|update| update.to_string()),
            error_id: notice.error_id.clone(),
            lost: false,
            texts: None,
        };
        let Ok(suspended) = installation.suspend(notice, now) else { return tx.commit().await };
        installations::save(&mut tx, &suspended).await?;
        audit::append(&mut tx, desk, Actor::System, Action::AddonSuspend, addon.as_str(), &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.suspended", &detail, now).await?;
        let told = EventData::Suspended(Suspended { why: SuspendedWhy::Faults });
        publisher_events::put(&mut tx, &suspended, &told, now).await?;
        let key = format!("suspended:{call}");
        letters::put_to_managers(&mut tx, &suspended, &key, &facts, now).await?;
        tx.commit().await?;
        tracing::warn!(%addon, installation = %id, traps, "an add-on was suspended");
        Ok(())
    }
}
