use annex_domain::ticket::{Message, TicketRef};
use annex_store::{
    messages::{self, Body, NewMessage},
    tickets,
};

use crate::{
    Ctx, Desk, Refusal, Wrong,
    import::{self, Imported, Origin},
    refusal::{Fields, taken},
    tickets::check_at_hand,
};

/// A message of another help desk.
#[derive(Debug, Clone)]
pub struct Import {
    /// Where.
    pub ticket: TicketRef,
    /// What it says.
    pub body: Body,
    /// A note that the requester never sees.
    pub internal: bool,
    /// Who wrote it when, and its id there.
    pub origin: Origin,
}

/// Brings a message along from another help desk. Its ticket stays as it is, also when it is closed, and the message leaves through
/// no channel.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage` and `desk.manage`; [`Refusal::Invalid`] for `body`, `html`, `created_at`, `author`, and
/// an `external_id` of another ticket's message; [`Refusal::NotFound`]; [`crate::Rule::TicketPutAway`],
/// [`crate::Rule::Merged`].
pub async fn import(desk: &Desk, ctx: &Ctx, input: Import) -> Result<Imported<Message>, Refusal> {
    import::require(ctx)?;
    let mut fields = Fields::default();
    let body = super::said(&mut fields, input.body);
    input.origin.check(&mut fields, ctx);
    fields.check()?;
    let mut tx = ctx.begin(desk).await?;
    let ticket = tickets::lock(&mut tx, ctx.desk, input.ticket).await?;
    check_at_hand(ctx, &ticket)?;
    let external_id = input.origin.external_id();
    if let Some(id) = external_id
        && let Some(known) = messages::imported(&mut tx, ctx.desk, id).await?
    {
        let here = known.ticket == ticket.id;
        return if here { Ok(Imported::Known(known)) } else { Err(Wrong::Taken.at("external_id").into()) };
    }
    let author = input.origin.author(&mut tx, ctx, ticket.requester).await?;
    let new = NewMessage { author, internal: input.internal, body };
    let (id, at) = (ticket.id, input.origin.at.unwrap_or(ctx.now));
    let made = messages::import(&mut tx, ctx.desk, ticket, new, external_id, at).await;
    let message = made.map_err(taken("external_id"))?;
    tickets::note_import(&mut tx, ctx.desk, id, ctx.actor, ctx.now).await?;
    tx.commit().await?;
    Ok(Imported::New(message))
}
