//! What pages and the API read: installations with what can be done about them, the marketplace, logs, health.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use annex_domain::{
    addon::{AddonId, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId, SagaId},
    installation::{Action, Installation, Label, Status},
    manifest::Manifest,
    offer::{self, Offer, Wish},
    provisioning::{STAYS_DECLINED, STAYS_UNANSWERED},
    settings::{Setting, SettingKind, is_shown},
};
use annex_store::{
    Conn, StoreError,
    cache::{Cache, Table},
    catalog::{self, VersionStatus},
    connected, health, installations, logs, provisioning, sagas,
    settings::{self, Stored},
    snapshots, users,
};
use bytes::Bytes;

use crate::{Lifecycle, LifecycleError};

/// Views that are kept.
const MOST: usize = 2_000;

/// An installation with what its pages show.
#[derive(Debug, Clone)]
pub struct InstallationView {
    /// The installation.
    pub installation: Installation,
    /// Of the version that serves.
    pub manifest: Arc<Manifest>,
    /// The newest version that it is offered: while its status allows an update.
    pub update: Option<Version>,
    /// The newest patch of the line that it is on, where that is another one.
    pub patch: Option<Version>,
    /// Where a rollback leads without naming a version.
    pub previous: Option<Version>,
    /// That version's data can be restored.
    pub snapshot: bool,
    /// The version that serves has a picture.
    pub has_icon: bool,
    /// The version must not run.
    pub blocked: bool,
    /// Its operation waits for the publisher, who sets it up by hand: until when.
    pub waits_until: Option<Timestamp>,
    /// Its operation is set aside: it goes on when a person has decided.
    pub set_aside: Option<SagaId>,
    /// Settings that it does not work without and that are not set, in the order of the manifest.
    pub missing: Vec<String>,
    /// What it found wrong with its settings when they were saved, or tried as they are kept.
    pub check_failed: Option<String>,
}

impl InstallationView {
    /// What people call it: as the desk does, or as the add-on does in their language.
    #[must_use]
    pub fn name(&self, language: &str) -> &str {
        let listed = || self.manifest.listing.name.get(language);
        self.installation.label.as_ref().map_or_else(listed, Label::as_str)
    }

    /// It is switched on and cannot work yet: required settings or secrets are missing, or it says that they do not work.
    #[must_use]
    pub fn needs_setup(&self) -> bool {
        self.installation.status == Status::Active && (!self.missing.is_empty() || self.check_failed.is_some())
    }

    /// True when it was to be uninstalled, and its publisher did not let it go.
    #[must_use]
    pub fn stayed(&self) -> bool {
        let notice = self.installation.notice.as_ref().filter(|_| self.installation.status != Status::Uninstalling);
        notice.is_some_and(|notice| [STAYS_DECLINED, STAYS_UNANSWERED].contains(&notice.code.as_str()))
    }

    /// True while an operation works on it: one that is set aside does not.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.installation.status.is_moving() && self.set_aside.is_none()
    }

    /// True when the status has `action` in its table and there is what it needs: something to update or go back to, a
    /// version that may run.
    #[must_use]
    pub fn offers(&self, action: Action) -> bool {
        let possible = match action {
            Action::Update => self.update.is_some(),
            Action::RollBack => self.previous.is_some(),
            Action::Activate => !self.blocked,
            _ => true,
        };
        possible && self.installation.status.allows(action)
    }
}

impl Lifecycle {
    /// All installations of a desk, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn installations(&self, desk: DeskId) -> Result<Vec<InstallationView>, LifecycleError> {
        let mut views = Vec::new();
        for installation in installations::known(&self.db, desk).await?.iter() {
            views.extend(self.view(desk, installation.id).await?);
        }
        Ok(views)
    }

    /// One installation of a desk.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn installation(&self, desk: DeskId, id: InstallationId) -> Result<InstallationView, LifecycleError> {
        self.view(desk, id).await?.ok_or(LifecycleError::NotFound("installation"))
    }

    /// From memory where it is known. All of it is read together, so that no part is older than another.
    async fn view(&self, desk: DeskId, id: InstallationId) -> Result<Option<InstallationView>, StoreError> {
        let load = || async {
            let mut conn = self.db.read().await?;
            match installations::get(&mut conn, desk, id).await? {
                Some(installation) => view(&mut conn, installation).await.map(Some),
                None => Ok(None),
            }
        };
        self.views.find(&self.db, (desk, id), load).await
    }

    /// The plugins that run, or that the host suspended, and that the operator uses, oldest first: the panels of a ticket's
    /// sidebar.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn panels(&self, desk: DeskId, operator: OperatorId) -> Result<Vec<InstallationView>, LifecycleError> {
        let mut views = Vec::new();
        for installation in users::known_panels(&self.db, desk, operator).await? {
            views.extend(self.view(desk, installation.id).await?);
        }
        Ok(views)
    }

    /// A page of the marketplace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn marketplace(
        &self,
        desk: DeskId,
        filter: &catalog::Filter,
    ) -> Result<Vec<catalog::Entry>, LifecycleError> {
        Ok(catalog::entries(&mut self.db.read().await?, desk, filter).await?)
    }

    /// The categories of what can be installed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn categories(&self) -> Result<Vec<String>, LifecycleError> {
        Ok(catalog::categories(&mut self.db.read().await?).await?)
    }

    /// An add-on with its publisher and versions; `None` when no version of it is available.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listing(&self, desk: DeskId, addon: &AddonId) -> Result<Option<catalog::Listing>, LifecycleError> {
        Ok(catalog::known_listing(&self.db, desk, addon).await?.map(Arc::unwrap_or_clone))
    }

    /// The picture of a version that a desk sees: PNG.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn icon(
        &self,
        desk: DeskId,
        addon: &AddonId,
        version: &Version,
    ) -> Result<Option<Bytes>, LifecycleError> {
        let seen = catalog::known_visible(&self.db, desk, addon).await?;
        if !seen.is_some_and(|seen| seen.has(version)) {
            return Ok(None);
        }
        Ok(catalog::icon(&mut self.db.read().await?, addon, version).await?.map(Bytes::from))
    }

    /// A picture of the listing of a version that a desk sees, the first is 1: PNG.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn picture(
        &self,
        desk: DeskId,
        addon: &AddonId,
        version: &Version,
        position: u32,
    ) -> Result<Option<Bytes>, LifecycleError> {
        let seen = catalog::known_visible(&self.db, desk, addon).await?;
        if !seen.is_some_and(|seen| seen.has(version)) {
            return Ok(None);
        }
        Ok(catalog::picture(&mut self.db.read().await?, addon, version, position).await?.map(Bytes::from))
    }

    /// Log lines of an installation, newest first.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; for a malformed cursor.
    pub async fn logs(
        &self,
        desk: DeskId,
        id: InstallationId,
        query: &logs::Query,
    ) -> Result<logs::Page, LifecycleError> {
        self.meter.flush().await;
        self.stored(desk, id).await?;
        Ok(logs::page(&mut self.db.read().await?, desk, id, query).await?)
    }

    /// How an installation does.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn health(&self, desk: DeskId, id: InstallationId) -> Result<health::Health, LifecycleError> {
        self.meter.flush().await;
        self.stored(desk, id).await?;
        Ok(health::health(&mut self.db.read().await?, desk, id, self.clock.now()).await?)
    }

    /// The last calls of an installation, newest first. `before`: `next` of the page before.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn calls(
        &self,
        desk: DeskId,
        id: InstallationId,
        before: Option<String>,
        limit: u32,
    ) -> Result<health::CallPage, LifecycleError> {
        self.meter.flush().await;
        self.stored(desk, id).await?;
        Ok(health::calls(&mut self.db.read().await?, desk, id, before.as_deref(), limit).await?)
    }
}

/// Views by installation. They are read from all that [`view`] asks for.
pub(crate) fn cache() -> Cache<(DeskId, InstallationId), InstallationView> {
    use Table::{
        AddonAccess, AddonVersions, Addons, ConnectedAccounts, Desks, InstallationSettings, Installations,
        ProvisioningRequests, Sagas, Snapshots,
    };
    let own = [Installations, InstallationSettings, ConnectedAccounts, Snapshots, Sagas, ProvisioningRequests];
    Cache::of(&[&own[..], &[Addons, AddonVersions, AddonAccess, Desks]].concat(), MOST)
}

/// The keys of settings without which an add-on does not work, of those that are shown. Where none is required and there are
/// several secrets, it needs one of them: which one is up to the desk, as with an add-on that connects to several services.
fn missing(manifest: &Manifest, set: &BTreeMap<String, Stored>, accounts: &BTreeSet<String>) -> Vec<String> {
    let fields = manifest.fields();
    let value = |key: &str| match set.get(key) {
        Some(Stored::Plain(value)) => Some(value.to_string()),
        Some(Stored::Sealed(_)) | None => None,
    };
    let shown: Vec<_> = fields.iter().filter(|setting| is_shown(&fields, setting, &value)).collect();
    let settings = || shown.iter().copied();
    let keys = |settings: &mut dyn Iterator<Item = &Setting>| -> Vec<String> {
        settings
            .map(|setting| setting.key.clone())
            .filter(|key| !set.contains_key(key) && !accounts.contains(key))
            .collect()
    };
    if settings().any(Setting::is_needed) {
        return keys(&mut settings().filter(|setting| setting.is_needed()));
    }
    let is_secret = |setting: &&Setting| setting.kind == SettingKind::Secret;
    let unset = keys(&mut settings().filter(is_secret));
    let secrets = settings().filter(is_secret).count();
    if secrets > 1 && unset.len() == secrets { unset } else { Vec::new() }
}

async fn view(conn: &mut Conn, installation: Installation) -> Result<InstallationView, StoreError> {
    let current = catalog::version(conn, &installation.addon, &installation.version).await?;
    let current = current.ok_or(StoreError::NotFound("version"))?;
    let offer = if installation.status.allows(Action::Update) {
        Wish::of(&installation).offer(&offered(conn, &installation).await?)
    } else {
        Offer::default()
    };
    let (previous, snapshot) = previous(conn, &installation).await?;
    let set = settings::list(conn, installation.desk, installation.id).await?;
    let accounts = connected::settings(conn, installation.desk, installation.id).await?;
    let missing = missing(&current.manifest, &set, &accounts);
    let waits_until = if installation.status.is_moving() {
        provisioning::waits_until(conn, installation.desk, installation.id).await?
    } else {
        None
    };
    Ok(InstallationView {
        manifest: Arc::new(current.manifest),
        update: offer.update,
        patch: offer.patch,
        missing,
        check_failed: installations::check_failed(conn, installation.desk, installation.id).await?,
        waits_until,
        previous,
        snapshot,
        has_icon: current.has_icon,
        blocked: current.status == VersionStatus::Blocked,
        set_aside: sagas::aside_of(conn, installation.desk, installation.id).await?,
        installation,
    })
}

/// The versions that an installation may move to, as far as its desk sees them, in the order of publishing.
pub(crate) async fn offered(conn: &mut Conn, installation: &Installation) -> Result<Vec<Version>, StoreError> {
    let seen = catalog::visible(conn, installation.desk, &installation.addon).await?;
    Ok(seen.map(|seen| seen.available()).unwrap_or_default())
}

/// The version that a rollback leads to, and whether its data is there: never a newer one.
async fn previous(conn: &mut Conn, installation: &Installation) -> Result<(Option<Version>, bool), StoreError> {
    let Some(version) = &installation.previous else { return Ok((None, false)) };
    let Some(row) = catalog::version(conn, &installation.addon, version).await? else { return Ok((None, false)) };
    let snapshot = snapshots::get(conn, installation.desk, installation.id, version).await?.is_some();
    let fine = match row.status {
        VersionStatus::Available => true,
        VersionStatus::Yanked => snapshot,
        VersionStatus::Blocked => false,
    };
    if fine && offer::is_newer(&installation.version, &row.version) {
        Ok((Some(row.version), snapshot))
    } else {
        Ok((None, false))
    }
}
