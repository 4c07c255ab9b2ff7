//! What happens in a desk, told to the plugins that subscribe: at least once, with an id that stays the same.
//!
//! The job `happening`, enqueued with the change itself, becomes one job `addon-event` for each plugin, in one transaction.
//! So one add-on that fails or is slow does not hold up the others, and each is tried again on its own.
//!
//! What an add-on writes is told to others, which may write in turn. An event carries the add-ons that led to it, and a chain that
//! is too long, or that keeps coming back, ends: who wrote last is at fault (see ADR 20).

mod contents;

use std::{collections::BTreeMap, fmt};

use annex_domain::{
    addon::Kind,
    capability::Grant,
    clock::Timestamp,
    ids::{CallId, ContactId, DeskId, InstallationId, MessageId, TicketId},
    manifest::{EventName, Wit},
    ticket::Author,
};
use annex_sandbox::{CallError, Finished, Happening};
use annex_store::{
    StoreError, Tx, catalog,
    happenings::Part,
    installations,
    jobs::{self, Job, NewJob},
    logs::{self, Level, NewLine},
};
use serde::{Deserialize, Serialize};

use self::contents::ticket_parts;
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
struct Happened {
    event: EventName,
    #[serde(flatten)]
    about: About,
    actor: String,
    /// When it happened; of what was written before there were contents nothing says so.
    at: Option<Timestamp>,
    /// The first that wrote comes first.
    #[serde(default)]
    causes: Vec<InstallationId>,
}

/// What it is about: one of the three, with what there is to tell of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageId>,
    /// Of a ticket: what was changed of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<CallId>,
    /// Of a ticket: the one that it took up.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactId>,
    /// The installation that is told, and no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<InstallationId>,
    /// Of a contact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    /// Of settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
}

/// One event for one add-on.
#[derive(Debug, Serialize, Deserialize)]
struct AddonEvent {
    id: String,
    at: Timestamp,
    installation: InstallationId,
    event: EventName,
    #[serde(flatten)]
    about: About,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    happened: Option<Timestamp>,
    #[serde(default)]
    causes: Vec<InstallationId>,
}

impl Lifecycle {
    /// Runs a job `happening`: a job for each plugin that runs and subscribes, and for each name under which it hears of it.
    pub(crate) async fn fan_out(&self, job: &Job) -> Result<(), StoreError> {
        let happened = serde_json::from_value::<Happened>(job.payload.clone());
        let (Some(desk), Ok(happened)) = (job.desk, happened) else {
            return self.give_up(job, "the job names no event").await;
        };
        let names = self.names(desk, &happened).await?;
        let (hearers, spared): (Vec<_>, Vec<_>) = self
            .hearers(desk, &happened, &names)
            .await?
            .into_iter()
            .partition(|(installation, _)| may_hear(&happened.causes, *installation));
        if !spared.is_empty() {
            let spared: Vec<_> = spared.into_iter().map(|(installation, _)| installation).collect();
            self.end_chain(desk, &happened, &spared).await?;
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let told: Vec<_> =
            hearers.into_iter().flat_map(|(id, events)| events.into_iter().map(move |event| (id, event))).collect();
        for (installation, event) in told {
            if jobs::waiting(&mut tx, ADDON_EVENT, &installation.to_string()).await? >= MOST_WAITING {
                missed(&mut tx, desk, installation, &happened, now).await?;
                continue;
            }
            let Happened { about, actor, at: happened, causes, .. } = happened.clone();
            let id = if event == names.own { job.id.to_string() } else { format!("{}-{event}", job.id) };
            let unique_key = Some(format!("{ADDON_EVENT}:{id}:{installation}"));
            let event = AddonEvent { id, at: now, installation, event, about, actor, happened, causes };
            let payload = serde_json::to_value(event)?;
            let new = NewJob { kind: ADDON_EVENT, desk: Some(desk), payload, run_at: now, unique_key };
            jobs::enqueue(&mut tx, new, now).await?;
        }
        jobs::finish(&mut tx, job).await?;
        tx.commit().await
    }

    /// Under which names it is told: what changed of a ticket may mean more than that.
    async fn names(&self, desk: DeskId, happened: &Happened) -> Result<Names, StoreError> {
        let mut names = Names { own: happened.event, all: vec![happened.event] };
        if let (EventName::TicketUpdated, Some(ticket)) = (happened.event, happened.about.ticket) {
            for change in ticket_parts(&mut self.db.read().await?, desk, ticket, &happened.about.changes).await? {
                names.all.extend(match (change.field.as_str(), change.old.as_str(), change.new.as_str()) {
                    ("assignee", ..) => Some(EventName::TicketAssigned),
                    ("status", _, "solved") => Some(EventName::TicketSolved),
                    ("status", "solved" | "closed", "open") => Some(EventName::TicketReopened),
                    _ => None,
                });
            }
        }
        Ok(names)
    }

    /// The plugins that run and subscribe, with what each hears. An add-on does not hear of what it did itself, or it might never stop.
    async fn hearers(
        &self,
        desk: DeskId,
        happened: &Happened,
        names: &Names,
    ) -> Result<Vec<(InstallationId, Vec<EventName>)>, StoreError> {
        let mut conn = self.db.read().await?;
        let mut hearers = Vec::new();
        for installation in installations::running(&mut conn, desk, Kind::Plugin).await? {
            let is_meant = happened.about.only.is_none_or(|only| only == installation.id);
            if !is_meant || happened.actor == format!("addon:{}", installation.id) {
                continue;
            }
            let Some(version) = catalog::version(&mut conn, &installation.addon, &installation.version).await? else {
                continue;
            };
            let manifest = &version.manifest;
            let grant = installation.grant.clone().within(&manifest.capabilities);
            let hears =
                |event: &EventName| manifest.events.contains(event) && may_know(manifest.speaks(), &grant, *event);
            let events: Vec<_> = names.all.iter().copied().filter(hears).collect();
            if !events.is_empty() {
                hearers.push((installation.id, events));
            }
        }
        Ok(hearers)
    }

    /// Notes that add-ons are not told of what the last one in a chain wrote: its fault, in its log.
    async fn end_chain(&self, desk: DeskId, happened: &Happened, spared: &[InstallationId]) -> Result<(), StoreError> {
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
            "what it wrote to {} was not told to {}: add-ons answer each other there ({})",
            happened.about,
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
        let (what, beside) = match self.what(desk, &event).await {
            Ok(Some(told)) => told,
            // Deleted or erased meanwhile: nothing of it is told.
            Ok(None) | Err(StoreError::NotFound(_)) => return self.finish_job(job).await,
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

/// Under which names something is told.
struct Names {
    own: EventName,
    all: Vec<EventName>,
}

/// As the log of an add-on names it.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ticket, self.contact) {
            (Some(ticket), _) => write!(f, "the ticket {ticket}"),
            (None, Some(contact)) => write!(f, "the contact {contact}"),
            (None, None) => f.write_str("this installation"),
        }
    }
}

/// 0.1 told everybody which ticket it was, and nothing of it.
fn may_know(wit: Wit, grant: &Grant, event: EventName) -> bool {
    wit == Wit::V0_1 || event.needs().is_none_or(|access| grant.allows(access))
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
    happened: &Happened,
    now: Timestamp,
) -> Result<(), StoreError> {
    let message =
        format!("it was not told what happened to {}: {MOST_WAITING} events wait for it already", happened.about);
    let line = NewLine { call: None, level: Level::Error, message, at: now };
    logs::append(tx, desk, installation, &[line]).await
}

/// Whether an add-on is told of something that this chain led to.
fn may_hear(causes: &[InstallationId], installation: InstallationId) -> bool {
    let returns = causes.iter().filter(|cause| **cause == installation).count();
    causes.len() <= LONGEST_CHAIN && returns <= MOST_RETURNS
}
