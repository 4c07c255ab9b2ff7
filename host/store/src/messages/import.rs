//! Messages that are brought along from another help desk: they keep their dates, leave through no channel, and nobody is told.

use annex_domain::{
    clock::Timestamp,
    ids::DeskId,
    ticket::{Message, Ticket},
};

use super::{MessageRow, NewMessage, insert};
use crate::{
    db::{
        Signal, Tx,
        query::{execute, fetch_optional},
    },
    error::Result,
    tickets,
};

/// The message that was brought along with this id.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn imported(tx: &mut Tx, desk: DeskId, external_id: &str) -> Result<Option<Message>> {
    let sql = "SELECT * FROM messages WHERE desk_id = $1 AND external_id = $2";
    fetch_optional!(tx, MessageRow, sql, desk, external_id)?.map(Message::try_from).transpose()
}

/// Adds a message of that time to a locked ticket, which stays as it is.
///
/// # Errors
/// [`crate::StoreError::Invalid`] for an empty or too long body; [`crate::StoreError::Taken`] for the external id.
pub async fn import(
    tx: &mut Tx,
    desk: DeskId,
    mut ticket: Ticket,
    new: NewMessage,
    external_id: Option<&str>,
    at: Timestamp,
) -> Result<Message> {
    tickets::touch(tx, desk, &mut ticket, at).await?;
    // It was sent long ago: here it has no channel to leave through.
    ticket.channel = None;
    let message = insert(tx, desk, &ticket, new, at).await?;
    let sql = "UPDATE messages SET external_id = $3 WHERE desk_id = $1 AND id = $2";
    let named = execute!(tx, sql, desk, message.id, external_id);
    named.map_err(|error| error.on("messages_desk_id_external_id_key", "the external id"))?;
    tx.signal(Signal::Ticket { desk, ticket: ticket.id }).await?;
    Ok(message)
}
