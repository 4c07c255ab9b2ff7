use annex_domain::{
    clock::Timestamp,
    field::{Entries, FieldSubject},
    permission::Permission,
    ticket::{Ticket, TicketRef},
};
use annex_store::tickets::{self, TicketChange};

use crate::{Ctx, Desk, Refusal, fields::values, notices, refusal::Fields};

/// What to change of a ticket.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Its own parts; what `values` has there counts for nothing.
    pub parts: TicketChange,
    /// Values of custom fields, as they were entered; the others stay.
    pub fields: Entries,
}

impl From<TicketChange> for Change {
    fn from(parts: TicketChange) -> Self {
        Self { parts, fields: Entries::new() }
    }
}

/// Changes a ticket and answers it as it is now. With `expected`, only if it was not changed since that `updated_at`.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::NotFound`]; [`Refusal::Invalid`] for `subject`, `tags`, and an
/// `assignee` who does not work in the desk, unless they have the ticket already; [`Refusal::Values`] for fields, also for those that
/// it is not solved without; [`annex_store::StoreError::Stale`];
/// [`crate::Rule::TicketPutAway`], [`crate::Rule::Merged`], [`crate::Rule::TooManyWrites`].
pub async fn change(
    desk: &Desk,
    ctx: &Ctx,
    ticket: TicketRef,
    wanted: impl Into<Change>,
    expected: Option<Timestamp>,
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let Change { parts: mut wanted, fields: entries } = wanted.into();
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
    wanted.values = values::read(&mut tx, ctx, FieldSubject::Ticket, &entries).await?;
    values::check_required(&mut tx, ctx, &old, wanted.status, &wanted.values).await?;
    let new = tickets::change(&mut tx, ctx.desk, old.id, wanted, ctx.actor, expected, ctx.now).await?;
    if new.assignee != old.assignee {
        notices::assigned(&mut tx, ctx.desk, &new, ctx.operator().ok(), ctx.now).await?;
    }
    tx.commit().await?;
    Ok(new)
}
