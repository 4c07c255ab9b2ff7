//! What happens in a desk, told to the plugins that subscribe: at least once, with an id that stays the same.
//!
//! The job `happening`, enqueued with the change itself, becomes one job `addon-event` for each plugin, in one transaction.
//! So one add-on that fails or is slow does not hold up the others, and each is tried again on its own.
//!
//! What an add-on writes is told to others, which may write in turn. An event carries the add-ons that led to it, and a chain that
//! is too long, or that keeps coming back, ends: who wrote last is at fault (see ADR 20).

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    clock::Timestamp,
    ids::{DeskId, InstallationId, MessageId, TicketId},
    manifest::EventName,
};
use annex_sandbox::{CallError, Finished, Happening, What};
use annex_store::{
    StoreError, Tx, catalog, installations,
    jobs::{self, Job, NewJob},
    logs::{self, Level, NewLine},
};
use serde::{Deserialize, Serialize};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
};

/// Kind of the jobs that tell one add-on one event.
pub(crate) const ADDON_EVENT: &str = "addon-event";
/// Add-ons that may have led to an event, one by the other's writes.
const LONGEST_CHAIN: usize = 3;
/// So often an add-on may stand in the chain of what it is told.
const MOST_RETURNS: usize = 1;
/// So many events may wait for one add-on. Whoever is that far behind misses what comes next, which its log says: every job
/// that waits makes each look for the next one longer, for all desks.
pub(crate) const MOST_WAITING: i64 = 500;
/// After that many tries, over about ten minutes, the event is given up.
const ATTEMPTS: u32 = 8;

/// As the store writes it with the change.
#[derive(Debug, Clone, Deserialize)]
struct TicketEvent {
    event: EventName,
    ticket: TicketId,
    message: Option<MessageId>,
    actor: String,
    /// The first that wrote comes first.
    #[serde(default)]
    causes: Vec<InstallationId>,
}

/// One event for one add-on.
#[derive(Debug, Serialize, Deserialize)]
struct AddonEvent {
    id: String,
    at: Timestamp,
    installation: InstallationId,
    event: EventName,
    ticket: TicketId,
    message: Option<MessageId>,
    #[serde(default)]
    causes: Vec<InstallationId>,
}

impl Lifecycle {
    /// Runs a job `happening`: one job for each plugin that runs and subscribes.
    pub(crate) async fn fan_out(&self, job: &Job) -> Result<(), StoreError> {
        let happened = serde_json::from_value::<TicketEvent>(job.payload.clone());
        let (Some(desk), Ok(happened)) = (job.desk, happened) else {
            return self.give_up(job, "the job names no event").await;
        };
        let (hearers, spared): (Vec<_>, Vec<_>) = self
            .hearers(desk, &happened)
            .await?
            .into_iter()
            .partition(|installation| may_hear(&happened.causes, *installation));
        if !spared.is_empty() {
            self.end_chain(desk, &happened, &spared).await?;
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        for installation in hearers {
            if jobs::waiting(&mut tx, ADDON_EVENT, &installation.to_string()).await? >= MOST_WAITING {
                missed(&mut tx, desk, installation, &happened, now).await?;
                continue;
            }
            let TicketEvent { event, ticket, message, causes, .. } = happened.clone();
            let event = AddonEvent { id: job.id.to_string(), at: now, installation, event, ticket, message, causes };
            let new = NewJob {
                kind: ADDON_EVENT,
                desk: Some(desk),
                payload: serde_json::to_value(event)?,
                run_at: now,
                unique_key: Some(format!("{ADDON_EVENT}:{}:{installation}", job.id)),
            };
            jobs::enqueue(&mut tx, new, now).await?;
        }
        jobs::finish(&mut tx, job).await?;
        tx.commit().await
    }

    /// The plugins that run and subscribe. An add-on does not hear of what it did itself, or it might never stop.
    async fn hearers(&self, desk: DeskId, happened: &TicketEvent) -> Result<Vec<InstallationId>, StoreError> {
        let mut conn = self.db.read().await?;
        let mut hearers = Vec::new();
        for installation in installations::running(&mut conn, desk, Kind::Plugin).await? {
            if happened.actor == format!("addon:{}", installation.id) {
                continue;
            }
            let version = catalog::version(&mut conn, &installation.addon, &installation.version).await?;
            if version.is_some_and(|version| version.manifest.events.contains(&happened.event)) {
                hearers.push(installation.id);
            }
        }
        Ok(hearers)
    }

    /// Notes that add-ons are not told of what the last one in a chain wrote: its fault, in its log.
    async fn end_chain(
        &self,
        desk: DeskId,
        happened: &TicketEvent,
        spared: &[InstallationId],
    ) -> Result<(), StoreError> {
        let mut conn = self.db.read().await?;
        let mut names = BTreeMap::new();
        for id in happened.causes.iter().chain(spared) {
            if let Some(found) = installations::get(&mut conn, desk, *id).await? {
                names.insert(*id, found);
            }
        }
        drop(conn);
        let Some(author) = happened.causes.last().and_then(|last| names.get(last)) else { return Ok(()) };
        let list = |ids: &[InstallationId], between: &str| {
            let name = |id: &InstallationId| names.get(id).map_or("one that is gone", |found| found.addon.as_str());
            ids.iter().map(name).collect::<Vec<_>>().join(between)
        };
        let text = format!(
            "what it wrote to the ticket {} was not told to {}: add-ons answer each other there ({})",
            happened.ticket,
            list(spared, ", "),
            list(&happened.causes, " → ")
        );
        let fault = Finished::<()>::without_call(CallError::Chain(text), self.clock.now());
        // The fault itself is what there is to record.
        let _ = self.finish(author, "on-event", fault).await;
        Ok(())
    }

    /// Runs a job `addon-event`.
    pub(crate) async fn tell(&self, job: &Job) -> Result<(), StoreError> {
        let event = serde_json::from_value::<AddonEvent>(job.payload.clone());
        let (Some(desk), Ok(event)) = (job.desk, event) else {
            return self.give_up(job, "the job names no event").await;
        };
        let what = match (event.event, event.message) {
            (EventName::TicketCreated, _) => What::TicketCreated(event.ticket),
            (EventName::TicketUpdated, _) => What::TicketUpdated(event.ticket),
            (EventName::MessageAdded, Some(message)) => What::MessageAdded(event.ticket, message),
            (EventName::MessageAdded, None) => return self.give_up(job, "the event names no message").await,
        };
        let callee = match self.callee(desk, event.installation).await {
            Ok(callee) => callee,
            // Switched off or removed meanwhile: it hears nothing, also not later.
            Err(UseError::NotFound | UseError::NotRunning(_) | UseError::Blocked) => return self.finish_job(job).await,
            Err(UseError::Store(error)) => return Err(error),
            Err(error) => return self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        };
        self.hold_job(job).await?;
        let Callee { installation, admitted } = &callee;
        let mut scope = call_scope(installation, &installation.version, None);
        scope.scope.causes = event.causes;
        let happening = Happening { id: event.id, at: event.at, what };
        let finished = self.sandbox.on_event(admitted, scope, happening).await;
        match self.finish(installation, "on-event", finished).await {
            Ok(()) => self.finish_job(job).await,
            Err(error) => self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        }
    }
}

async fn missed(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    happened: &TicketEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let message = format!(
        "it was not told what happened to the ticket {}: {MOST_WAITING} events wait for it already",
        happened.ticket
    );
    let line = NewLine { call: None, level: Level::Error, message, at: now };
    logs::append(tx, desk, installation, &[line]).await
}

/// Whether an add-on is told of something that this chain led to.
fn may_hear(causes: &[InstallationId], installation: InstallationId) -> bool {
    let returns = causes.iter().filter(|cause| **cause == installation).count();
    causes.len() <= LONGEST_CHAIN && returns <= MOST_RETURNS
}
