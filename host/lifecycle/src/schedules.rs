//! Calls at times that were planned, by the manifest of an add-on or by itself. What has come becomes a job, once for all nodes: who
//! takes a plan moves it on in the same transaction (`annex_store::plans`). Times that were missed come once, and of the plans of a
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
    plans::{self, Due, PlanKind},
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
/// Plans that are looked at in a round.
const ROUND: u32 = 200;
/// The first call and three more.
const ATTEMPTS: u32 = 4;
/// Plans of an installation that people are shown.
const SHOWN: u32 = 30;

/// A call that has come.
#[derive(Debug, Serialize, Deserialize)]
struct Call {
    installation: InstallationId,
    kind: PlanKind,
    key: String,
    due: Timestamp,
    /// What the add-on gave along, as hex.
    data: String,
}

/// The plans of the manifest that serves, from now on.
pub(crate) async fn follow(tx: &mut Tx, of: &Installation, now: Timestamp) -> Result<(), StoreError> {
    let Some(version) = catalog::version(tx, &of.addon, &of.version).await? else { return Ok(()) };
    let zone = zone_named(&desks::get(tx, of.desk).await?.time_zone);
    let next = version.manifest.schedules.iter().filter_map(|schedule| {
        let next = schedule.rhythm().ok()?.next(now, now, &zone)?;
        Some((schedule.key.clone(), next))
    });
    let next: Vec<_> = next.collect();
    plans::set_regular(tx, of.desk, of.id, &next).await
}

fn zone_named(name: &str) -> TimeZone {
    zone::find(name).unwrap_or(TimeZone::UTC)
}

impl Lifecycle {
    /// What is planned for an installation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn plans(&self, desk: DeskId, id: InstallationId) -> Result<Vec<plans::Plan>, LifecycleError> {
        Ok(plans::of(&mut self.db.read().await?, desk, id, SHOWN).await?)
    }

    /// Makes jobs of the plans that have come. One that cannot be read, or whose desk or add-on cannot, keeps none of the others.
    pub(crate) async fn put_plans_in_line(&self, now: Timestamp) -> Result<(), StoreError> {
        let due = plans::due(&mut self.db.read().await?, now, ROUND).await?;
        for plan in due {
            let put = match plan {
                Ok(plan) => self.put_plan_in_line(plan, now).await,
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

    async fn put_plan_in_line(&self, plan: Due, now: Timestamp) -> Result<(), StoreError> {
        let next = match plan.kind {
            PlanKind::Once => None,
            PlanKind::Regular => self.next_time(&plan, now).await?,
        };
        let mut tx = self.db.begin().await?;
        let comes = next.is_some() || plan.kind == PlanKind::Once;
        if plans::take(&mut tx, &plan, next).await? && comes && !is_tried_again(&mut tx, &plan).await? {
            jobs::enqueue(&mut tx, job(plan, now)?, now).await?;
        }
        tx.commit().await
    }

    /// When a plan of a manifest comes again. `None`: the version that serves has none of that name.
    async fn next_time(&self, plan: &Due, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let Some(installation) = installations::known_one(&self.db, plan.desk, plan.installation).await? else {
            return Ok(None);
        };
        let version = catalog::known_version(&self.db, &installation.addon, &installation.version).await?;
        let zone = zone_named(&desks::known(&self.db, plan.desk).await?.time_zone);
        Ok(version.and_then(|version| next_of(&version.manifest, plan, now, &zone)))
    }

    /// Runs a job `addon-schedule`.
    pub(crate) async fn come(&self, job: &Job) -> Result<(), StoreError> {
        let call = serde_json::from_value::<Call>(job.payload.clone());
        let (Some(desk), Ok(call)) = (job.desk, call) else {
            return self.give_up(job, "the job names no plan").await;
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
                PlanKind::Regular => schedule::Timer::Regular(call.key.clone()),
                PlanKind::Once => schedule::Timer::Once(call.key.clone()),
            },
            due: call.due,
            data: hex::decode(&call.data).unwrap_or_default(),
        };
        let finished = self.sandbox.on_schedule(admitted, scope, tick).await;
        let done = self.finish(installation, "on-schedule", finished).await;
        self.note_plan(installation, &call, done.as_ref().err()).await?;
        match done {
            Ok(()) => self.finish_job(job).await,
            Err(error) => self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        }
    }

    async fn note_plan(
        &self,
        installation: &Installation,
        call: &Call,
        error: Option<&CallError>,
    ) -> Result<(), StoreError> {
        if call.kind == PlanKind::Once {
            return Ok(());
        }
        let outcome = error.map_or("ok", CallError::code);
        let mut tx = self.db.begin().await?;
        plans::note(&mut tx, installation.desk, installation.id, &call.key, outcome, self.clock.now()).await?;
        tx.commit().await
    }
}

fn next_of(manifest: &Manifest, plan: &Due, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let schedule = manifest.schedules.iter().find(|schedule| schedule.key == plan.key)?;
    schedule.rhythm().ok()?.next(plan.due, now, zone)
}

/// Of a plan of a manifest one job waits at most, also one that failed and is tried again.
async fn is_tried_again(tx: &mut Tx, plan: &Due) -> Result<bool, StoreError> {
    match place(plan) {
        Some(place) => jobs::any_waiting(tx, &place).await,
        None => Ok(false),
    }
}

/// What the one job of a plan of a manifest is known by. The calls that an add-on plans are each made.
fn place(plan: &Due) -> Option<String> {
    let Due { installation, kind, key, .. } = plan;
    (*kind == PlanKind::Regular).then(|| format!("{ADDON_SCHEDULE}:{installation}:regular:{key}"))
}

fn job(plan: Due, now: Timestamp) -> Result<NewJob, StoreError> {
    let unique_key = place(&plan);
    let Due { desk, installation, kind, key, due, data } = plan;
    let call = Call { installation, kind, key, due, data: hex::encode(data) };
    let payload = serde_json::to_value(call)?;
    Ok(NewJob { kind: ADDON_SCHEDULE, desk: Some(desk), payload, run_at: now, unique_key })
}
