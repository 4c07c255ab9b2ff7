use annex_domain::{
    audit::Action,
    permission::Permission,
    ticket::{Ticket, TicketRef},
};
use annex_store::tickets;

use crate::{Ctx, Desk, Refusal};

/// Puts a ticket into the trash, where it can be restored for 30 days; after them the host removes it for good.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`].
pub async fn delete(desk: &Desk, ctx: &Ctx, ticket: TicketRef) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut tx = ctx.begin(desk).await?;
    let old = tickets::lock(&mut tx, ctx.desk, ticket).await?;
    let new = Ticket { deleted_at: old.deleted_at.or(Some(ctx.now)), ..old.clone() };
    super::lay(tx, ctx, old, new, Action::TicketDelete).await
}
