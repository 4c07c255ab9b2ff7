use annex_domain::{audit::Action, ids::MessageId, permission::Permission, ticket::TicketRef};
use annex_store::{StoreError, messages};
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule};

/// Sends a reply once more that failed or is unclear: somebody has looked.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`; [`Rule::NotFailed`] unless it failed or is unclear;
/// [`Refusal::NotFound`].
pub async fn redeliver(desk: &Desk, ctx: &Ctx, ticket: TicketRef, id: MessageId) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsReply)?;
    let mut tx = ctx.begin(desk).await?;
    super::check_place(&mut tx, ctx, ticket, id).await?;
    match messages::redeliver(&mut tx, ctx.desk, id, ctx.now).await {
        Err(StoreError::Stale(_)) => return Err(Rule::NotFailed.into()),
        other => other?,
    }
    ctx.record(&mut tx, Action::MessageRedeliver, &super::object(id), &json!({})).await?;
    Ok(tx.commit().await?)
}
