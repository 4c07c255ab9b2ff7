use annex_domain::{
    audit::Action,
    permission::Permission,
    ticket::{Ticket, TicketRef},
};
use annex_store::tickets;

use crate::{Ctx, Desk, Refusal};

/// Takes a ticket out of the trash; what was spam before is spam again.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`], also when it was removed for good.
pub async fn restore(desk: &Desk, ctx: &Ctx, ticket: TicketRef) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut tx = ctx.begin(desk).await?;
    let old = tickets::lock(&mut tx, ctx.desk, ticket).await?;
    let new = Ticket { deleted_at: None, ..old.clone() };
    super::lay(tx, ctx, old, new, Action::TicketRestore).await
}
