//! The automatic report of a package (R39): made by a job from the bytes as they were handed in, whether or not the catalog has the
//! version yet. What is wrong with the package is in the report; what is wrong with the host makes the job try again.

use annex_check::{Before, Links, Means, Whose};
use annex_domain::{
    addon::{AddonId, Digest, Version},
    report::{Finding, Report},
    review::{Severity, Target},
};
use annex_package::{Refusal, VerifiedPackage, peek};
use annex_store::{
    StoreError,
    blobs::BlobError,
    catalog, installations,
    jobs::{self, Job},
    projects, reports,
};

use crate::{
    Lifecycle, LifecycleError,
    components::{trust_for, verify},
    saga::describe,
};

/// Tries that the host has, a pause between them.
const TRIES: u32 = 5;

/// Why there is no report.
enum Trouble {
    /// It may pass.
    Host(String),
    /// It says something about the package.
    Package(Box<Finding>),
}

impl Lifecycle {
    /// Orders the report of a version anew: of the package that was handed in last, else of the one in the catalog.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn check_again(&self, addon: &AddonId, version: &Version) -> Result<(), LifecycleError> {
        let mut tx = self.db.begin().await?;
        let package = match reports::get(&mut tx, addon, version).await? {
            Some(ordered) => ordered.package,
            None => {
                let listed = catalog::version(&mut tx, addon, version).await?;
                listed.ok_or(LifecycleError::NotFound("version"))?.package_digest
            }
        };
        reports::order(&mut tx, addon, version, &package, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Makes the report that a job asks for.
    pub(crate) async fn check_version(&self, job: &Job) -> Result<(), StoreError> {
        let named = |name: &str| job.payload.get(name).and_then(|value| value.as_str());
        let addon = named("addon").and_then(|id| id.parse::<AddonId>().ok());
        let version = named("version").and_then(|version| version.parse::<Version>().ok());
        let (Some(addon), Some(version)) = (addon, version) else {
            return self.give_up(job, "the job names no version").await;
        };
        let mut tx = self.db.begin().await?;
        let Some(ordered) = reports::get(&mut tx, &addon, &version).await? else {
            jobs::finish(&mut tx, job).await?;
            return tx.commit().await;
        };
        reports::begin(&mut tx, &addon, &version, &ordered.package, self.clock.now()).await?;
        tx.commit().await?;
        let beat = self.keep_job(job);
        let made = Box::pin(self.make_report(&ordered.package)).await;
        drop(beat);
        match made {
            Ok(report) => self.keep_report(job, &addon, &version, &ordered.package, &report).await,
            Err(Trouble::Package(finding)) => {
                let report = Report { findings: vec![*finding], ..Report::default() };
                self.keep_report(job, &addon, &version, &ordered.package, &report).await
            }
            Err(Trouble::Host(why)) if job.attempts >= TRIES => {
                let mut tx = self.db.begin().await?;
                reports::fail(&mut tx, &addon, &version, &why, self.clock.now()).await?;
                tx.commit().await?;
                self.give_up(job, &why).await
            }
            Err(Trouble::Host(why)) => self.try_later(job, &why, None).await,
        }
    }

    async fn keep_report(
        &self,
        job: &Job,
        addon: &AddonId,
        version: &Version,
        package: &Digest,
        report: &Report,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        match reports::finish(&mut tx, addon, version, package, report, self.clock.now()).await {
            Ok(()) => {
                let blockers = u32::try_from(report.count(Severity::Blocker)).unwrap_or(u32::MAX);
                projects::versions::set_checked(&mut tx, addon, package, blockers).await?;
            }
            // Another package was handed in meanwhile; its job is in line.
            Err(StoreError::Stale(_)) => {}
            Err(error) => return Err(error),
        }
        jobs::finish(&mut tx, job).await?;
        self.commit(tx, "report", "keep").await
    }

    async fn make_report(&self, digest: &Digest) -> Result<Report, Trouble> {
        let package = self.handed_in(digest).await?;
        let before = self.version_before(&package).await.map_err(|error| Trouble::Host(describe(&error)))?;
        let means = Means {
            compiler: self.sandbox.compiler().clone(),
            whose: Whose::Foreign,
            before,
            links: Links::Ask(self.sandbox.overrides().clone()),
        };
        annex_check::report(package, means).await.map_err(|error| Trouble::Host(error.to_string()))
    }

    /// The package as it is stored, verified now.
    async fn handed_in(&self, digest: &Digest) -> Result<VerifiedPackage, Trouble> {
        let host = |error: &dyn std::error::Error| Trouble::Host(describe(error));
        let bytes = match self.blobs.get(digest).await {
            Ok(bytes) => bytes,
            Err(error @ (BlobError::NotFound(_) | BlobError::Damaged(_))) => {
                let text = "the package is missing or damaged on the host";
                let lost = Finding::new(error.code(), Severity::Blocker, Target::Whole, text);
                return Err(Trouble::Package(Box::new(lost.hint("upload it again"))));
            }
            Err(error) => return Err(host(&error)),
        };
        let claimed = peek(&bytes).map_err(refused)?;
        let known = installations::known_runnable(&self.db, &claimed.id, &claimed.version).await;
        let known = known.map_err(|error| host(&error))?.filter(|known| known.package == *digest);
        // What the catalog has counts with the keys of whose it was then.
        let slug = known.as_ref().map_or_else(|| claimed.id.publisher(), |known| known.publisher.clone());
        let accepted = known.map(|known| (known.published_at, known.signers));
        let mut conn = self.db.read().await.map_err(|error| host(&error))?;
        let publisher = catalog::publisher(&mut conn, &slug).await.map_err(|error| host(&error))?;
        drop(conn);
        let publisher = publisher.ok_or_else(|| Trouble::Host("the host does not know the publisher".into()))?;
        verify(bytes, trust_for(&claimed.id, &publisher, accepted)).await.map_err(refused)
    }

    /// What the catalog has from before this package.
    async fn version_before(&self, package: &VerifiedPackage) -> Result<Option<Before>, StoreError> {
        let manifest = package.manifest();
        let versions = catalog::versions(&mut self.db.read().await?, &manifest.id).await?;
        let earlier = versions.into_iter().filter(|row| row.seq < manifest.seq).max_by_key(|row| row.seq);
        Ok(earlier.map(|row| Before { manifest: row.manifest, size: row.size }))
    }
}

/// The host's keys and rules may be others than at the upload.
fn refused(refusal: Refusal) -> Trouble {
    let found = Finding::new(refusal.code(), Severity::Blocker, Target::Whole, refusal.to_string());
    Trouble::Package(Box::new(found.hint(refusal.hint())))
}
