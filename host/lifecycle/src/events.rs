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
    field::{CHANGED, FieldSubject},
    ids::{DeskId, InstallationId, MessageId, TicketId},
    manifest::EventName,
    ticket::Author,
};
use annex_sandbox::{Beside, CallError, Changed, Finished, Happening, What};
use annex_store::{
    Conn, StoreError, Tx, catalog, fields, installations,
    jobs::{self, Job, NewJob},
    logs::{self, Level, NewLine},
    messages, tickets,
};
use serde::{Deserialize, Serialize};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
    data::parts,
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
    /// When it happened; of what was written before there were contents nothing says so.
    at: Option<Timestamp>,
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
    actor: String,
    #[serde(default)]
    happened: Option<Timestamp>,
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
            let TicketEvent { event, ticket, message, actor, at: happened, causes } = happened.clone();
            let (id, at) = (job.id.to_string(), now);
            let event = AddonEvent { id, at, installation, event, ticket, message, actor, happened, causes };
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

    /// What an event tells. `None`: it is about a message, and names none.
    async fn what(&self, desk: DeskId, event: &AddonEvent) -> Result<Option<(What, Beside)>, StoreError> {
        let known = fields::known(&self.db, desk).await?;
        let mut conn = self.db.read().await?;
        let ticket = tickets::get(&mut conn, desk, event.ticket).await?;
        let mut beside = beside(&mut conn, desk, event.message).await?;
        let fields = parts::custom_fields(&mut conn, desk, &known, FieldSubject::Ticket, &[ticket.id]).await?;
        beside.fields = fields.into_iter().flatten().collect();
        let what = match (event.event, event.message) {
            (EventName::TicketCreated, _) => Some(What::TicketCreated(ticket)),
            (EventName::TicketUpdated, _) => {
                let all = tickets::activity(&mut conn, desk, event.ticket).await?;
                let of_it = all.into_iter().filter(|change| Some(change.at) == event.happened);
                let changed = of_it.map(|change| Changed {
                    field: change.field.strip_prefix(CHANGED).map_or_else(|| change.field.clone(), str::to_owned),
                    old: change.old,
                    new: change.new,
                });
                Some(What::TicketUpdated(ticket, changed.collect()))
            }
            (EventName::MessageAdded, Some(message)) => {
                Some(What::MessageAdded(ticket, messages::get(&mut conn, desk, message).await?))
            }
            (EventName::MessageAdded, None) => None,
        };
        Ok(what.map(|what| (what, beside)))
    }

    /// Runs a job `addon-event`.
    pub(crate) async fn tell(&self, job: &Job) -> Result<(), StoreError> {
        let event = serde_json::from_value::<AddonEvent>(job.payload.clone());
        let (Some(desk), Ok(event)) = (job.desk, event) else {
            return self.give_up(job, "the job names no event").await;
        };
        let (what, beside) = match self.what(desk, &event).await {
            Ok(Some(told)) => told,
            Ok(None) => return self.give_up(job, "the event names no message").await,
            // Deleted meanwhile: nothing of it is told.
            Err(StoreError::NotFound(_)) => return self.finish_job(job).await,
            Err(error) => return Err(error),
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
        scope.scope.causes.clone_from(&event.causes);
        let (at, actor) = (event.happened.unwrap_or(event.at), actor(&event.actor));
        let happening = Happening { id: event.id, at, actor, causes: event.causes, what, beside };
        let finished = self.sandbox.on_event(admitted, scope, happening).await;
        match self.finish(installation, "on-event", finished).await {
            Ok(()) => self.finish_job(job).await,
            Err(error) => self.try_later(job, &error.to_string(), Some(ATTEMPTS)).await,
        }
    }
}

/// What the message has of which something is told.
async fn beside(conn: &mut Conn, desk: DeskId, message: Option<MessageId>) -> Result<Beside, StoreError> {
    let Some(message) = message else { return Ok(Beside::default()) };
    let html = parts::html(conn, desk, &[message]).await?.into_iter().flatten().next();
    let files = parts::files(conn, desk, &[message]).await?.into_iter().flatten().collect();
    Ok(Beside { html, files, ..Beside::default() })
}

/// Who did it, in the words of the audit log; `None`: the host.
fn actor(text: &str) -> Option<Author> {
    let (kind, id) = text.split_once(':')?;
    match kind {
        "contact" => id.parse().ok().map(Author::Requester),
        "operator" => id.parse().ok().map(Author::Operator),
        "addon" => id.parse().ok().map(Author::Addon),
        _ => None,
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
