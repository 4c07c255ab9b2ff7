//! Calls at times that were planned, by the manifest of an add-on or by itself. What has come becomes a job, once for all nodes: who
//! takes one moves it on in the same transaction (`annex_store::planned_calls`). Times that were missed come once, and of a schedule of a
//! manifest only one call waits at a time: an add-on that fails is not called more often for it.

use annex_domain::{
    capability::Access,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    installation::Installation,
    manifest::Manifest,
    schedule::{self, Tick},
    zone,
};
use annex_sandbox::CallError;
use annex_store::{
    StoreError, Tx, catalog, desks, installations,
    jobs::{self, Job, NewJob},
    planned_calls::{self, Due, PlannedCall, TimerKind},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{
    Lifecycle, LifecycleError, UseError,
    calls::{Callee, call_scope},
    saga::describe,
};

/// Kind of the jobs that call an add-on at a time.
pub(crate) const ADDON_SCHEDULE: &str = "addon-schedule";
/// Planned calls that are looked at in a round.
const ROUND: u32 = 200;
/// The first call and three more.
const ATTEMPTS: u32 = 4;
/// Planned calls of an installation that people are shown.
const SHOWN: u32 = 30;

/// A call that has come.
#[derive(Debug, Serialize, Deserialize)]
struct Call {
    installation: InstallationId,
    kind: TimerKind,
    key: String,
    due: Timestamp,
    /// What the add-on gave along, as hex.
    data: String,
}

/// Plans the calls by the schedules of the manifest that serves, from now on.
pub(crate) async fn follow(tx: &mut Tx, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    let Some(version) = catalog::version(tx, &of.addon, &of.version).await? else { return Ok(()) };
    let zone = zone_named(&desks::get(tx, of.desk).await?.time_zone);
    let next = version.manifest.schedules.iter().filter_map(|schedule| {
        let next = schedule.rhythm().ok()?.next(now, now, &zone)?;
        Some((schedule.key.clone(), next))
    });
    let next: Vec<_> = next.collect();
    planned_calls::set_regular(tx, of.desk, of.id, &next).await
}

fn zone_named(name: &str) -> TimeZone {
    zone::find(name).unwrap_or(TimeZone::UTC)
}

impl Lifecycle {
    /// What is planned for an installation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn planned_calls(&self, desk: DeskId, id: InstallationId) -> Result<Vec<PlannedCall>, LifecycleError> {
        Ok(planned_calls::of(&mut self.db.read().await?, desk, id, SHOWN).await?)
    }

    /// Makes jobs of the planned calls that have come. One that cannot be read, or whose desk or add-on cannot, keeps none of the others.
    pub(crate) async fn put_planned_calls_in_line(&self, now: Timestamp) -> Result<(), StoreError> {
        let due = planned_calls::due(&mut self.db.read().await?, now, ROUND).await?;
        for call in due {
            let put = match call {
                Ok(call) => self.put_call_in_line(call, now).await,
                Err(error) => Err(error),
            };
            match put {
                Err(error @ (StoreError::Corrupt { .. } | StoreError::NotFound(_))) => {
                    tracing::warn!(error = describe(&error), "a planned call was passed over");
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn put_call_in_line(&self, call: Due, now: Timestamp) -> Result<(), StoreError> {
        let next = match call.kind {
            TimerKind::Once => None,
            TimerKind::Regular => self.next_time(&call, now).await?,
        };
        let mut tx = self.db.begin().await?;
        let comes = next.is_some() || call.kind == TimerKind::Once;
        if planned_calls::take(&mut tx, &call, next).await? && comes && !is_tried_again(&mut tx, &call).await? {
            jobs::enqueue(&mut tx, job(call, now)?, now).await?;
        }
        tx.commit().await
    }

    /// When a schedule comes again. `None`: the version that serves has none of that name.
    async fn next_time(&self, call: &Due, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let Some(installation) = installations::known_one(&self.db, call.desk, call.installation).await? else {
            return Ok(None);
        };
        let version = catalog::known_version(&self.db, &installation.addon, &installation.version).await?;
        let zone = zone_named(&desks::known(&self.db, call.desk).await?.time_zone);
        Ok(version.and_then(|version| next_of(&version.manifest, call, now, &zone)))
    }

    /// Runs a job `addon-schedule`.
    pub(crate) async fn come(&self, job: &Job) -> Result<(), StoreError> {
        let call = serde_json::from_value::<Call>(job.payload.clone());
        let (Some(desk), Ok(call)) = (job.desk, call) else {
            return self.give_up(job, "the job names no planned call").await;
        };
        let callee = match self.callee(desk, call.installation).await {
            Ok(callee) => callee,
            // Switched off or removed meanwhile: it is not called, also not later.
            Err(UseError::NotFound | UseError::NotRunning(_) | UseError::Blocked) => return self.finish_job(job).await,
            Err(UseError::Store(error)) => return Err(error),
            Err(error) => return self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        };
        let Callee { installation, admitted } = &callee;
        if !installation.grant.clone().within(&admitted.manifest().capabilities).allows(Access::Schedule) {
            return self.finish_job(job).await;
        }
        self.hold_job(job).await?;
        let scope = call_scope(installation, &installation.version, None);
        let tick = Tick {
            id: job.id.to_string(),
            timer: match call.kind {
                TimerKind::Regular => schedule::Timer::Regular(call.key.clone()),
                TimerKind::Once => schedule::Timer::Once(call.key.clone()),
            },
            due: call.due,
            data: hex::decode(&call.data).unwrap_or_default(),
        };
        let finished = self.sandbox.on_schedule(admitted, scope, tick).await;
        let done = self.finish(installation, "on-schedule", finished).await;
        self.note_call(installation, &call, done.as_ref().err()).await?;
        match done {
            Ok(()) => self.finish_job(job).await,
            Err(error) => self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        }
    }

    async fn note_call(
        &self,
        installation: &Installation,
        call: &Call,
        error: Option<&CallError>,
    ) -> Result<(), StoreError> {
        if call.kind == TimerKind::Once {
            return Ok(());
        }
        let outcome = error.map_or("ok", CallError::code);
        let mut tx = self.db.begin().await?;
        planned_calls::note(&mut tx, installation.desk, installation.id, &call.key, outcome, self.clock.now()).await?;
        tx.commit().await
    }
}

fn next_of(manifest: &Manifest, call: &Due, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let schedule = manifest.schedules.iter().find(|schedule| schedule.key == call.key)?;
    schedule.rhythm().ok()?.next(call.due, now, zone)
}

/// Of a schedule one job waits at most, also one that failed and is tried again.
async fn is_tried_again(tx: &mut Tx, call: &Due) -> Result<bool, StoreError> {
    match place(call) {
        Some(place) => jobs::any_waiting(tx, &place).await,
        None => Ok(false),
    }
}

/// What the one job of a schedule is known by. The calls that an add-on plans are each made.
fn place(call: &Due) -> Option<String> {
    let Due { installation, kind, key, .. } = call;
    (*kind == TimerKind::Regular).then(|| format!("{ADDON_SCHEDULE}:{installation}:regular:{key}"))
}

fn job(of: Due, now: Timestamp) -> Result<NewJob, StoreError> {
    let unique_key = place(&of);
    let Due { desk, installation, kind, key, due, data } = of;
    let call = Call { installation, kind, key, due, data: hex::encode(data) };
    let payload = serde_json::to_value(call)?;
    Ok(NewJob { kind: ADDON_SCHEDULE, desk: Some(desk), payload, run_at: now, unique_key })
}
