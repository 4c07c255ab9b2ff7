use annex_domain::{
    clock::Timestamp,
    permission::Permission,
    ticket::{Ticket, TicketRef},
};
use annex_store::tickets::{self, TicketChange};

use crate::{Ctx, Desk, Refusal, notices, refusal::Fields};

/// Changes a ticket and answers it as it is now. With `expected`, only if it was not changed since that `updated_at`.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`]; [`Refusal::Invalid`] for `subject`, `tags`, and an
/// `assignee` who does not work in the desk, unless they have the ticket already; [`annex_store::StoreError::Stale`];
/// [`crate::Rule::TicketPutAway`], [`crate::Rule::TooManyWrites`].
pub async fn change(
    desk: &Desk,
    ctx: &Ctx,
    ticket: TicketRef,
    wanted: TicketChange,
    expected: Option<Timestamp>,
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut fields = Fields::default();
    if let Some(subject) = &wanted.subject {
        super::check_subject(&mut fields, subject);
    }
    if let Some(tags) = &wanted.tags {
        super::check_tags(&mut fields, tags);
    }
    fields.check()?;
    let mut tx = ctx.begin(desk).await?;
    let old = tickets::lock(&mut tx, ctx.desk, ticket).await?;
    super::check_at_hand(ctx, &old)?;
    ctx.count_write(&mut tx, &old.id.to_string()).await?;
    if let Some(Some(assignee)) = wanted.assignee.filter(|assignee| *assignee != old.assignee) {
        super::check_assignee(&mut tx, ctx.desk, assignee).await?;
    }
    let new = tickets::change(&mut tx, ctx.desk, old.id, wanted, ctx.actor, expected, ctx.now).await?;
    if new.assignee != old.assignee {
        notices::assigned(&mut tx, ctx.desk, &new, ctx.operator().ok(), ctx.now).await?;
    }
    tx.commit().await?;
    Ok(new)
}
