//! Tickets that are brought along from another help desk: they keep their dates, and nobody is told of them.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, TicketId},
    operator::Actor,
    ticket::{Message, Ticket, TicketStatus},
};

use super::{NewTicket, TicketRow, activity, put};
use crate::{
    db::{
        Signal, Tx,
        query::{execute, fetch_one, fetch_optional},
    },
    error::Result,
};

/// The ticket that was brought along with this id. Holds the desk's row until the transaction ends: of two that bring the same,
/// one finds the other's.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn imported(tx: &mut Tx, desk: DeskId, external_id: &str) -> Result<Option<Ticket>> {
    super::hold_numbers(tx, desk).await?;
    let sql = "SELECT * FROM tickets WHERE desk_id = $1 AND external_id = $2";
    fetch_optional!(tx, TicketRow, sql, desk, external_id)?.map(Ticket::try_from).transpose()
}

/// Makes a ticket with its first message, both of that time.
///
/// # Errors
/// As those of [`super::create`]; [`crate::StoreError::Taken`] for the external id.
pub async fn import(
    tx: &mut Tx,
    desk: DeskId,
    new: NewTicket,
    status: TicketStatus,
    external_id: Option<&str>,
    at: Timestamp,
) -> Result<(Ticket, Message)> {
    let (ticket, message) = put(tx, desk, new, status, at).await?;
    let sql = "UPDATE tickets SET external_id = $3 WHERE desk_id = $1 AND id = $2";
    let named = execute!(tx, sql, desk, ticket.id, external_id);
    named.map_err(|error| error.on("tickets_desk_id_external_id_key", "the external id"))?;
    tx.signal(Signal::Ticket { desk, ticket: ticket.id }).await?;
    Ok((ticket, message))
}

/// Records who brought messages of a ticket along, once for each of them: others may stand as their authors.
///
/// # Errors
/// When the database fails.
pub async fn note_import(tx: &mut Tx, desk: DeskId, ticket: TicketId, actor: Actor, now: Timestamp) -> Result<()> {
    let actor = actor.to_string();
    let sql = "SELECT COUNT(*) FROM ticket_changes
               WHERE desk_id = $1 AND ticket_id = $2 AND actor = $3 AND field = 'import'";
    match fetch_one!(tx, (i64,), sql, desk, ticket, &actor)?.0 {
        0 => activity::put(tx, desk, ticket, &actor, "import", "", "", now).await.map(drop),
        _ => Ok(()),
    }
}
