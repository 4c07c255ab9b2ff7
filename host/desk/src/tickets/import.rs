use annex_domain::{
    field::{Entries, FieldSubject},
    ids::OperatorId,
    ticket::{Priority, Ticket, TicketStatus},
};
use annex_store::{
    fields as stored_fields,
    messages::Body,
    tickets::{self, NewTicket},
};

use super::{
    Requester,
    create::{check_requester, requester_of},
};
use crate::{
    Ctx, Desk, Refusal,
    fields::values,
    import::{self, Imported, Origin},
    messages::said,
    refusal::{Fields, taken},
};

/// A ticket of another help desk, with its first message.
#[derive(Debug, Clone)]
pub struct Import {
    /// Whose it is.
    pub requester: Requester,
    /// One line.
    pub subject: String,
    /// The first message.
    pub body: Body,
    /// Where it stands.
    pub status: TicketStatus,
    /// How soon.
    pub priority: Priority,
    /// Who takes care of it.
    pub assignee: Option<OperatorId>,
    /// Under the rule of [`annex_domain::tag`].
    pub tags: Vec<String>,
    /// Values of custom fields, as they were entered.
    pub fields: Entries,
    /// Who wrote it when, and its id there.
    pub origin: Origin,
}

/// Brings a ticket along from another help desk.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage` and `desk.manage`; [`Refusal::Invalid`] as for [`super::create()`], and for
/// `created_at`, `external_id` and `author`; [`Refusal::Values`]. Nothing is required of what was solved elsewhere.
pub async fn import(desk: &Desk, ctx: &Ctx, input: Import) -> Result<Imported<Ticket>, Refusal> {
    import::require(ctx)?;
    let mut fields = Fields::default();
    check_requester(&mut fields, &input.requester)?;
    super::check_subject(&mut fields, &input.subject);
    let body = said(&mut fields, input.body);
    super::check_tags(&mut fields, &input.tags);
    input.origin.check(&mut fields, ctx);
    fields.check()?;
    let mut tx = ctx.begin(desk).await?;
    tx.tells_nobody();
    let external_id = input.origin.external_id();
    if let Some(id) = external_id
        && let Some(known) = tickets::imported(&mut tx, ctx.desk, id).await?
    {
        return Ok(Imported::Known(known));
    }
    if let Some(assignee) = input.assignee {
        super::check_assignee(&mut tx, ctx.desk, assignee).await?;
    }
    let values = values::read(&mut tx, ctx, FieldSubject::Ticket, &input.fields).await?;
    let requester = requester_of(&mut tx, ctx, input.requester).await?;
    let new = NewTicket {
        subject: input.subject,
        requester,
        author: input.origin.author(&mut tx, ctx, requester).await?,
        body,
        priority: input.priority,
        assignee: input.assignee,
        tags: input.tags,
        channel: None,
    };
    let at = input.origin.at.unwrap_or(ctx.now);
    let made = tickets::import(&mut tx, ctx.desk, new, input.status, external_id, at).await;
    let (ticket, _) = made.map_err(taken("external_id"))?;
    stored_fields::write(&mut tx, ctx.desk, ticket.id, &values).await?;
    tickets::note_import(&mut tx, ctx.desk, ticket.id, ctx.actor, ctx.now).await?;
    tx.commit().await?;
    Ok(Imported::New(ticket))
}
