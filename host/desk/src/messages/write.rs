use annex_domain::{
    ids::{AttachmentId, MessageId},
    permission::Permission,
    ticket::{Author, Message, TicketRef, TicketStatus},
};
use annex_store::{
    messages::{self, Body, NewMessage},
    reads,
    tickets::{self, TicketChange},
};

use crate::{Ctx, Desk, Refusal, Rule, drafts::discard, fields::values, once, refusal::Fields, tickets::check_at_hand};

/// A message to write.
#[derive(Debug, Clone)]
pub struct Write {
    /// Where.
    pub ticket: TicketRef,
    /// What it says.
    pub body: Body,
    /// A note that the requester never sees; else a reply, which leaves through the ticket's channel.
    pub internal: bool,
    /// Files that its author has uploaded or made, which no message has.
    pub attachments: Vec<AttachmentId>,
    /// Where the ticket stands after it.
    pub then: Option<TicketStatus>,
    /// The last message that its author has seen: a reply is not written past a newer one of somebody else.
    pub seen: Option<MessageId>,
    /// The key of the form, with which it is written once, and whose draft ends with it.
    pub key: Option<String>,
}

/// Writes a reply or a note, as the operator or add-on who does it.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`, and with `then` without `tickets.manage`; [`Refusal::Invalid`] for `body`, `html`
/// and `attachments`; [`Refusal::Values`] for fields that the ticket is not solved without; [`Refusal::NotFound`];
/// [`Rule::TicketClosed`] and [`Rule::AnsweredMeanwhile`] for a reply; [`Rule::TicketPutAway`], [`Rule::Merged`],
/// [`Rule::DoneBefore`], [`Rule::TooManyWrites`].
pub async fn write(desk: &Desk, ctx: &Ctx, input: Write) -> Result<Message, Refusal> {
    ctx.require(Permission::TicketsReply)?;
    if input.then.is_some() {
        ctx.require(Permission::TicketsManage)?;
    }
    let author = ctx.author()?;
    let mut fields = Fields::default();
    let body = super::said(&mut fields, input.body);
    let files = super::files(&mut fields, input.attachments);
    fields.check()?;
    let mut tx = ctx.begin(desk).await?;
    once::claim(&mut tx, ctx, input.key.as_deref()).await?;
    let ticket = tickets::lock(&mut tx, ctx.desk, input.ticket).await?;
    check_at_hand(ctx, &ticket)?;
    ctx.count_write(&mut tx, &ticket.id.to_string()).await?;
    if ticket.status == TicketStatus::Closed && !input.internal {
        return Err(Rule::TicketClosed.into());
    }
    if let Some(seen) = input.seen.filter(|_| !input.internal)
        && messages::answered_since(&mut tx, ctx.desk, ticket.id, seen, author).await?
    {
        return Err(Rule::AnsweredMeanwhile.into());
    }
    values::check_required(&mut tx, ctx, &ticket, input.then, &[]).await?;
    let new = NewMessage { author, internal: input.internal, body };
    let added = messages::add(&mut tx, ctx.desk, ticket.id, new, ctx.now).await?;
    super::attach(&mut tx, ctx, files, &added.message).await?;
    if let Author::Operator(id) = author {
        reads::mark(&mut tx, ctx.desk, id, ticket.id, Some(added.message.id)).await?;
    }
    if input.then.is_some() {
        let then = TicketChange { status: input.then, ..TicketChange::default() };
        tickets::change(&mut tx, ctx.desk, ticket.id, then, ctx.actor, None, ctx.now).await?;
    }
    if input.key.is_some() {
        discard(&mut tx, ctx, Some(ticket.id)).await?;
    }
    tx.commit().await?;
    Ok(added.message)
}
