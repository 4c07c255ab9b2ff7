//! How long a first reply may take. A clock runs from the moment when a ticket was opened until somebody of the desk replies; it is kept
//! under the ticket's id, and what became of it for 90 days. It warns once and says once that it is too late, each by tag and note.

use std::time::Duration;

use annex_sdk::{
    about, kv,
    plugin::{Actor, Happening, Notice, Written},
    prelude::*,
    tickets::{self, Author, Message, Priority, Status, Ticket},
};
use serde::{Deserialize, Serialize};

use crate::{AT_ONCE, Rest, TEXTS, config::Rules, hours::MINUTE};

const RUNNING: &str = "clock/";
const ANSWERED: &str = "answered/";
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Tags of a ticket, as the help desk allows.
const MOST_TAGS: usize = 20;
/// The tag of a ticket whose first reply is about to be late, and of one whose is.
pub(crate) const WARNED_TAG: &str = "sla-warning";
pub(crate) const LATE_TAG: &str = "sla-late";

/// A clock that runs. Moments are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    opened: u64,
    pub(crate) due: u64,
    pub(crate) state: State,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Running,
    Warned,
    Late,
}

/// A clock that was stopped by a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) due: u64,
    pub(crate) at: u64,
}

/// What there is of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    None,
    Running(Clock),
    Answered(Answered),
}

/// The clock of a ticket.
pub(crate) fn of(ticket: &str) -> Result<Seen> {
    if let Some(clock) = kv::get(&running(ticket))? {
        return Ok(Seen::Running(clock));
    }
    Ok(kv::get(&answered(ticket))?.map_or(Seen::None, Seen::Answered))
}

/// Starts, changes and stops clocks.
pub(crate) fn hear(notice: &Notice, rules: &Rules) -> Result<()> {
    match &notice.happening {
        // What somebody of the desk opens waits for nobody of it.
        Happening::TicketCreated(ticket) if rules.clock.on && !matches!(notice.actor, Actor::Operator(_)) => {
            start(ticket, notice.at, rules)
        }
        Happening::TicketUpdated(change) if change.changes.iter().any(|change| change.field == "priority") => {
            set_anew(&change.ticket, rules)
        }
        Happening::MessageAdded(Written { ticket, message }) if is_reply(message) => stop(&ticket.id, message.created),
        Happening::TicketSolved(change) => forget(&change.ticket.id),
        Happening::TicketDeleted(ticket) => forget(ticket),
        _ => Ok(()),
    }
}

fn is_reply(message: &Message) -> bool {
    !message.internal && matches!(message.author, Author::Operator(_))
}

fn start(ticket: &Ticket, opened: u64, rules: &Rules) -> Result<()> {
    let clock = Clock { opened, due: due(opened, ticket.priority, rules), state: State::Running };
    match kv::set_if(&running(&ticket.id), &clock, kv::Expected::Absent) {
        // An event that comes again starts nothing anew.
        Ok(_) | Err(kv::Error::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn due(opened: u64, priority: Priority, rules: &Rules) -> u64 {
    rules.hours.calendar().after(opened, rules.clock.minutes(priority))
}

/// Another priority has another time, counted from the beginning; what was said of the one before is taken back.
fn set_anew(ticket: &Ticket, rules: &Rules) -> Result<()> {
    let Some(clock) = kv::get::<Clock>(&running(&ticket.id))? else { return Ok(()) };
    let due = due(clock.opened, ticket.priority, rules);
    if due != clock.due {
        if clock.state != State::Running {
            retag(&ticket.id, &[WARNED_TAG, LATE_TAG], None)?;
        }
        kv::set(&running(&ticket.id), &Clock { due, state: State::Running, ..clock })?;
    }
    Ok(())
}

fn stop(ticket: &str, at: u64) -> Result<()> {
    let Some(clock) = kv::get::<Clock>(&running(ticket))? else { return Ok(()) };
    if clock.state == State::Warned {
        // It was answered after all. That one was late stays to be seen.
        retag(ticket, &[WARNED_TAG], None)?;
    }
    kv::set_for(&answered(ticket), &Answered { due: clock.due, at }, KEPT)?;
    forget(ticket)
}

fn forget(ticket: &str) -> Result<()> {
    kv::delete(&running(ticket))?;
    Ok(())
}

/// Warns of what is due, as much as a call may.
pub(crate) fn sweep(now: u64, rules: &Rules) -> Result<Rest> {
    if !rules.clock.on {
        return Ok(Rest::Nothing);
    }
    let warn = u64::from(rules.clock.warn) * MINUTE;
    let clocks = kv::scan::<Clock>(RUNNING)?;
    let mut due = clocks.into_iter().filter_map(|(key, clock)| Some((key, next(&clock, now, warn)?, clock)));
    for (key, state, clock) in due.by_ref().take(AT_ONCE) {
        if let Some(ticket) = key.strip_prefix(RUNNING) {
            tell(ticket, Clock { state, ..clock })?;
        }
    }
    Ok(if due.next().is_some() { Rest::More } else { Rest::Nothing })
}

/// What has to be told now; none: nothing yet, or nothing more.
fn next(clock: &Clock, now: u64, warn: u64) -> Option<State> {
    match clock.state {
        State::Late => None,
        _ if clock.due <= now => Some(State::Late),
        State::Running if clock.due <= now.saturating_add(warn) => Some(State::Warned),
        State::Running | State::Warned => None,
    }
}

/// The tag comes first, since setting it again does no harm; the note last, so that there is never a second one.
fn tell(id: &str, clock: Clock) -> Result<()> {
    let ticket = match tickets::get(id) {
        Ok(ticket) => ticket,
        Err(tickets::Error::NotFound) => return forget(id),
        Err(error) => return Err(error.into()),
    };
    if matches!(ticket.status, Status::Solved | Status::Closed) {
        return forget(id);
    }
    let (tag, note) = match clock.state {
        State::Late => (LATE_TAG, "note-late"),
        State::Running | State::Warned => (WARNED_TAG, "note-warning"),
    };
    retag(id, &[WARNED_TAG, LATE_TAG], Some(tag))?;
    kv::set(&running(id), &clock)?;
    let t = Texts::choose(&about::get().locale, TEXTS);
    tickets::add_note(id, &t.get(note))?;
    log::info!("ticket {}: {tag}", ticket.number);
    Ok(())
}

fn retag(id: &str, without: &[&str], with: Option<&str>) -> Result<()> {
    let ticket = match tickets::get(id) {
        Ok(ticket) => ticket,
        Err(tickets::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let kept = ticket.tags.iter().map(String::as_str).filter(|tag| !without.contains(tag));
    let tags: Vec<&str> = kept.chain(with).take(MOST_TAGS).collect();
    if tags != ticket.tags {
        tickets::set_tags(id, &tags)?;
    }
    Ok(())
}

fn running(ticket: &str) -> String {
    format!("{RUNNING}{ticket}")
}

fn answered(ticket: &str) -> String {
    format!("{ANSWERED}{ticket}")
}
