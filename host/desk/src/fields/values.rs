//! What tickets and contacts do with custom fields, in the transaction of their change.

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    field::{Entries, Field, FieldSubject, ValueError},
    ids::{FieldId, TicketId},
    operator::Actor,
    ticket::{Ticket, TicketStatus},
};
use annex_store::{
    Tx,
    fields::{self as stored, NewValue},
    installations,
};

use crate::{Ctx, Refusal, ValueProblem};

/// What was entered, as it is to be written.
///
/// # Errors
/// [`Refusal::Values`] for whatever cannot be taken; nothing is looked up where nothing was entered.
pub(crate) async fn read(
    tx: &mut Tx,
    ctx: &Ctx,
    of: FieldSubject,
    entries: &Entries,
) -> Result<Vec<NewValue>, Refusal> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let known = stored::list(tx, ctx.desk).await?;
    let writer = Writer::of(tx, ctx).await?;
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for (key, entered) in entries {
        let field = known.iter().find(|field| field.subject == of && field.key.as_str() == key);
        let read = field.ok_or(ValueError::Unknown).and_then(|field| {
            writer.check(field)?;
            Ok(NewValue { field: field.id, key: field.key.clone(), value: field.read(entered)? })
        });
        match read {
            Ok(value) => values.push(value),
            Err(wrong) => problems.push(ValueProblem { key: key.clone(), wrong }),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Refusal::Values(problems)) }
}

/// Who writes values.
enum Writer {
    /// People, the host, and what acts for them.
    Anybody,
    /// An add-on; none when it is gone.
    Addon(Option<AddonId>),
}

impl Writer {
    async fn of(tx: &mut Tx, ctx: &Ctx) -> Result<Self, Refusal> {
        let Actor::Addon(id) = ctx.actor else { return Ok(Self::Anybody) };
        let installed = installations::get(tx, ctx.desk, id).await?;
        Ok(Self::Addon(installed.map(|installation| installation.addon.clone())))
    }

    /// What an add-on declared is written by no other one.
    fn check(&self, field: &Field) -> Result<(), ValueError> {
        match (self, &field.addon) {
            _ if !field.is_in_use() => Err(ValueError::Retired),
            (Self::Addon(own), Some(of)) if own.as_ref() != Some(of) => Err(ValueError::OfAnotherAddon),
            _ => Ok(()),
        }
    }
}

/// Goes on when a locked ticket may stand there: what is required before it is solved is there, or written with it. One that was
/// solved before may be closed.
///
/// # Errors
/// [`Refusal::Values`] for what is missing.
pub(crate) async fn check_required(
    tx: &mut Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    to: Option<TicketStatus>,
    written: &[NewValue],
) -> Result<(), Refusal> {
    let is_done = |status: TicketStatus| matches!(status, TicketStatus::Solved | TicketStatus::Closed);
    if is_done(ticket.status) || to.is_none_or(|to| !is_done(to)) {
        return Ok(());
    }
    let known = stored::list(tx, ctx.desk).await?;
    let required = |field: &&Field| field.subject == FieldSubject::Ticket && field.required && field.is_in_use();
    let required: Vec<&Field> = known.iter().filter(required).collect();
    if required.is_empty() {
        return Ok(());
    }
    let held = held_after(tx, ctx, ticket.id, written).await?;
    let missing = required.into_iter().filter(|field| !held.contains_key(&field.id));
    let problem = |field: &Field| ValueProblem { key: field.key.to_string(), wrong: ValueError::Required };
    let problems: Vec<ValueProblem> = missing.map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Values(problems)) }
}

async fn held_after(
    tx: &mut Tx,
    ctx: &Ctx,
    ticket: TicketId,
    written: &[NewValue],
) -> Result<BTreeMap<FieldId, String>, Refusal> {
    let mut held = stored::values(tx, ctx.desk, ticket).await?;
    for NewValue { field, value, .. } in written {
        match value {
            Some(value) => held.insert(*field, value.clone()),
            None => held.remove(field),
        };
    }
    Ok(held)
}
