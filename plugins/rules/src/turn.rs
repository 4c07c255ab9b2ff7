//! Gives tickets that nobody has to people in turn. Who had the last one is kept, and the next is who comes after them by id: whoever
//! joins, leaves or is away changes nothing for the others.

use annex_sdk::{
    kv,
    operators::{self, Operator},
    prelude::*,
    tickets::{self, Status},
};

use crate::{config::Turn, names};

const LAST: &str = "turn";

/// Gives this ticket to whose turn it is, unless somebody has it by now.
pub(crate) fn assign(ticket: &str, turn: &Turn) -> Result<()> {
    if !turn.on {
        return Ok(());
    }
    let ticket = match tickets::get(ticket) {
        Ok(ticket) => ticket,
        Err(tickets::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if ticket.assignee.is_some() || !matches!(ticket.status, Status::Open | Status::Pending) {
        return Ok(());
    }
    let Some(operator) = next(&pool(&turn.among)?)? else {
        log::warn!("ticket {}: nobody is there to take it", ticket.number);
        return Ok(());
    };
    tickets::assign(&ticket.id, Some(&operator))?;
    log::info!("ticket {} was assigned in turn", ticket.number);
    Ok(())
}

/// The ids of who can get tickets, in their order.
fn pool(among: &str) -> Result<Vec<String>> {
    let away = names("away");
    let is_one = |operator: &Operator| {
        let belongs = among.is_empty() || operator.groups.iter().chain(&operator.roles).any(|name| name == among);
        belongs && !away.contains(&operator.email.to_lowercase())
    };
    let mut ids: Vec<String> = operators::all()?.into_iter().filter(is_one).map(|operator| operator.id).collect();
    ids.sort();
    Ok(ids)
}

/// Who is next: of two calls at once each gets another.
fn next(pool: &[String]) -> Result<Option<String>> {
    let Some(first) = pool.first() else { return Ok(None) };
    let whose = kv::update(LAST, |last: Option<String>| {
        let after = last.and_then(|last| pool.iter().find(|id| **id > last));
        after.unwrap_or(first).clone()
    })?;
    Ok(Some(whose))
}
