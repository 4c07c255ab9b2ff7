//! Update and rollback: another version takes over, or the old one serves on as if nothing had happened.
//!
//! ```text
//! record   one transaction: installation `updating` with its target, the saga, the audit row
//! verify   the target's package
//! compile  in a child process, or the artifact of an earlier time
//! answer   of the publisher, where it sets the target up by hand   undo: it is told that it was for nothing
//! snapshot settings and grant are kept, the values are copied      undo: the copy is dropped
//! hook     the target's `update`, on the copy
//! language for languages: the translation is fetched
//! switch   one transaction by compare-and-set: version, grant, copy becomes live, audit row, outbox
//! ```
//! What is inactive or suspended is updated as well, and its old version does not serve meanwhile. The old version of what
//! ran serves until the switch, on its own values: what the hook does to the copy is never seen by it, so a
//! failure has nothing to repair. Values that the old version writes while the hook runs stay with the snapshot.
//! A rollback is the same with the snapshot of the earlier version as the source of the copy, and no hook then; it pins.

use annex_domain::{
    addon::{AddonId, Kind, Version},
    audit::Action,
    capability::{Asks, Grant},
    ids::{DeskId, InstallationId, OperatorId},
    installation::{self, Installation, Notice},
    language::LanguagePack,
    mail::MailFacts,
    offer,
    operator::Actor,
    provisioning::{Asked, DECLINED, UNANSWERED},
    publisher_event::{Change, EventData, UpdateRequested, Updated},
};
use annex_store::{
    Tx, audit, catalog, health, installations, languages, outbox, publisher_events,
    sagas::SagaState,
    settings::{self, Stored},
    snapshots::{self, Source},
};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lifecycle, LifecycleError,
    calls::Hook,
    fields,
    install::{consented, no_texts},
    letters,
    provisioning::{self, Ask, Heard},
    saga::{self, Run, Saga, Step, StepError},
    schedules, service, setup,
    terms::Deed,
};

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Update {
    pub(crate) addon: AddonId,
    pub(crate) kind: Kind,
    pub(crate) from: Version,
    pub(crate) to: Version,
    pub(crate) grant: Grant,
    pub(crate) by: OperatorId,
    #[serde(alias = "way")]
    pub(crate) direction: Direction,
}

/// Forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    /// To a newer version, with its hook.
    Update,
    /// To an earlier version, with the data of its snapshot.
    Restore,
    /// To an earlier version that has no snapshot: its hook sees the newer version's data.
    Downgrade,
}

impl Lifecycle {
    /// Starts an update; [`Self::wait`] tells how it goes.
    ///
    /// # Errors
    /// [`LifecycleError::ConsentNeeded`] with only what is missing, [`LifecycleError::NotNewer`],
    /// [`LifecycleError::Pinned`] for what is not a patch of its line, [`LifecycleError::PreRelease`] unless opted in,
    /// [`LifecycleError::Yanked`], [`LifecycleError::Blocked`], [`LifecycleError::Login`] while the wrong account is logged
    /// in, [`LifecycleError::NotAllowed`] by the table of `annex_domain::installation`.
    pub async fn update(
        &self,
        desk: DeskId,
        id: InstallationId,
        to: Version,
        accepted: Asks,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        self.check_login(&mut self.db.read().await?, desk, Deed::Obtains).await?;
        installation.status.check(installation::Action::Update)?;
        let target = self.may_take(desk, &installation.addon, &to).await?;
        if !offer::is_newer(&target.version, &installation.version) {
            return Err(LifecycleError::NotNewer);
        }
        if installation.pinned && !offer::same_line(&target.version, &installation.version) {
            return Err(LifecycleError::Pinned);
        }
        if !installation.prereleases && !target.version.pre.is_empty() {
            return Err(LifecycleError::PreRelease);
        }
        let asks = target.manifest.asks();
        consented(&Grant::of_all(&accepted), &installation.grant.missing(&asks))?;
        let grant = Grant::of_all(&asks);
        self.begin_update(installation, target.version, grant, by, Direction::Update).await
    }

    /// What a version asks for beyond what the desk granted: only that needs consent.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub async fn update_consent(&self, desk: DeskId, id: InstallationId, to: &Version) -> Result<Asks, LifecycleError> {
        let installation = self.stored(desk, id).await?;
        let target = self.may_take(desk, &installation.addon, to).await?;
        Ok(installation.grant.missing(&target.manifest.asks()))
    }

    pub(crate) async fn current_version(
        &self,
        installation: &Installation,
    ) -> Result<catalog::VersionRow, LifecycleError> {
        let mut conn = self.db.read().await?;
        let current = catalog::version(&mut conn, &installation.addon, &installation.version).await?;
        current.ok_or(LifecycleError::NotFound("version"))
    }

    pub(crate) async fn begin_update(
        &self,
        installation: Installation,
        to: Version,
        grant: Grant,
        by: OperatorId,
        direction: Direction,
    ) -> Result<Installation, LifecycleError> {
        let now = self.clock.now();
        let updating = installation.begin_update(to.clone(), now)?;
        let params = Update {
            addon: updating.addon.clone(),
            kind: updating.kind,
            from: updating.version.clone(),
            to,
            grant,
            by,
            direction,
        };
        let action = if direction == Direction::Update { Action::AddonUpdate } else { Action::AddonRollback };
        let mut tx = self.db.begin().await?;
        installations::save(&mut tx, &updating).await?;
        audit::append(&mut tx, updating.desk, Actor::Operator(by), action, params.addon.as_str(), &facts(&params), now)
            .await?;
        saga::start(self, tx, updating.desk, updating.id, &params).await?;
        Ok(updating)
    }
}

fn facts(params: &Update) -> Value {
    json!({ "addon": params.addon, "from": params.from.to_string(), "to": params.to.to_string(), "way": params.direction,
        "grant": params.grant, "by": params.by })
}

impl Saga for Update {
    const KIND: &'static str = "update";
    const STEPS: &'static [Step<Self>] = &[
        Step { name: "verify", action: |run| Box::pin(verify(run)), undo: None },
        Step { name: "compile", action: |run| Box::pin(compile(run)), undo: None },
        Step { name: "answer", action: |run| Box::pin(answer(run)), undo: Some(|run| Box::pin(undo_answer(run))) },
        Step { name: "snapshot", action: |run| Box::pin(snapshot(run)), undo: Some(|run| Box::pin(drop_copy(run))) },
        Step { name: "hook", action: |run| Box::pin(hook(run)), undo: None },
        Step { name: "language", action: |run| Box::pin(language(run)), undo: None },
        Step { name: "switch", action: |run| Box::pin(switch(run)), undo: None },
    ];

    fn undone<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Undone))
    }

    fn stuck<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Stuck))
    }
}

async fn verify(run: &mut Run<Update>) -> Result<Value, StepError> {
    let package = run.host.verified(&run.params.addon, &run.params.to).await?;
    let output = json!({ "package": package.package_digest(), "component": package.component_digest() });
    run.package = Some(package);
    Ok(output)
}

async fn compile(run: &mut Run<Update>) -> Result<Value, StepError> {
    let package = run.package.take();
    run.host.admitted(&run.params.addon, &run.params.to, package).await?;
    Ok(Value::Null)
}

/// Before anything is copied: the old version serves and writes for as long as the publisher takes.
async fn answer(run: &mut Run<Update>) -> Result<Value, StepError> {
    let Update { from, to, by, direction, .. } = &run.params;
    if *direction != Direction::Update {
        return Ok(Value::Null);
    }
    let until = provisioning::until(run.now());
    let version = Change { old: from.clone(), new: to.clone() };
    let event = EventData::UpdateRequested(UpdateRequested { by: *by, version, until });
    match provisioning::ask(run, Ask { asked: Asked::Update, version: to, by: *by, until, event }).await? {
        Heard::Yes => Ok(Value::Null),
        Heard::Declined(reason) => Err(StepError::last(DECLINED, reason)),
        Heard::Nothing => Err(StepError::last(UNANSWERED, provisioning::SILENCE)),
    }
}

async fn undo_answer(run: &mut Run<Update>) -> Result<(), StepError> {
    let version = Change { old: run.params.to.clone(), new: run.params.from.clone() };
    let event = EventData::Updated(Updated { version: Some(version), ..Updated::default() });
    provisioning::undo(run, &event).await
}

async fn snapshot(run: &mut Run<Update>) -> Result<Value, StepError> {
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    if run.params.direction == Direction::Update {
        snapshots::keep(&mut tx, run.desk(), run.subject(), &run.params.from, &installation.grant, run.now()).await?;
    }
    copy(run, &mut tx).await?;
    tx.commit().await?;
    Ok(Value::Null)
}

/// Makes the copy afresh, from what the target version shall find.
async fn copy(run: &Run<Update>, tx: &mut Tx) -> Result<(), StepError> {
    let (desk, id) = (run.desk(), run.subject());
    if run.params.direction != Direction::Restore {
        return Ok(snapshots::stage(tx, desk, id, Source::Live).await?);
    }
    let snapshot = snapshots::get(tx, desk, id, &run.params.to).await?;
    let snapshot = snapshot.ok_or_else(|| StepError::last("no-snapshot", "the snapshot of that version is gone"))?;
    Ok(snapshots::stage(tx, desk, id, Source::Snapshot(&snapshot)).await?)
}

async fn drop_copy(run: &mut Run<Update>) -> Result<(), StepError> {
    let mut tx = run.begin().await?;
    snapshots::unstage(&mut tx, run.desk(), run.subject()).await?;
    if run.params.direction == Direction::Update {
        snapshots::forget(&mut tx, run.desk(), run.subject(), &run.params.from).await?;
    }
    Ok(tx.commit().await?)
}

async fn hook(run: &mut Run<Update>) -> Result<Value, StepError> {
    if run.params.kind == Kind::Language || run.params.direction == Direction::Restore {
        return Ok(Value::Null);
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    // An earlier attempt may have changed the copy: the hook finds the old version's data, as at the first time.
    copy(run, &mut tx).await?;
    tx.commit().await?;
    let after = with_grant(&installation, &run.params.grant);
    run.host.call_hook(&after, &run.params.to, Hook::Update(&run.params.from)).await?;
    Ok(Value::Null)
}

async fn language(run: &mut Run<Update>) -> Result<Value, StepError> {
    if run.params.kind != Kind::Language {
        return Ok(Value::Null);
    }
    let mut tx = run.begin().await?;
    let installation = run.installation(&mut tx).await?;
    tx.commit().await?;
    let pack = run.host.fetch_language(&installation, &run.params.to).await?;
    serde_json::to_value(pack).map_err(|error| StepError::last("language", error.to_string()))
}

/// The installation as the new version sees it: the hook may use what was just consented to.
fn with_grant(installation: &Installation, grant: &Grant) -> Installation {
    let mut parts = (**installation).clone();
    parts.grant = grant.clone();
    Installation::from_stored(parts)
}

async fn switch(run: &mut Run<Update>) -> Result<Value, StepError> {
    let now = run.now();
    let mut tx = run.begin().await?;
    let back = run.params.direction != Direction::Update;
    let switched = run.installation(&mut tx).await?.updated(run.params.grant.clone(), back, now)?;
    let (desk, id) = (switched.desk, switched.id);
    installations::save(&mut tx, &switched).await?;
    snapshots::switch(&mut tx, desk, id).await?;
    if run.params.direction == Direction::Restore {
        restore_settings(run, &mut tx).await?;
    }
    snapshots::trim(&mut tx, desk, id).await?;
    if run.params.kind == Kind::Language {
        let pack = run.output::<LanguagePack>("language")?.ok_or_else(no_texts)?;
        languages::put(&mut tx, desk, id, &switched.version, &pack, now).await?;
    }
    service::follow(&mut tx, &run.host.vault, &switched, now).await?;
    fields::follow(&mut tx, &switched, now).await?;
    schedules::follow(&mut tx, &switched, now).await?;
    setup::first_secret(&mut tx, &run.host.vault, &switched, now).await?;
    health::forget_traps(&mut tx, desk, id).await?;
    let detail = facts(&run.params);
    let (action, kind) =
        if back { (Action::AddonRolledBack, "app.rolled-back") } else { (Action::AddonUpdated, "app.updated") };
    audit::append(&mut tx, desk, Actor::System, action, switched.addon.as_str(), &detail, now).await?;
    outbox::put(&mut tx, desk, id, kind, &detail, now).await?;
    let version = Change { old: run.params.from.clone(), new: run.params.to.clone() };
    let updated = EventData::Updated(Updated { version: Some(version), ..Updated::default() });
    publisher_events::put(&mut tx, &switched, &updated, now).await?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}

/// Settings as the earlier version knew them. A secret that is set now stays: the former one may have been replaced
/// because it leaked or ended. Snapshots from this one on are used up.
async fn restore_settings(run: &Run<Update>, tx: &mut Tx) -> Result<(), StepError> {
    let (desk, id, now) = (run.desk(), run.subject(), run.now());
    let Some(snapshot) = snapshots::get(tx, desk, id, &run.params.to).await? else { return Ok(()) };
    let current = settings::list(tx, desk, id).await?;
    for key in current.keys().filter(|key| !snapshot.settings.contains_key(*key)) {
        settings::put(tx, desk, id, key, None, now).await?;
    }
    for (key, stored) in &snapshot.settings {
        let keep = matches!(stored, Stored::Sealed(_)) && matches!(current.get(key), Some(Stored::Sealed(_)));
        if !keep {
            settings::put(tx, desk, id, key, Some(stored), now).await?;
        }
    }
    for later in snapshots::list(tx, desk, id).await? {
        if later.taken_at >= snapshot.taken_at {
            snapshots::forget(tx, desk, id, &later.version).await?;
        }
    }
    Ok(())
}

/// Why it is off, when that is because its package is lost.
async fn lost(run: &Run<Update>) -> Result<Option<Notice>, StepError> {
    let mut tx = run.begin().await?;
    let updating = run.installation(&mut tx).await?;
    tx.commit().await?;
    Ok(run.host.lost_notice(&updating).await?)
}

async fn fail(run: &mut Run<Update>, notice: Notice, state: SagaState) -> Result<(), StepError> {
    let now = run.now();
    let lost = if state == SagaState::Undone { lost(run).await? } else { None };
    let mut tx = run.begin().await?;
    let updating = run.installation(&mut tx).await?;
    let notice = letters::for_people(&mut tx, &updating, notice, now).await?;
    let detail = json!({ "addon": run.params.addon, "from": run.params.from.to_string(), "to": run.params.to.to_string(),
        "code": notice.code, "error_id": notice.error_id, "text": notice.text });
    let error = format!("{} ({})", notice.text, notice.error_id);
    let failed = if state == SagaState::Undone {
        // Why the update failed stands in the mail and in the audit log.
        updating.update_undone(lost.unwrap_or(notice), now)?
    } else {
        updating.update_failed(notice, now)?
    };
    let facts = MailFacts::UpdateFailed {
        addon: letters::addon(&mut tx, &failed).await?,
        from: run.params.from.to_string(),
        to: run.params.to.to_string(),
        error,
        status: failed.status,
    };
    installations::save(&mut tx, &failed).await?;
    audit::append(&mut tx, failed.desk, Actor::System, Action::AddonUpdateFailed, failed.addon.as_str(), &detail, now)
        .await?;
    outbox::put(&mut tx, failed.desk, failed.id, "app.update-failed", &detail, now).await?;
    letters::put(&mut tx, &failed, run.params.by, format!("update-failed:{}", run.id()), &facts, now).await?;
    run.end(tx, state).await
}
