//! What operators are writing and have not sent: a reply or a note to each ticket, and one new ticket. Only who writes it sees it.
//!
//! Each change raises `rev` and names the one that it follows, so that of two tabs the later one does not overwrite what it has
//! not seen.

use std::collections::BTreeSet;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, TicketId},
    ticket::Priority,
};
use serde::{Deserialize, Serialize};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_all, fetch_optional, in_list, list},
    },
    error::{Result, StoreError},
    messages::MAX_BODY,
};

/// What the form of a new ticket has beside the message, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Of the requester.
    pub email: String,
    /// Of the requester.
    pub name: String,
    /// One line.
    pub subject: String,
    /// How soon.
    pub priority: Priority,
    /// Whoever makes the ticket takes care of it.
    pub mine: bool,
    /// The channel in which the message leaves; empty: in none.
    #[serde(default)]
    pub via: String,
}

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Plain text.
    pub body: String,
    /// A note that the requester never sees.
    pub internal: bool,
    /// Of a new ticket.
    pub form: Option<Form>,
}

/// What was written so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// As it stands.
    pub text: Text,
    /// Which version it is: above 0.
    pub rev: i64,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// What an operator is writing to a ticket; `None`: as a new one.
///
/// # Errors
/// When the row is malformed.
pub async fn get(
    conn: &mut Conn,
    desk: DeskId,
    operator: OperatorId,
    ticket: Option<TicketId>,
) -> Result<Option<Draft>> {
    let sql = "SELECT internal, body, form, rev, updated_at FROM drafts
               WHERE desk_id = $1 AND operator_id = $2 AND COALESCE(ticket_id, '') = $3";
    let row = fetch_optional!(conn, Row, sql, desk, operator, place(ticket))?;
    row.map(|row| read(operator, row)).transpose()
}

/// Keeps what is being written in the place of version `rev`, 0: of none; and answers its own version.
///
/// # Errors
/// [`StoreError::Stale`] when another version is there, or none; [`StoreError::Invalid`] for a body that no message could have;
/// [`StoreError::Reference`] for a ticket or operator of another desk.
pub async fn save(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    ticket: Option<TicketId>,
    text: &Text,
    rev: i64,
    now: Timestamp,
) -> Result<i64> {
    StoreError::text("body", &text.body, MAX_BODY)?;
    let form = text.form.as_ref().map(serde_json::to_string).transpose()?;
    let saved = if rev == 0 {
        let sql = "INSERT INTO drafts (desk_id, operator_id, ticket_id, internal, body, form, rev, updated_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING RETURNING rev";
        fetch_optional!(tx, (i64,), sql, desk, operator, ticket, text.internal, &text.body, form, now)?
    } else {
        let sql = "UPDATE drafts SET internal = $5, body = $6, form = $7, rev = rev + 1, updated_at = $8
                   WHERE desk_id = $1 AND operator_id = $2 AND COALESCE(ticket_id, '') = $3 AND rev = $4 RETURNING rev";
        let place = place(ticket);
        fetch_optional!(tx, (i64,), sql, desk, operator, place, rev, text.internal, &text.body, form, now)?
    };
    saved.map(|(rev,)| rev).ok_or(StoreError::Stale("the draft"))
}

/// Discards what was being written; with `rev`, only that version.
///
/// # Errors
/// [`StoreError::Stale`] when another version is there than `rev`.
pub async fn delete(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    ticket: Option<TicketId>,
    rev: Option<i64>,
) -> Result<()> {
    let sql = "DELETE FROM drafts WHERE desk_id = $1 AND operator_id = $2 AND COALESCE(ticket_id, '') = $3
               AND ($4 IS NULL OR rev = $4)";
    let deleted = execute!(tx, sql, desk, operator, place(ticket), rev)?;
    if deleted == 0 && rev.is_some() && get(tx, desk, operator, ticket).await?.is_some() {
        return Err(StoreError::Stale("the draft"));
    }
    Ok(())
}

/// What operators are writing to a ticket goes on in another one, with the files that wait there; but where they are writing to that
/// one as well.
pub(crate) async fn move_on(tx: &mut Tx, desk: DeskId, from: TicketId, to: TicketId) -> Result<()> {
    for sql in [
        "UPDATE attachments SET ticket_id = $3 WHERE desk_id = $1 AND ticket_id = $2 AND message_id IS NULL AND NOT EXISTS
            (SELECT 1 FROM drafts d WHERE d.desk_id = $1 AND d.ticket_id = $3 AND d.operator_id = attachments.operator_id)",
        "UPDATE drafts SET ticket_id = $3 WHERE desk_id = $1 AND ticket_id = $2 AND NOT EXISTS
            (SELECT 1 FROM drafts d WHERE d.desk_id = $1 AND d.ticket_id = $3 AND d.operator_id = drafts.operator_id)",
    ] {
        execute!(tx, sql, desk, from, to)?;
    }
    Ok(())
}

/// To which of these tickets the operator is writing.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn among(
    conn: &mut Conn,
    desk: DeskId,
    operator: OperatorId,
    tickets: &[TicketId],
) -> Result<BTreeSet<TicketId>> {
    let sql = in_list!(conn, "SELECT ticket_id FROM drafts WHERE ticket_id", "AND desk_id = $2 AND operator_id = $3");
    let rows = fetch_all!(conn, (String,), sql, list(tickets), desk, operator)?;
    rows.into_iter().map(|(id,)| At::new("drafts", &id).parse("ticket_id", &id)).collect()
}

/// Removes drafts that were last changed before `before`.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM drafts WHERE updated_at < $1", before)
}

/// What stands for a ticket in the index: nothing for a new one.
fn place(ticket: Option<TicketId>) -> String {
    ticket.map(|id| id.to_string()).unwrap_or_default()
}

pub(crate) type Row = (i64, String, Option<String>, i64, i64);

pub(crate) fn read(operator: OperatorId, (internal, body, form, rev, updated_at): Row) -> Result<Draft> {
    let operator = operator.to_string();
    let form = form.map(|form| At::new("drafts", &operator).json("form", &form)).transpose()?;
    let text = Text { body, internal: internal != 0, form };
    Ok(Draft { text, rev, updated_at: Timestamp(updated_at) })
}
