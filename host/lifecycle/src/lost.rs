//! Packages that are gone from the store, or changed in it: what runs from them is suspended with a notice as soon as it is
//! noticed, at the start, once a day, or at a call; and goes on by itself when the package is back.
//!
//! Languages are not concerned: their texts are in the database.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    audit::Action,
    installation::{Installation, Notice, Status},
    mail::MailFacts,
    operator::Actor,
    publisher_event::{EventData, Suspended, SuspendedWhy},
    random::error_id,
};
use annex_store::{StoreError, audit, blobs::BlobError, installations, outbox, publisher_events};
use serde_json::json;

use crate::{Lifecycle, components::LoadError, letters, saga::describe, suspend::TRAPPED};

/// Code of the notice.
pub(crate) const PACKAGE_LOST: &str = "package-lost";
/// The job that looks at every package that is in use.
pub(crate) const CHECK_PACKAGES: &str = "check-packages";

impl LoadError {
    /// True when the package itself is gone or changed, rather than that it cannot be read now.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Blob(BlobError::NotFound(_) | BlobError::Damaged(_)))
    }
}

fn notice() -> Notice {
    Notice {
        error_id: error_id(),
        code: PACKAGE_LOST.into(),
        text: "the package of this add-on is missing or damaged on the host, so it is switched off. It goes on by \
               itself when the administrator of the host has restored the file or published the version again"
            .into(),
    }
}

impl Lifecycle {
    /// The notice of an installation whose update is undone and that goes back to being off because its package is lost: by
    /// that notice it is found again. An earlier update that failed may have put its own in the place of it.
    pub(crate) async fn lost_notice(&self, updating: &Installation) -> Result<Option<Notice>, StoreError> {
        if updating.resumes != Some(Status::Suspended) || updating.kind == Kind::Language {
            return Ok(None);
        }
        match &updating.notice {
            Some(kept) if kept.code == PACKAGE_LOST => Ok(Some(kept.clone())),
            // It trapped, whatever became of its package since: only people switch it on again.
            Some(other) if other.code == TRAPPED => Ok(None),
            _ => Ok(self.lost(updating).await?.map(|_| notice())),
        }
    }

    /// Reads every package that is in use, each once.
    pub(crate) async fn look_for_lost(&self) -> Result<(), StoreError> {
        let active = installations::active_anywhere(&mut self.db.read().await?).await?;
        let mut found = BTreeMap::new();
        for installation in active.iter().filter(|installation| installation.kind != Kind::Language) {
            let key = (installation.addon.clone(), installation.version.to_string());
            let why = match found.get(&key) {
                Some(why) => Option::clone(why),
                None => {
                    let why = self.lost(installation).await?;
                    found.insert(key, why.clone());
                    why
                }
            };
            if let Some(why) = why {
                self.suspend_lost(installation, &why).await?;
            }
        }
        Ok(())
    }

    /// Lets those go on whose package is back.
    pub(crate) async fn find_again(&self) -> Result<(), StoreError> {
        let suspended = installations::suspended_for(&mut self.db.read().await?, PACKAGE_LOST).await?;
        for installation in suspended {
            if self.lost(&installation).await?.is_some() {
                continue;
            }
            let now = self.clock.now();
            let (desk, id, addon) = (installation.desk, installation.id, installation.addon.clone());
            let Ok(active) = installation.activate(now) else { continue };
            let detail = json!({ "installation": id, "version": active.version.to_string() });
            let mut tx = self.db.begin().await?;
            installations::save(&mut tx, &active).await?;
            audit::append(&mut tx, desk, Actor::System, Action::AddonPackageFound, addon.as_str(), &detail, now)
                .await?;
            tx.commit().await?;
            tracing::info!(%addon, installation = %id, "a package is back: the add-on goes on");
        }
        Ok(())
    }

    /// Suspends an installation whose call found that its package is lost; what else failed is left to the caller.
    pub(crate) async fn note_lost(&self, installation: &Installation, error: &LoadError) {
        if !error.is_lost() || installation.kind == Kind::Language {
            return;
        }
        if let Err(error) = self.suspend_lost(installation, &describe(error)).await {
            tracing::warn!(installation = %installation.id, error = describe(&error), "a lost package was not noted");
        }
    }

    /// Why the package of an installation is lost. What cannot be told now, such as when the store is away, is no loss.
    async fn lost(&self, installation: &Installation) -> Result<Option<String>, StoreError> {
        match self.verified(&installation.addon, &installation.version).await {
            Err(LoadError::Store(error)) => Err(error),
            Err(error) if error.is_lost() => Ok(Some(describe(&error))),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    async fn suspend_lost(&self, installation: &Installation, why: &str) -> Result<(), StoreError> {
        let (desk, id, now) = (installation.desk, installation.id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let Some(current) = installations::get(&mut tx, desk, id).await? else { return Ok(()) };
        let notice = notice();
        let detail = json!({ "installation": id, "version": current.version.to_string(), "error_id": notice.error_id,
            "why": why });
        let facts = MailFacts::Suspended {
            addon: letters::addon(&mut tx, &current).await?,
            version: current.version.to_string(),
            traps: 0,
            update: None,
            error_id: notice.error_id.clone(),
            lost: true,
            texts: None,
        };
        let key = format!("package-lost:{}", notice.error_id);
        let Ok(suspended) = current.suspend(notice, now) else { return Ok(()) };
        installations::save(&mut tx, &suspended).await?;
        let addon = suspended.addon.as_str();
        audit::append(&mut tx, desk, Actor::System, Action::AddonPackageLost, addon, &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.suspended", &detail, now).await?;
        let told = EventData::Suspended(Suspended { why: SuspendedWhy::PackageLost });
        publisher_events::put(&mut tx, &suspended, &told, now).await?;
        letters::put_to_managers(&mut tx, &suspended, &key, &facts, now).await?;
        tx.commit().await?;
        tracing::error!(addon, installation = %id, why, "a package is lost: the add-on is suspended");
        Ok(())
    }
}
