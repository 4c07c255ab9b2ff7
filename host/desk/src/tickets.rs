//! Tickets. What was changed is recorded in the ticket itself (`ticket_changes`), not in the audit log: ADR 36. What takes a
//! ticket out of everybody's sight, or brings it back, is in both, and so is what ends it for good.

mod change;
mod create;
mod delete;
mod import;
mod mark_read;
mod mark_spam;
mod merge;
mod restore;

use annex_domain::{
    audit::Action,
    ids::{DeskId, OperatorId},
    operator::Actor,
    tag,
    ticket::Ticket,
};
use annex_store::{StoreError, Tx, operators, tickets};
use serde_json::json;

pub use change::{Change, change};
pub use create::{Create, FirstAuthor, Requester, create};
pub use delete::delete;
pub use import::{Import, import};
pub use mark_read::mark_read;
pub use mark_spam::mark_spam;
pub use merge::merge;
pub use restore::restore;

use crate::{Ctx, Refusal, Rule, Wrong, refusal::Fields};

/// The longest subject, in characters.
const SUBJECT: usize = 200;

/// A subject is one line; what breaks it counts as a space.
fn check_subject(fields: &mut Fields, subject: &str) {
    let line = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    fields.text("subject", &line, SUBJECT);
}

fn check_tags(fields: &mut Fields, tags: &[String]) {
    if let Err(error) = tag::check(tags) {
        fields.add("tags", Wrong::Tags(error));
    }
}

/// Whoever is to take care of a ticket works in the desk.
async fn check_assignee(tx: &mut Tx, desk: DeskId, id: OperatorId) -> Result<(), Refusal> {
    match operators::get(tx, desk, id).await {
        Ok(operator) if operator.active => Ok(()),
        Ok(_) | Err(StoreError::NotFound(_)) => Err(Wrong::NoOperator.at("assignee").into()),
        Err(error) => Err(error.into()),
    }
}

/// Goes on only with a ticket that is neither put away nor merged. What is put away is nothing to add-ons.
pub(crate) fn check_at_hand(ctx: &Ctx, ticket: &Ticket) -> Result<(), Refusal> {
    match ctx.actor {
        _ if ticket.is_at_hand() => Ok(()),
        _ if !ticket.is_put_away() => Err(Rule::Merged.into()),
        Actor::Addon(_) => Err(Refusal::NotFound("ticket")),
        _ => Err(Rule::TicketPutAway.into()),
    }
}

/// Writes where a locked ticket lies from now on, and ends the transaction; what lies there already is left alone.
async fn lay(mut tx: Tx, ctx: &Ctx, old: Ticket, new: Ticket, action: Action) -> Result<Ticket, Refusal> {
    if new == old {
        return Ok(old);
    }
    let new = tickets::save(&mut tx, ctx.desk, &old, new, &ctx.actor.to_string(), ctx.now).await?;
    let facts = json!({ "name": format!("#{}", new.number) });
    ctx.record(&mut tx, action, &format!("ticket:{}", new.id), &facts).await?;
    tx.commit().await?;
    Ok(new)
}
