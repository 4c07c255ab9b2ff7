//! Uninstall (R29, R63): says what will be deleted, then deletes it for good. Never turns back once it has begun, but for one case: a
//! publisher that sets the version up by hand may decline, or be silent. Then it stands where it stood, cancelled where something was
//! paid for it, and can be uninstalled again.
//!
//! ```text
//! record  one transaction: installation `uninstalling`, subscription ended, the saga, the audit row with what will be deleted
//! settle  what was ordered and is not paid is taken back; money that turns out to be taken goes back
//! answer  of the publisher, where it has set the version up by hand; not when forced
//! hook    the add-on's `uninstall`, best effort: it may tidy up elsewhere; not when forced
//! purge   one transaction: everything that belongs to the installation, its row, its fields put out of use, the audit row, outbox, mail
//! ```

use annex_billing::entitlement::Reason;
use annex_domain::{
    addon::{AddonId, Kind, Version},
    audit::Action,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Notice, Status},
    localized::Localized,
    mail::{MailAddon, MailFacts},
    operator::Actor,
    provisioning::{Asked, STAYS_DECLINED, STAYS_UNANSWERED},
    publisher_event::{EventData, TrialEndedWhy, UninstallRequested, Uninstalled},
    random::error_id,
};
use annex_store::{
    audit, billing, catalog, desks, footprint, installations, outbox, publisher_events, sagas, sagas::SagaState,
};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lifecycle, LifecycleError,
    calls::Hook,
    cancel, fields, letters,
    provisioning::{self, Ask, Heard},
    publisher_events::happened,
    saga::{self, Run, Saga, Step, StepError},
    subscribe,
    terms::Deed,
};

pub use annex_store::footprint::Item as UninstallItem;

/// What an uninstall deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UninstallManifest {
    /// Of which add-on.
    pub addon: AddonId,
    /// Its name.
    pub name: Localized,
    /// What there is, by kind; kinds of which there is nothing are left out.
    pub items: Vec<UninstallItem>,
}

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Uninstall {
    addon: AddonId,
    kind: Kind,
    version: Version,
    by: OperatorId,
    force: bool,
    /// Where it stands when its publisher does not let it go; none where nobody is asked.
    #[serde(default)]
    stays: Option<Status>,
}

/// What became of the add-on's hook: `ok` or `failed`; none: it was not asked.
#[derive(Debug, Default, Serialize, Deserialize)]
struct HookOutcome {
    hook: Option<String>,
}

impl Lifecycle {
    /// What an uninstall would delete now.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn uninstall_manifest(
        &self,
        desk: DeskId,
        id: InstallationId,
    ) -> Result<UninstallManifest, LifecycleError> {
        self.meter.flush().await;
        let installation = self.stored(desk, id).await?;
        let mut conn = self.db.read().await?;
        let version = catalog::version(&mut conn, &installation.addon, &installation.version).await?;
        let version = version.ok_or(LifecycleError::NotFound("version"))?;
        let items = footprint::of(&mut conn, desk, id).await?;
        Ok(UninstallManifest {
            addon: installation.addon.clone(),
            name: installation.name(Some(version.manifest.listing.name)),
            items,
        })
    }

    /// Starts an uninstall; [`Self::wait`] answers `None` when it is through. `force` takes an installation whatever its
    /// status, ends what is under way for it, and does not ask the add-on (R37).
    ///
    /// # Errors
    /// [`LifecycleError::NotAllowed`] while installing, updating or uninstalling, unless forced;
    /// [`LifecycleError::ForceDisabled`] unless the platform allows it to the desk; [`LifecycleError::Login`]
    /// while the wrong account is logged in, unless it is stuck: then force is its only way out.
    pub async fn uninstall(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
        force: bool,
    ) -> Result<(), LifecycleError> {
        self.meter.flush().await;
        let now = self.clock.now();
        let installation = self.stored(desk, id).await?;
        let mut conn = self.db.read().await?;
        if force && !desks::may_force_uninstall(&mut conn, desk).await? {
            return Err(LifecycleError::ForceDisabled);
        }
        let ordinary = installation.clone().begin_uninstall(false, now);
        let stuck = ordinary.is_err() || sagas::live(&mut conn, desk, id).await?.is_some();
        // What is stuck has no other way out; else force leads around nothing (R6).
        if !(force && stuck) {
            self.check_login(&mut conn, desk, Deed::Manages).await?;
        }
        drop(conn);
        let stood = installation.status;
        let leaving = if force { installation.begin_uninstall(true, now)? } else { ordinary? };
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?; // the monthly bill is not made out meanwhile
        if force {
            sagas::abandon(&mut tx, desk, id, now).await?;
        }
        let ended = subscribe::end_and_revoke(self, &mut tx, &leaving, Reason::Ended, now).await?;
        let why = TrialEndedWhy::Uninstalled;
        happened::trial_ended(&mut tx, &leaving, ended.as_ref(), why, Some(by), now).await?;
        installations::save(&mut tx, &leaving).await?;
        let items = items(&footprint::of(&mut tx, desk, id).await?);
        let params = Uninstall {
            addon: leaving.addon.clone(),
            kind: leaving.kind,
            version: leaving.version.clone(),
            by,
            force,
            stays: stays(stood, ended.is_some()).filter(|_| !force),
        };
        let detail =
            json!({ "installation": id, "version": params.version.to_string(), "force": force, "items": items });
        audit::append(&mut tx, desk, Actor::Operator(by), Action::AddonUninstall, params.addon.as_str(), &detail, now)
            .await?;
        saga::start(self, tx, desk, id, &params).await
    }
}

/// Where something stands that stood at `stood` and does not go. What never ran was not set up, so nobody has to take it down.
fn stays(stood: Status, was_paid: bool) -> Option<Status> {
    match stood {
        _ if was_paid => Some(Status::Cancelled),
        Status::FailedInstallation | Status::PaymentDue => None,
        stood => Some(stood),
    }
}

fn items(items: &[UninstallItem]) -> Vec<Value> {
    items.iter().map(|item| json!({ "what": item.what, "count": item.count, "bytes": item.bytes })).collect()
}

impl Saga for Uninstall {
    const KIND: &'static str = "uninstall";
    const STEPS: &'static [Step<Self>] = &[
        Step { name: "settle", action: |run| Box::pin(settle(run)), undo: None },
        Step { name: "answer", action: |run| Box::pin(answer(run)), undo: None },
        Step { name: "hook", action: |run| Box::pin(hook(run)), undo: None },
        Step { name: "purge", action: |run| Box::pin(purge(run)), undo: None },
    ];
    const FORWARD_ONLY: bool = true;

    fn undone<'a>(_: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move { Err(StepError::Later(notice.text)) })
    }

    fn stuck<'a>(_: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move { Err(StepError::Later(notice.text)) })
    }
}

async fn settle(run: &mut Run<Uninstall>) -> Result<Value, StepError> {
    cancel::settle_orders(run, "uninstalled").await?;
    Ok(Value::Null)
}

async fn answer(run: &mut Run<Uninstall>) -> Result<Value, StepError> {
    let Some(stays) = run.params.stays else { return Ok(Value::Null) };
    let (by, until) = (run.params.by, provisioning::until(run.now()));
    let event = EventData::UninstallRequested(UninstallRequested { by, until });
    let asks = Ask { asked: Asked::Uninstall, version: &run.params.version, by, until, event };
    let (code, text) = match provisioning::ask(run, asks).await? {
        Heard::Yes => return Ok(Value::Null),
        Heard::Declined(reason) => (STAYS_DECLINED, reason),
        Heard::Nothing => (STAYS_UNANSWERED, provisioning::SILENCE.to_owned()),
    };
    let notice = Notice { error_id: error_id(), code: code.to_owned(), text };
    stay(run, stays, notice).await?;
    Ok(Value::Null)
}

/// The publisher does not let it go: that ends the saga.
async fn stay(run: &mut Run<Uninstall>, stays: Status, notice: Notice) -> Result<(), StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let leaving = run.installation(&mut tx).await?;
    let detail = json!({ "version": run.params.version.to_string(), "code": notice.code, "error_id": notice.error_id,
        "text": notice.text });
    let error = format!("{} ({})", notice.text, notice.error_id);
    let stayed = leaving.uninstall_declined(stays, notice, now)?;
    installations::save(&mut tx, &stayed).await?;
    let (desk, addon) = (stayed.desk, stayed.addon.as_str());
    audit::append(&mut tx, desk, Actor::System, Action::AddonUninstallFailed, addon, &detail, now).await?;
    outbox::put(&mut tx, desk, stayed.id, "app.uninstall-failed", &detail, now).await?;
    let facts = MailFacts::UninstallFailed { addon: letters::addon(&mut tx, &stayed).await?, error };
    letters::put(&mut tx, &stayed, run.params.by, format!("uninstall-failed:{}", run.id()), &facts, now).await?;
    run.end(tx, SagaState::Undone).await
}

async fn hook(run: &mut Run<Uninstall>) -> Result<Value, StepError> {
    if run.params.force || run.params.kind == Kind::Language {
        return Ok(Value::Null);
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    // Neither a fault nor a missing package keeps an operator from removing an add-on.
    match run.host.call_hook(&installation, &run.params.version, Hook::Uninstall).await {
        Ok(()) => Ok(json!({ "hook": "ok" })),
        Err(error @ (StepError::Lost | StepError::Waits)) => Err(error),
        Err(StepError::Later(text) | StepError::Final { text, .. }) => {
            tracing::info!(installation = %run.subject(), error = text, "an uninstall hook failed");
            Ok(json!({ "hook": "failed" }))
        }
    }
}

async fn purge(run: &mut Run<Uninstall>) -> Result<Value, StepError> {
    // Calls that ended meanwhile are still on their way to the tables that are emptied now.
    run.host.meter.flush().await;
    let (desk, id, now) = (run.desk(), run.subject(), run.now());
    let mut tx = run.begin_locked().await?;
    let installation = run.installation(&mut tx).await?;
    let addon = MailAddon { installation: None, ..letters::addon(&mut tx, &installation).await? };
    let gone = footprint::of(&mut tx, desk, id).await?;
    footprint::purge(&mut tx, desk, id).await?;
    fields::withdraw(&mut tx, &installation, now).await?;
    let hook = run.output::<HookOutcome>("hook")?.and_then(|outcome| outcome.hook);
    let detail = json!({ "addon": run.params.addon, "installation": id, "version": run.params.version.to_string(),
        "by": run.params.by, "force": run.params.force, "deleted": items(&gone), "hook": hook });
    audit::append(&mut tx, desk, Actor::System, Action::AddonUninstalled, run.params.addon.as_str(), &detail, now)
        .await?;
    outbox::put(&mut tx, desk, id, "app.uninstalled", &detail, now).await?;
    let uninstalled = EventData::Uninstalled(Uninstalled { by: run.params.by, forced: run.params.force });
    publisher_events::put(&mut tx, &installation, &uninstalled, now).await?;
    let (by, key) = (run.params.by, format!("uninstalled:{id}"));
    letters::put(&mut tx, &installation, by, key, &MailFacts::Uninstalled { addon }, now).await?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}
