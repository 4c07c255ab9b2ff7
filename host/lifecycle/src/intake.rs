//! Intake: a package enters the catalog, or is refused with a code, an audit row, and nothing left behind.
//!
//! peek (whose keys?) → verify every byte under them → `seq` higher than ever, version new → compile → texts within bounds,
//! icon drawn anew → blob → one transaction with the catalog row and the audit row. The same bytes again are answered as at the
//! first time.

use annex_domain::{
    addon::{AddonId, Digest, KeyId, Kind, Seq, Version},
    audit::Action,
    localized::Localized,
    manifest::Manifest,
    plan,
};
use annex_package::{FieldErrors, Refusal, VerifiedPackage, icon, peek};
use annex_sandbox::{Admitted, Errand};
use annex_store::{
    Forbidden, StoreError, audit,
    catalog::{self, NewVersion, Reach, VersionRow, VersionStatus, YankedBy},
    publishers::organisations,
    reports,
};
use bytes::Bytes;
use serde_json::json;

use crate::{
    Initiator, IntakeError, Lifecycle, LifecycleError,
    components::{trust_for, verify},
};

/// Where a package comes in.
#[derive(Debug, Clone, Copy)]
enum Door<'a> {
    /// With the platform's consent: it may be installed at once.
    Platform,
    /// As a version of this add-on, which a publisher works on: it is not for everyone yet (R43).
    Project(&'a AddonId, Kind),
}

impl Door<'_> {
    fn check(self, claimed: &Manifest) -> Result<(), IntakeError> {
        match self {
            Self::Project(id, _) if claimed.id != *id => {
                Err(IntakeError::OtherAddon { expected: id.clone(), found: claimed.id.clone() })
            }
            Self::Project(id, kind) if claimed.kind != kind => Err(IntakeError::KindChanged(id.clone())),
            Self::Platform | Self::Project(..) => Ok(()),
        }
    }
}

/// A package in the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The add-on.
    pub addon: AddonId,
    /// The release.
    pub version: Version,
    /// Rises with each package.
    pub seq: Seq,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// Its name.
    pub name: Localized,
    /// Of the `.annex` bytes.
    pub package_digest: Digest,
    /// Of the component.
    pub component_digest: Digest,
    /// Of the package, in bytes.
    pub size: u64,
    /// Who signed.
    pub signers: Vec<KeyId>,
    /// The catalog had exactly these bytes already.
    pub repeated: bool,
}

impl Lifecycle {
    /// Takes a package in. Web and command line bound its size while reading.
    ///
    /// # Errors
    /// Why it is refused; see [`IntakeError::code`].
    pub async fn publish(&self, bytes: Bytes, by: Initiator) -> Result<Published, IntakeError> {
        self.intake(bytes, by, Door::Platform).await
    }

    /// Takes in a package that is to be reviewed, of this add-on alone, and orders its report. Until it is released only the developer
    /// desk of its publisher and the desks of the platform install it.
    ///
    /// # Errors
    /// As [`Lifecycle::publish`]; [`IntakeError::OtherAddon`].
    pub async fn publish_for_review(
        &self,
        bytes: Bytes,
        by: Initiator,
        of: &AddonId,
        kind: Kind,
    ) -> Result<Published, IntakeError> {
        self.intake(bytes, by, Door::Project(of, kind)).await
    }

    async fn intake(&self, bytes: Bytes, by: Initiator, door: Door<'_>) -> Result<Published, IntakeError> {
        let digest = Digest::of(&bytes);
        let manifest = peek_on_a_thread(bytes.clone()).await;
        let addon = manifest.as_ref().ok().map(|manifest| manifest.id.clone());
        let result = match manifest {
            Ok(manifest) => self.take_in(bytes, manifest, by, door).await,
            Err(refusal) => Err(refusal.into()),
        };
        if let Err(error) = &result
            && error.is_refusal()
        {
            let object = addon.as_ref().map_or("package", AddonId::as_str);
            self.audit_refusal(by, Action::CatalogRefuse, object, error, Some(&digest)).await?;
        }
        result
    }

    async fn take_in(
        &self,
        bytes: Bytes,
        claimed: Manifest,
        by: Initiator,
        door: Door<'_>,
    ) -> Result<Published, IntakeError> {
        door.check(&claimed)?;
        let mut conn = self.db.read().await?;
        let slug = catalog::owner(&mut conn, &claimed.id).await?;
        let publisher = catalog::publisher(&mut conn, &slug).await?;
        drop(conn);
        let publisher = publisher.ok_or_else(|| IntakeError::UnknownPublisher(slug.to_string()))?;
        let package = verify(bytes.clone(), trust_for(&claimed.id, &publisher, None)).await?;
        let manifest = package.manifest();
        if let Some(known) = self.known(&package).await? {
            self.blobs.put(bytes).await?; // heals a blob that was lost
            return Ok(published(known, true));
        }
        if let Err(errors) = plan::check_prices(&manifest.plans) {
            return Err(Refusal::ManifestInvalid { errors: FieldErrors(errors) }.into());
        }
        let admitted = self.sandbox.admit(&package, Errand::Upload).await?;
        if let Err(error) = self.keep(bytes, &package, &admitted, by, door).await {
            // The same bytes may have come in at the same time.
            return match self.known(&package).await {
                Ok(Some(known)) => Ok(published(known, true)),
                _ => Err(self.take_back(&package, &admitted, error).await),
            };
        }
        tracing::info!(addon = %manifest.id, version = %manifest.version, "published");
        let row = catalog::version(&mut self.db.read().await?, &manifest.id, &manifest.version).await?;
        Ok(published(row.ok_or(IntakeError::NotFound("version"))?, false))
    }

    /// What the admitted component says, and what lasts.
    async fn keep(
        &self,
        bytes: Bytes,
        package: &VerifiedPackage,
        admitted: &Admitted,
        by: Initiator,
        door: Door<'_>,
    ) -> Result<(), IntakeError> {
        self.check_texts(package, admitted).await?;
        let picture = package.manifest().listing.icon.as_deref().and_then(|path| Some((path, package.asset(path)?)));
        let picture = picture.map(|(path, data)| icon::redraw(path, data)).transpose()?;
        let pictures = draw_on_a_thread(package).await?;
        self.blobs.put(bytes).await?;
        self.add(package, (picture.as_deref(), &pictures), by, door).await
    }

    /// The same package, when the catalog has it; refuses what must not follow on what it has.
    async fn known(&self, package: &VerifiedPackage) -> Result<Option<VersionRow>, IntakeError> {
        let manifest = package.manifest();
        let mut conn = self.db.read().await?;
        let same_version = catalog::version(&mut conn, &manifest.id, &manifest.version).await?;
        if let Some(row) = same_version.as_ref()
            && row.package_digest == *package.package_digest()
        {
            return Ok(same_version);
        }
        let highest = catalog::highest_seq(&mut conn, &manifest.id).await?;
        if let Some(highest) = highest.filter(|highest| manifest.seq <= *highest) {
            return Err(IntakeError::older_seq(&manifest.id, manifest.seq, highest));
        }
        if same_version.is_some() {
            return Err(IntakeError::VersionExists { addon: manifest.id.clone(), version: manifest.version.clone() });
        }
        Ok(None)
    }

    async fn add(
        &self,
        package: &VerifiedPackage,
        (icon, pictures): (Option<&[u8]>, &[Vec<u8>]),
        by: Initiator,
        door: Door<'_>,
    ) -> Result<(), IntakeError> {
        let (manifest, now) = (package.manifest(), self.clock.now());
        let json = std::str::from_utf8(package.manifest_bytes())
            .map_err(|_| StoreError::Invalid { field: "manifest", problem: "is not UTF-8" })?;
        let new = NewVersion {
            manifest,
            manifest_json: json,
            package_digest: package.package_digest(),
            component_digest: package.component_digest(),
            size: package.size(),
            signers: package.signers(),
            icon,
        };
        let mut tx = self.db.begin().await?;
        catalog::add_version(&mut tx, &new, now).await.map_err(|error| match error {
            // Another package was faster between the look and the write.
            StoreError::Stale(_) => IntakeError::older_seq(&manifest.id, manifest.seq, manifest.seq),
            StoreError::Taken(_) => {
                IntakeError::VersionExists { addon: manifest.id.clone(), version: manifest.version.clone() }
            }
            StoreError::Forbidden(Forbidden::KindChanged) => IntakeError::KindChanged(manifest.id.clone()),
            other => other.into(),
        })?;
        if let Door::Project(..) = door {
            catalog::set_reach(&mut tx, &manifest.id, &manifest.version, Reach::Own, now).await?;
            reports::order(&mut tx, &manifest.id, &manifest.version, package.package_digest(), now).await?;
        }
        catalog::add_pictures(&mut tx, &manifest.id, &manifest.version, pictures).await?;
        let detail = json!({ "version": manifest.version.to_string(), "seq": manifest.seq, "digest": package.package_digest(),
            "signers": package.signers() });
        audit::append(&mut tx, by.desk, by.actor, Action::CatalogPublish, manifest.id.as_str(), &detail, now).await?;
        Ok(self.commit(tx, "intake", "keep").await?)
    }

    /// Nothing is left behind: the blob goes, unless another version has the same bytes, and what was compiled for it alone.
    async fn take_back(&self, package: &VerifiedPackage, admitted: &Admitted, error: IntakeError) -> IntakeError {
        self.sandbox.forget(admitted).await;
        let used = async { catalog::has_package(&mut self.db.read().await?, package.package_digest()).await };
        if matches!(used.await, Ok(false))
            && let Err(error) = self.blobs.delete(package.package_digest()).await
        {
            tracing::warn!(digest = %package.package_digest(), %error, "the blob of a refused package is left behind");
        }
        error
    }

    /// Yanks or blocks a version, or makes it available again, for the platform.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; [`LifecycleError::Yanked`] for one that its publisher withdrew: it offers it again itself.
    pub async fn set_version_status(
        &self,
        addon: &AddonId,
        version: &Version,
        status: VersionStatus,
        by: Initiator,
    ) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        // Held from here on: of two who change it, the second sees what the first did.
        let owner = catalog::owner(&mut tx, addon).await?;
        organisations::lock(&mut tx, &owner).await?;
        let row = catalog::version(&mut tx, addon, version).await?.ok_or(StoreError::NotFound("version"))?;
        if status == VersionStatus::Available && row.yanked_by == Some(YankedBy::Publisher) {
            return Err(LifecycleError::Yanked);
        }
        catalog::set_version_status(&mut tx, addon, version, status, YankedBy::Platform, now).await?;
        let detail = json!({ "version": version.to_string(), "status": status.as_str() });
        audit::append(&mut tx, by.desk, by.actor, Action::CatalogVersionStatus, addon.as_str(), &detail, now).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn audit_refusal(
        &self,
        by: Initiator,
        action: Action,
        object: &str,
        error: &IntakeError,
        digest: Option<&Digest>,
    ) -> Result<(), StoreError> {
        tracing::warn!(object, code = error.code(), %error, "refused");
        let now = self.clock.now();
        let detail = json!({ "code": error.code(), "text": error.to_string(), "digest": digest });
        let mut tx = self.db.begin().await?;
        audit::append(&mut tx, by.desk, by.actor, action, object, &detail, now).await?;
        tx.commit().await
    }
}

async fn peek_on_a_thread(bytes: Bytes) -> Result<Manifest, Refusal> {
    let work = tokio::task::spawn_blocking(move || peek(&bytes));
    match work.await {
        Ok(result) => result,
        Err(panic) => Err(Refusal::ProofMalformed { why: format!("the reader failed: {panic}") }),
    }
}

/// The pictures of the listing, drawn anew: that may take a tenth of a second for each.
async fn draw_on_a_thread(package: &VerifiedPackage) -> Result<Vec<Vec<u8>>, Refusal> {
    let paths = package.manifest().listing.pictures.iter();
    let sent: Vec<(String, Bytes)> =
        paths.filter_map(|path| Some((path.clone(), package.asset(path)?.clone()))).collect();
    let work = tokio::task::spawn_blocking(move || {
        sent.iter().map(|(path, data)| icon::redraw_picture(path, data)).collect::<Result<Vec<_>, Refusal>>()
    });
    match work.await {
        Ok(drawn) => drawn,
        Err(panic) => Err(Refusal::ProofMalformed { why: format!("the reader failed: {panic}") }),
    }
}

fn published(row: VersionRow, repeated: bool) -> Published {
    Published {
        addon: row.addon,
        version: row.version,
        seq: row.seq,
        kind: row.manifest.kind,
        name: row.manifest.listing.name,
        package_digest: row.package_digest,
        component_digest: row.component_digest,
        size: row.size,
        signers: row.signers,
        repeated,
    }
}
