//! From an installation to something that can be called: the package from the blob store, verified in this process under
//! the keys that counted when it was accepted, its component admitted by the sandbox.
//!
//! What was admitted is kept by package digest and by the revision of the publisher's keys, so a change of the keys makes
//! every node verify again. The version's status is looked up for every call: blocked stops at once on the node that blocked it,
//! and within a second on the others.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use annex_domain::{
    addon::{AddonId, Digest, Version},
    clock::Timestamp,
};
use annex_package::{KeyStatus, Refusal, TrustedKey, TrustedKeys, VerifiedPackage};
use annex_sandbox::{Admitted, CompileError, Errand};
use annex_store::{
    StoreError,
    blobs::BlobError,
    catalog::{self, VersionStatus},
    installations::{self, Runnable},
};
use tokio::sync::OnceCell;

use crate::{Inner, Lifecycle};

type Key = (Digest, i64);
type Slot = Arc<OnceCell<Admitted>>;

/// What was admitted in this process.
#[derive(Debug, Default)]
pub(crate) struct Components(Mutex<BTreeMap<Key, Slot>>);

impl Components {
    /// The place for a package: whoever asks while it is loaded waits for that one load. A new revision drops the older
    /// ones of the same package.
    fn slot(&self, key: &Key) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(key) {
            return Arc::clone(slot);
        }
        slots.retain(|(digest, rev), _| digest != &key.0 || *rev > key.1);
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}

/// Why a component cannot be called.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("the catalog does not have this version")]
    Missing,
    #[error("this version was blocked")]
    Blocked,
    #[error("the package does not verify: {0}")]
    Refused(Refusal),
    #[error("the component cannot be used: {0}")]
    Component(CompileError),
    #[error("the package cannot be read")]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoadError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing => "not-found",
            Self::Blocked => "version-blocked",
            Self::Refused(refusal) => refusal.code(),
            Self::Component(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// True when the same may work later without anybody doing anything.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Store(error) => error.may_pass(),
            Self::Blob(BlobError::Store(_)) | Self::Component(CompileError::Unavailable(_)) => true,
            Self::Missing | Self::Blocked | Self::Refused(_) | Self::Component(_) | Self::Blob(_) => false,
        }
    }
}

/// The keys that count for a package: now for a new one, at `accepted` for one that was taken in then. A key that was
/// retired or revoked afterwards still vouches for what it had signed; a bad version is stopped by blocking it.
pub(crate) fn trust(publisher: &catalog::Publisher, accepted: Option<(Timestamp, u32)>) -> TrustedKeys {
    let counts = |key: &catalog::Key| match (key.status, accepted) {
        (catalog::KeyStatus::Active, _) => true,
        (_, Some((at, _))) => key.ended_at.is_some_and(|ended| ended >= at),
        (_, None) => false,
    };
    let keys = publisher.keys.iter().map(|key| TrustedKey {
        id: key.id.clone(),
        public: key.public,
        purpose: key.purpose,
        status: if counts(key) { KeyStatus::Active } else { KeyStatus::Revoked },
    });
    // A threshold that was raised since then asks more of new packages, not of old ones.
    let threshold = accepted.map_or(publisher.threshold, |(_, signers)| publisher.threshold.min(signers.max(1)));
    TrustedKeys { publisher: publisher.slug.clone(), threshold, keys: keys.collect() }
}

/// The same for packages of an add-on. One that was handed over keeps its id, whoever's keys count for it.
pub(crate) fn trust_for(
    addon: &AddonId,
    publisher: &catalog::Publisher,
    accepted: Option<(Timestamp, u32)>,
) -> TrustedKeys {
    TrustedKeys { publisher: addon.publisher(), ..trust(publisher, accepted) }
}

/// Verifies on a thread for such work: unpacking and hashing take milliseconds.
pub(crate) async fn verify(bytes: bytes::Bytes, trust: TrustedKeys) -> Result<VerifiedPackage, Refusal> {
    let work = tokio::task::spawn_blocking(move || annex_package::verify(bytes, &trust));
    match work.await {
        Ok(result) => result,
        Err(panic) => Err(Refusal::ProofMalformed { why: format!("the verifier failed: {panic}") }),
    }
}

impl Inner {
    async fn runnable(&self, addon: &AddonId, version: &Version) -> Result<Runnable, LoadError> {
        let found = installations::known_runnable(&self.db, addon, version).await?;
        let found = found.ok_or(LoadError::Missing)?;
        if found.status == VersionStatus::Blocked { Err(LoadError::Blocked) } else { Ok(found) }
    }

    async fn verify_stored(&self, addon: &AddonId, runnable: &Runnable) -> Result<VerifiedPackage, LoadError> {
        let publisher = catalog::publisher(&mut self.db.read().await?, &runnable.publisher).await?;
        let publisher = publisher.ok_or(LoadError::Missing)?;
        let trust = trust_for(addon, &publisher, Some((runnable.published_at, runnable.signers)));
        let bytes = self.blobs.get(&runnable.package).await?;
        verify(bytes, trust).await.map_err(LoadError::Refused)
    }
}

impl Lifecycle {
    /// The package of a version, verified now.
    pub(crate) async fn verified(&self, addon: &AddonId, version: &Version) -> Result<VerifiedPackage, LoadError> {
        let runnable = self.runnable(addon, version).await?;
        self.verify_stored(addon, &runnable).await
    }

    /// The component of a version, ready to be called. `package`: when the caller has just verified it.
    pub(crate) async fn admitted(
        &self,
        addon: &AddonId,
        version: &Version,
        package: Option<VerifiedPackage>,
    ) -> Result<Admitted, LoadError> {
        let runnable = self.runnable(addon, version).await?;
        let slot = self.components.slot(&(runnable.package.clone(), runnable.publisher_rev));
        let load = async || {
            let package = match package {
                Some(package) if *package.package_digest() == runnable.package => package,
                _ => self.verify_stored(addon, &runnable).await?,
            };
            self.sandbox.admit(&package, Errand::Use).await.map_err(LoadError::Component)
        };
        Ok(slot.get_or_try_init(load).await?.clone())
    }
}
