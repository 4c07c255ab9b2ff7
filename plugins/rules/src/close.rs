//! Closes what was solved for some days. When a ticket was solved is kept until it is closed, opened again or gone: the last time
//! counts.

use annex_sdk::{
    kv,
    plugin::{Happening, Notice},
    prelude::*,
    tickets::{self, Status},
};

use crate::{AT_ONCE, Rest, config::Close};

const PREFIX: &str = "solved/";
/// Milliseconds.
const DAY: u64 = 86_400_000;

/// Keeps what the sweep needs to know.
pub(crate) fn hear(notice: &Notice, close: &Close) -> Result<()> {
    match &notice.happening {
        Happening::TicketSolved(change) if close.on => {
            kv::set(&key(&change.ticket.id), &notice.at)?;
        }
        Happening::TicketReopened(change) => {
            kv::delete(&key(&change.ticket.id))?;
        }
        Happening::TicketDeleted(ticket) => {
            kv::delete(&key(ticket))?;
        }
        _ => {}
    }
    Ok(())
}

/// Closes what is due, as much as a call may.
pub(crate) fn sweep(now: u64, close: &Close) -> Result<Rest> {
    if !close.on {
        return Ok(Rest::Nothing);
    }
    let wait = u64::from(close.days) * DAY;
    let solved = kv::scan::<u64>(PREFIX)?;
    let mut due = solved.into_iter().filter(|(_, at)| at.saturating_add(wait) <= now).map(|(key, _)| key);
    for key in due.by_ref().take(AT_ONCE) {
        if let Some(ticket) = key.strip_prefix(PREFIX) {
            close_one(ticket)?;
        }
        kv::delete(&key)?;
    }
    Ok(if due.next().is_some() { Rest::More } else { Rest::Nothing })
}

fn close_one(id: &str) -> Result<()> {
    let closed = tickets::get(id).and_then(|ticket| {
        // Whatever else was done with it since: only what is still solved is closed.
        if matches!(ticket.status, Status::Solved) { tickets::set_status(id, Status::Closed) } else { Ok(()) }
    });
    match closed {
        Err(tickets::Error::Invalid(why)) => log::warn!("a ticket cannot be closed: {why}"),
        Ok(()) | Err(tickets::Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn key(ticket: &str) -> String {
    format!("{PREFIX}{ticket}")
}
