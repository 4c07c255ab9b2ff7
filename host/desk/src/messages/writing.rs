use annex_domain::{permission::Permission, ticket::TicketRef};
use annex_store::{Signal, operators, tickets};

use crate::{Ctx, Desk, Refusal};

/// Tells whoever has the ticket open that who asks is writing a message there. Nothing of it is kept.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`; [`Refusal::NotFound`]; [`crate::Rule::PersonNeeded`].
pub async fn writing(desk: &Desk, ctx: &Ctx, ticket: TicketRef) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsReply)?;
    let operator = ctx.operator()?;
    let (ticket, name) = {
        let mut conn = desk.db.read().await?;
        let ticket = tickets::find(&mut conn, ctx.desk, ticket).await?.id;
        (ticket, operators::get(&mut conn, ctx.desk, operator).await?.name)
    };
    Ok(desk.db.tell(Signal::Writing { desk: ctx.desk, ticket, operator, name }).await?)
}
