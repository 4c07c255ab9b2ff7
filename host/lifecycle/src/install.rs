//! Install: from a consent to an active installation, or to nothing but the notice of a failed one.
//!
//! ```text
//! record   one transaction: installation `installing`, the saga, the audit row
//! verify   the package's signatures and files, in this process
//! compile  in a child process, or the artifact of an earlier time
//! charge   where the plan costs something                       undo: refund
//! hook     the add-on's `install`, in its sandbox               undo: its `uninstall`, and its values deleted
//! language for languages: the translation is fetched
//! activate one transaction: `active`, translation, audit row, outbox
//! ```

use annex_domain::{
    addon::{AddonId, Kind, Version},
    capability::{Capability, Grant},
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Notice, Status},
    language::LanguagePack,
    operator::Actor,
};
use annex_store::{StoreError, audit, catalog, health, installations, kv, languages, outbox, sagas::SagaState};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lifecycle, LifecycleError, VersionStatus,
    billing::{BillingError, Charge},
    calls::Hook,
    components::LoadError,
    saga::{self, Run, Saga, Step, StepError},
};

/// What an operator asked for, and what the consent page had shown.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Into this desk.
    pub desk: DeskId,
    /// The add-on.
    pub addon: AddonId,
    /// `None`: the newest available one.
    pub version: Option<Version>,
    /// Who asked and consented.
    pub by: OperatorId,
    /// What was consented to: at least what the version asks for.
    pub grant_accepted: Vec<Capability>,
    /// A second request with the same key answers the installation of the first.
    pub idempotency_key: Option<String>,
}

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Install {
    pub(crate) addon: AddonId,
    pub(crate) kind: Kind,
    pub(crate) version: Version,
    pub(crate) by: OperatorId,
}

impl Lifecycle {
    /// Starts an installation; [`Self::wait`] tells how it goes. A failed installation of the add-on is tried again.
    ///
    /// # Errors
    /// [`LifecycleError::AlreadyInstalled`], [`LifecycleError::ConsentNeeded`] with only what is missing,
    /// [`LifecycleError::Yanked`], [`LifecycleError::Blocked`], [`LifecycleError::NotFound`].
    pub async fn install(&self, request: InstallRequest) -> Result<Installation, LifecycleError> {
        let InstallRequest { desk, addon, version, by, grant_accepted, idempotency_key } = request;
        let key = idempotency_key.as_deref();
        let mut conn = self.db.read().await?;
        if let Some(existing) = installations::of_addon(&mut conn, desk, &addon).await? {
            let stored = installations::idempotency_key(&mut conn, desk, existing.id).await?;
            if key.is_some() && stored.as_deref() == key {
                return Ok(existing);
            }
            if existing.status != Status::FailedInstallation {
                return Err(LifecycleError::AlreadyInstalled(existing.id));
            }
            let version = self.installable(&addon, version).await?;
            let grant = consented(&Grant::of(&grant_accepted), &version.manifest.capabilities)?;
            return self.install_again(existing, version.version, grant, by).await;
        }
        drop(conn);
        let version = self.installable(&addon, version).await?;
        let grant = consented(&Grant::of(&grant_accepted), &version.manifest.capabilities)?;
        let (now, kind) = (self.clock.now(), version.manifest.kind);
        let id = InstallationId::new();
        let new = Installation::begin(id, desk, addon.clone(), kind, version.version.clone(), grant.clone(), by, now);
        let mut tx = self.db.begin().await?;
        match installations::insert(&mut tx, &new, key).await {
            Err(StoreError::Taken(_)) => return self.lost_race(desk, &addon, key).await,
            other => other?,
        }
        let detail = json!({ "installation": id, "version": new.version.to_string(), "grant": grant });
        audit::append(&mut tx, desk, Actor::Operator(by), "addon.install", addon.as_str(), &detail, now).await?;
        let params = Install { addon, kind, version: new.version.clone(), by };
        saga::start(self, tx, desk, id, &params).await?;
        Ok(new)
    }

    /// Tries a failed installation again, with the version and grant that it had. Of several that ask at once, one
    /// starts it; the others get the installation as it then is (R31).
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] unless the installation failed; [`LifecycleError::NotFound`].
    pub async fn retry_install(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let failed = self.stored(desk, id).await?;
        self.installable(&failed.addon, Some(failed.version.clone())).await?;
        let (version, grant) = (failed.version.clone(), failed.grant.clone());
        match self.install_again(failed, version, grant, by).await {
            Err(LifecycleError::Conflict) => self.stored(desk, id).await,
            other => other,
        }
    }

    async fn install_again(
        &self,
        failed: Installation,
        version: Version,
        grant: Grant,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let now = self.clock.now();
        let again = failed.retry(version, grant, now)?;
        let (desk, id) = (again.desk, again.id);
        let mut tx = self.db.begin().await?;
        installations::save(&mut tx, &again).await?;
        let detail = json!({ "installation": id, "version": again.version.to_string(), "grant": again.grant });
        audit::append(&mut tx, desk, Actor::Operator(by), "addon.retry-install", again.addon.as_str(), &detail, now)
            .await?;
        let params = Install { addon: again.addon.clone(), kind: again.kind, version: again.version.clone(), by };
        saga::start(self, tx, desk, id, &params).await?;
        Ok(again)
    }

    /// Another request installed the add-on between the look and the write.
    async fn lost_race(
        &self,
        desk: DeskId,
        addon: &AddonId,
        key: Option<&str>,
    ) -> Result<Installation, LifecycleError> {
        let mut conn = self.db.read().await?;
        let winner = installations::of_addon(&mut conn, desk, addon).await?.ok_or(LifecycleError::Conflict)?;
        let stored = installations::idempotency_key(&mut conn, desk, winner.id).await?;
        let same = key.is_some() && stored.as_deref() == key;
        if same { Ok(winner) } else { Err(LifecycleError::AlreadyInstalled(winner.id)) }
    }

    /// A version that may be installed: the named one, or the newest.
    pub(crate) async fn installable(
        &self,
        addon: &AddonId,
        version: Option<Version>,
    ) -> Result<catalog::VersionRow, LifecycleError> {
        let mut conn = self.db.read().await?;
        let row = match version {
            Some(version) => catalog::version(&mut conn, addon, &version).await?,
            None => catalog::latest(&mut conn, addon).await?,
        };
        let row = row.ok_or(LifecycleError::NotFound("version"))?;
        match row.status {
            VersionStatus::Available => Ok(row),
            VersionStatus::Yanked => Err(LifecycleError::Yanked),
            VersionStatus::Blocked => Err(LifecycleError::Blocked),
        }
    }

    pub(crate) async fn stored(&self, desk: DeskId, id: InstallationId) -> Result<Installation, LifecycleError> {
        let found = installations::get(&mut self.db.read().await?, desk, id).await?;
        found.ok_or(LifecycleError::NotFound("installation"))
    }
}

/// The grant for `capabilities` when all of them were consented to: never more than the version asks for.
pub(crate) fn consented(accepted: &Grant, capabilities: &[Capability]) -> Result<Grant, LifecycleError> {
    let missing = accepted.missing(capabilities);
    if missing.is_empty() { Ok(Grant::of(capabilities)) } else { Err(LifecycleError::ConsentNeeded(missing)) }
}

impl Saga for Install {
    const KIND: &'static str = "install";
    const STEPS: &'static [Step<Self>] = &[
        Step { name: "verify", action: |run| Box::pin(verify(run)), undo: None },
        Step { name: "compile", action: |run| Box::pin(compile(run)), undo: None },
        Step { name: "charge", action: |run| Box::pin(charge(run)), undo: Some(|run| Box::pin(refund(run))) },
        Step { name: "hook", action: |run| Box::pin(hook(run)), undo: Some(|run| Box::pin(undo_hook(run))) },
        Step { name: "language", action: |run| Box::pin(language(run)), undo: None },
        Step { name: "activate", action: |run| Box::pin(activate(run)), undo: None },
    ];

    fn undone<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Undone))
    }

    fn stuck<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Stuck))
    }
}

async fn verify(run: &mut Run<Install>) -> Result<Value, StepError> {
    let package = run.host.verified(&run.params.addon, &run.params.version).await?;
    let output = json!({ "package": package.package_digest(), "component": package.component_digest() });
    run.package = Some(package);
    Ok(output)
}

async fn compile(run: &mut Run<Install>) -> Result<Value, StepError> {
    let package = run.package.take();
    run.host.admitted(&run.params.addon, &run.params.version, package).await?;
    Ok(Value::Null)
}

async fn charge(run: &mut Run<Install>) -> Result<Value, StepError> {
    match run.host.billing.charge(&charge_of(run)).await {
        Ok(()) => Ok(Value::Null),
        Err(BillingError::Declined(text)) => Err(StepError::last("payment-declined", text)),
        Err(BillingError::Unavailable(text)) => Err(StepError::Later(text)),
    }
}

async fn refund(run: &mut Run<Install>) -> Result<(), StepError> {
    run.host.billing.refund(&charge_of(run)).await.map_err(|error| StepError::Later(error.to_string()))
}

fn charge_of(run: &Run<Install>) -> Charge {
    Charge {
        key: run.id(),
        desk: run.desk(),
        installation: run.subject(),
        addon: run.params.addon.clone(),
        version: run.params.version.clone(),
        by: run.params.by,
    }
}

async fn hook(run: &mut Run<Install>) -> Result<Value, StepError> {
    if run.params.kind == Kind::Language {
        return Ok(Value::Null); // the world of languages has no hooks
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    // An earlier attempt may have written values: the hook finds none, as at the first time.
    kv::clear(&mut tx, run.desk(), run.subject()).await?;
    tx.commit().await?;
    run.host.call_hook(&installation, &run.params.version, Hook::Install).await?;
    Ok(Value::Null)
}

/// Best effort: the add-on may tidy up elsewhere, but cannot keep itself from being removed.
async fn undo_hook(run: &mut Run<Install>) -> Result<(), StepError> {
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    if run.params.kind != Kind::Language
        && let Err(error) = run.host.call_hook(&installation, &run.params.version, Hook::Uninstall).await
    {
        tracing::info!(installation = %run.subject(), ?error, "the uninstall hook of a failed installation failed");
    }
    let mut tx = run.begin().await?;
    kv::clear(&mut tx, run.desk(), run.subject()).await?;
    Ok(tx.commit().await?)
}

async fn language(run: &mut Run<Install>) -> Result<Value, StepError> {
    if run.params.kind != Kind::Language {
        return Ok(Value::Null);
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    let pack = run.host.fetch_language(&installation, &run.params.version).await?;
    serde_json::to_value(pack).map_err(|error| StepError::last("language", error.to_string()))
}

async fn activate(run: &mut Run<Install>) -> Result<Value, StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let active = run.installation(&mut tx).await?.installed(now)?;
    installations::save(&mut tx, &active).await?;
    if let Ok(pack) = serde_json::from_value::<LanguagePack>(run.output("language").clone()) {
        languages::put(&mut tx, active.desk, active.id, &active.version, &pack, now).await?;
    }
    health::forget_traps(&mut tx, active.desk, active.id).await?;
    let detail = json!({ "addon": active.addon, "version": active.version.to_string(), "by": run.params.by });
    audit::append(&mut tx, active.desk, Actor::System, "addon.installed", active.addon.as_str(), &detail, now).await?;
    outbox::put(&mut tx, active.desk, active.id, "app.installed", &detail, now).await?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}

async fn fail(run: &mut Run<Install>, notice: Notice, state: SagaState) -> Result<(), StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let detail = json!({ "version": run.params.version.to_string(), "code": notice.code, "error_id": notice.error_id,
        "text": notice.text });
    let failed = run.installation(&mut tx).await?.install_failed(notice, now)?;
    installations::save(&mut tx, &failed).await?;
    audit::append(&mut tx, failed.desk, Actor::System, "addon.install-failed", failed.addon.as_str(), &detail, now)
        .await?;
    outbox::put(&mut tx, failed.desk, failed.id, "app.install-failed", &detail, now).await?;
    run.end(tx, state).await
}

impl From<LoadError> for StepError {
    fn from(error: LoadError) -> Self {
        if error.may_pass() {
            return Self::Later(saga::describe(&error));
        }
        Self::last(error.code(), saga::describe(&error))
    }
}
