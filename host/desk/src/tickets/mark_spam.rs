use annex_domain::{
    audit::Action,
    permission::Permission,
    ticket::{Ticket, TicketRef},
};
use annex_store::tickets;

use crate::{Ctx, Desk, Refusal, Rule};

/// Marks a ticket as spam, or takes the mark away. Its status stays. What comes to it through its channel stays there, and nobody
/// is told.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`]; [`Rule::TicketPutAway`] for one in the trash, and
/// [`Rule::Merged`].
pub async fn mark_spam(desk: &Desk, ctx: &Ctx, ticket: TicketRef, is_spam: bool) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut tx = ctx.begin(desk).await?;
    let old = tickets::lock(&mut tx, ctx.desk, ticket).await?;
    if old.deleted_at.is_some() {
        return Err(Rule::TicketPutAway.into());
    }
    if old.merged_into.is_some() {
        return Err(Rule::Merged.into());
    }
    let action = if is_spam { Action::TicketSpam } else { Action::TicketNotSpam };
    let new = Ticket { spam_at: is_spam.then(|| old.spam_at.unwrap_or(ctx.now)), ..old.clone() };
    super::lay(tx, ctx, old, new, action).await
}
