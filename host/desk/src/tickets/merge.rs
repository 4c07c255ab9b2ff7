use annex_domain::{
    audit::Action,
    operator::Actor,
    permission::Permission,
    ticket::{Ticket, TicketRef, TicketStatus},
};
use annex_store::tickets;
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Unfit, Wrong};

/// Merges a ticket into another one, which is answered. The one is closed for good and keeps its messages; what comes for its
/// conversation joins the other, and so does what had been merged into it. Nobody is told but add-ons.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`] for either; [`crate::Rule::TicketPutAway`] and
/// [`crate::Rule::Merged`] for the one; [`Refusal::Invalid`] for `into` with the reason ([`Unfit`]).
pub async fn merge(desk: &Desk, ctx: &Ctx, ticket: TicketRef, into: TicketRef) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut tx = ctx.begin(desk).await?;
    let from = tickets::find(&mut tx, ctx.desk, ticket).await?.id;
    let to = tickets::find(&mut tx, ctx.desk, into).await?.id;
    if from == to {
        return Err(Wrong::Unfit(Unfit::Itself).at("into").into());
    }
    let (old, other) = tickets::lock_both(&mut tx, ctx.desk, from, to).await?;
    super::check_at_hand(ctx, &old)?;
    check_fit(ctx, &other)?;
    let other = tickets::merge(&mut tx, ctx.desk, &old, other, &ctx.actor.to_string(), ctx.now).await?;
    let facts = json!({ "name": format!("#{}", old.number), "into": format!("#{}", other.number) });
    ctx.record(&mut tx, Action::TicketMerge, &format!("ticket:{}", old.id), &facts).await?;
    tx.commit().await?;
    Ok(other)
}

/// Goes on only with a ticket that may take up another one. What is put away is nothing to add-ons, nor to their services.
fn check_fit(ctx: &Ctx, other: &Ticket) -> Result<(), Refusal> {
    let unfit = if other.is_put_away() {
        if matches!(ctx.actor, Actor::Addon(_)) {
            return Err(Refusal::NotFound("ticket"));
        }
        Unfit::PutAway
    } else if other.merged_into.is_some() {
        Unfit::Merged
    } else if other.status == TicketStatus::Closed {
        Unfit::Closed
    } else {
        return Ok(());
    };
    Err(Wrong::Unfit(unfit).at("into").into())
}
