use std::collections::HashMap;

use annex_domain::{
    clock::Timestamp,
    contact::Contact,
    ids::{ContactId, DeskId, MessageId, TicketId},
    ticket::Ticket,
};
use serde_json::{Map, Value};

use super::get;
use crate::{
    db::{
        Conn,
        query::{At, all, fetch_all},
    },
    error::Result,
    fields,
    messages::{self, EarlierText, Written},
    tickets::{Change, TicketRow},
};

/// Everything that the desk has about a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who they are.
    pub contact: Contact,
    /// Who they are in channels: the add-on, and its own id of them.
    pub handles: Vec<(String, String)>,
    /// Theirs, the oldest first.
    pub tickets: Vec<Ticket>,
    /// Those on their tickets, and those that they wrote elsewhere, the oldest first.
    pub messages: Vec<Written>,
    /// What those look like that came as HTML.
    pub html: Vec<(MessageId, String)>,
    /// What messages of theirs said before.
    pub earlier: Vec<(MessageId, EarlierText)>,
    /// What happened to their tickets, the oldest first.
    pub changes: Vec<(TicketId, Change)>,
    /// What custom fields hold, also those that are out of use: by the ids of the requester and of their tickets.
    pub values: HashMap<String, Map<String, Value>>,
}

/// Everything that the desk has about a requester.
///
/// # Errors
/// [`crate::StoreError::NotFound`].
pub async fn record(conn: &mut Conn, desk: DeskId, id: ContactId) -> Result<Record> {
    let contact = get(conn, desk, id).await?;
    let sql = "SELECT i.addon_id, p.handle FROM channel_people p
               JOIN installations i ON i.desk_id = p.desk_id AND i.id = p.installation_id
               WHERE p.desk_id = $1 AND p.contact_id = $2 ORDER BY i.addon_id, p.handle";
    let handles = fetch_all!(conn, (String, String), sql, desk, id)?;
    let sql = "SELECT * FROM tickets WHERE desk_id = $1 AND requester_id = $2 ORDER BY number";
    let tickets: Vec<Ticket> = all(fetch_all!(conn, TicketRow, sql, desk, id)?)?;
    let with_fields = tickets.iter().map(|ticket| ticket.id.to_string()).chain([id.to_string()]);
    let with_fields: Vec<String> = with_fields.collect();
    Ok(Record {
        contact,
        handles,
        tickets,
        messages: messages::about(conn, desk, id).await?,
        html: messages::html_about(conn, desk, id).await?,
        earlier: earlier(conn, desk, id).await?,
        changes: changes(conn, desk, id).await?,
        values: values(conn, desk, &with_fields).await?,
    })
}

async fn values(conn: &mut Conn, desk: DeskId, of: &[String]) -> Result<HashMap<String, Map<String, Value>>> {
    let known = fields::list(conn, desk).await?;
    let held = fields::values_of(conn, desk, of).await?;
    Ok(held.into_iter().map(|(id, held)| (id, fields::by_key(&known, &held))).collect())
}

async fn earlier(conn: &mut Conn, desk: DeskId, contact: ContactId) -> Result<Vec<(MessageId, EarlierText)>> {
    let rows = fetch_all!(
        conn,
        (String, String, i64),
        "SELECT message_id, body, replaced_at FROM message_texts WHERE desk_id = $1 AND message_id IN
            (SELECT id FROM messages WHERE desk_id = $1 AND author_kind = 'requester' AND author_id = $2)
         ORDER BY id",
        desk,
        contact
    )?;
    let text = |(message, body, at): (String, String, i64)| -> Result<_> {
        let message = At::new("message_texts", &message).parse("message_id", &message)?;
        Ok((message, EarlierText { body, replaced_at: Timestamp(at) }))
    };
    rows.into_iter().map(text).collect()
}

async fn changes(conn: &mut Conn, desk: DeskId, contact: ContactId) -> Result<Vec<(TicketId, Change)>> {
    let rows = fetch_all!(
        conn,
        (String, String, String, String, String, i64),
        "SELECT ticket_id, actor, field, old, new, at FROM ticket_changes WHERE desk_id = $1 AND ticket_id IN
            (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)
         ORDER BY at, id",
        desk,
        contact
    )?;
    let change = |(ticket, actor, field, old, new, at): (String, String, String, String, String, i64)| -> Result<_> {
        let ticket = At::new("ticket_changes", &ticket).parse("ticket_id", &ticket)?;
        Ok((ticket, Change { actor, field, old, new, at: Timestamp(at) }))
    };
    rows.into_iter().map(change).collect()
}
