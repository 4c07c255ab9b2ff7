//! The mails that operators get about tickets, each in the transaction of what it tells, and as far as they want it.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId},
    mail::{MailFacts, MailTicket},
    permission::Permission,
    ticket::{Message, Ticket},
};
use annex_store::{
    StoreError, Tx, contacts,
    mails::{self, NewMail},
    messages, notices, operators,
};

/// Within it the assignee of a ticket is told once that its requester wrote.
const PAUSE: Duration = Duration::from_secs(10 * 60);
/// What a mail quotes of a message, in characters.
const EXCERPT: usize = 300;

/// A ticket was made: whoever has it is told; when nobody has, all who may reply and want to know.
///
/// # Errors
/// When the database fails.
pub async fn made(
    tx: &mut Tx,
    desk: DeskId,
    ticket: &Ticket,
    first: &Message,
    by: Option<OperatorId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if ticket.assignee.is_some() {
        return assigned(tx, desk, ticket, by, now).await;
    }
    let mut readers = notices::wanting_new(tx, desk).await?;
    readers.retain(|reader| Some(*reader) != by);
    if readers.is_empty() {
        return Ok(());
    }
    let from = contacts::get(tx, desk, ticket.requester).await?.name;
    let facts = MailFacts::TicketNew { ticket: about(ticket, &first.body), by: from };
    for reader in readers {
        let key = format!("ticket-new:{}:{reader}", ticket.id);
        put(tx, desk, reader, Permission::TicketsReply, key, &facts, now).await?;
    }
    Ok(())
}

/// A ticket was given to somebody: they are told, unless they took it themselves.
///
/// # Errors
/// When the database fails.
pub async fn assigned(
    tx: &mut Tx,
    desk: DeskId,
    ticket: &Ticket,
    by: Option<OperatorId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(reader) = ticket.assignee.filter(|reader| Some(*reader) != by) else { return Ok(()) };
    if !notices::of(tx, desk, reader).await?.assigned {
        return Ok(());
    }
    let last = messages::list(tx, desk, ticket.id, None, 1).await?;
    let body = last.first().map_or("", |written| written.message.body.as_str());
    let by = match by {
        Some(id) => Some(operators::get(tx, desk, id).await?.name),
        None => None,
    };
    let facts = MailFacts::TicketAssigned { ticket: about(ticket, body), by };
    let key = format!("ticket-assigned:{}:{reader}:{}", ticket.id, ticket.updated_at.0);
    put(tx, desk, reader, Permission::TicketsView, key, &facts, now).await
}

/// The requester wrote: whoever has the ticket is told, unless they were a moment ago.
///
/// # Errors
/// When the database fails.
pub async fn answered(
    tx: &mut Tx,
    desk: DeskId,
    ticket: &Ticket,
    message: &Message,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(reader) = ticket.assignee else { return Ok(()) };
    if !notices::of(tx, desk, reader).await?.answered {
        return Ok(());
    }
    // A mail in each pause by the clock at most; and none so soon after that of the one before.
    let pause = i64::try_from(PAUSE.as_millis()).unwrap_or(i64::MAX);
    let turn = now.0.div_euclid(pause);
    let key = |turn: i64| format!("ticket-answered:{}:{reader}:{turn}", ticket.id);
    let before = mails::written_at(tx, desk, &key(turn - 1)).await?;
    if before.is_some_and(|at| now.since(at) < PAUSE) {
        return Ok(());
    }
    let from = contacts::get(tx, desk, ticket.requester).await?.name;
    let facts = MailFacts::TicketAnswered { ticket: about(ticket, &message.body), by: from };
    put(tx, desk, reader, Permission::TicketsView, key(turn), &facts, now).await
}

fn about(ticket: &Ticket, body: &str) -> MailTicket {
    let excerpt = body.trim().chars().take(EXCERPT).collect();
    MailTicket { number: ticket.number, subject: ticket.subject.clone(), excerpt }
}

/// Writes the mail to an operator who works in the desk and may see what it tells.
async fn put(
    tx: &mut Tx,
    desk: DeskId,
    to: OperatorId,
    needed: Permission,
    unique_key: String,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    let reader = operators::get(tx, desk, to).await?;
    if !reader.active || !reader.permissions.has(needed) {
        return Ok(());
    }
    let (kind, args) = (facts.kind(), facts.args());
    let mail = NewMail { desk, operator: Some(to), to: reader.email, kind, args, unique_key };
    mails::put(tx, &mail, now).await.map(drop)
}

#[cfg(test)]
mod tests;
