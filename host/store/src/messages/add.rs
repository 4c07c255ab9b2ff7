//! Adds a message to a ticket, and does to the ticket what follows from it.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, TicketId},
    ticket::{Author, Ticket, TicketStatus},
};

use super::{Added, NewMessage, insert};
use crate::{
    db::Tx,
    error::Result,
    tickets::{self, NewTicket, News},
};

/// Adds a message. When the requester writes, a pending or solved ticket opens again; to a closed one a new ticket
/// follows, in the same conversation. A ticket that is put away stays as it is, and where it is. To one that was merged nothing is
/// added: it joins the ticket that took it up.
///
/// # Errors
/// [`crate::StoreError::NotFound`] for the ticket; [`crate::StoreError::Invalid`] for an empty or too long body.
pub async fn add(tx: &mut Tx, desk: DeskId, ticket: TicketId, new: NewMessage, now: Timestamp) -> Result<Added> {
    let mut ticket = tickets::follow(tx, desk, ticket).await?;
    let moves = matches!(new.author, Author::Requester(_)) && !new.internal && !ticket.is_put_away();
    if moves && ticket.status == TicketStatus::Closed {
        return follow_up(tx, desk, ticket, new, now).await;
    }
    let actor = tickets::author(new.author);
    if moves && matches!(ticket.status, TicketStatus::Pending | TicketStatus::Solved) {
        let open = Ticket { status: TicketStatus::Open, ..ticket.clone() };
        ticket = tickets::save(tx, desk, &ticket, open, &actor, now).await?;
    } else {
        tickets::touch(tx, desk, &mut ticket, now).await?;
    }
    let message = insert(tx, desk, &ticket, new, now).await?;
    tickets::announce(tx, desk, News::Message(message.id), &ticket, &actor, now).await?;
    Ok(Added { ticket, message, new_ticket: false })
}

async fn follow_up(tx: &mut Tx, desk: DeskId, closed: Ticket, new: NewMessage, now: Timestamp) -> Result<Added> {
    let actor = tickets::author(new.author);
    let next = NewTicket {
        author: new.author,
        priority: closed.priority,
        channel: closed.channel,
        ..NewTicket::of(closed.requester, closed.subject, new.body)
    };
    let (ticket, message) = tickets::create(tx, desk, next, now).await?;
    let (old, number) = (closed.number.to_string(), ticket.number.to_string());
    tickets::put_change(tx, desk, ticket.id, &actor, "follow-up-of", &old, &number, now).await?;
    Ok(Added { ticket, message, new_ticket: true })
}
