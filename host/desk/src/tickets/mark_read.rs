use annex_domain::{ids::MessageId, permission::Permission, ticket::TicketRef};
use annex_store::{reads, tickets};

use crate::{Ctx, Desk, Refusal};

/// Notes that who asks has seen a ticket up to one of its messages, or (`None`) all of it.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.view`; [`Refusal::NotFound`]; [`crate::Rule::PersonNeeded`].
pub async fn mark_read(desk: &Desk, ctx: &Ctx, ticket: TicketRef, seen: Option<MessageId>) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsView)?;
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    let ticket = tickets::find(&mut tx, ctx.desk, ticket).await?.id;
    reads::mark(&mut tx, ctx.desk, operator, ticket, seen).await?;
    Ok(tx.commit().await?)
}
