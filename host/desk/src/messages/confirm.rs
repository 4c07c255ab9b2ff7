use annex_domain::{audit::Action, ids::MessageId, permission::Permission, ticket::TicketRef};
use annex_store::{StoreError, messages};
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule};

/// Takes an unclear reply as sent: somebody has seen that it arrived.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`; [`Rule::NotUnclear`] unless it is unclear;
/// [`Refusal::NotFound`].
pub async fn confirm(desk: &Desk, ctx: &Ctx, ticket: TicketRef, id: MessageId) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsReply)?;
    let mut tx = ctx.begin(desk).await?;
    super::check_place(&mut tx, ctx, ticket, id).await?;
    match messages::arrived(&mut tx, ctx.desk, id).await {
        Err(StoreError::Stale(_)) => return Err(Rule::NotUnclear.into()),
        other => other?,
    }
    ctx.record(&mut tx, Action::MessageArrived, &super::object(id), &json!({})).await?;
    Ok(tx.commit().await?)
}
