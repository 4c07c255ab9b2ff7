//! Messages of tickets: public replies and internal notes. `add`: what one does to its ticket; `delivery`: their way out
//! through a channel; `html`: what they look like; `revise`: those that their author changes.

mod about;
mod add;
mod delivery;
mod html;
mod import;
mod revise;

use annex_domain::{
    attachment::Attachment,
    channel::{Origin, Progress},
    clock::Timestamp,
    ids::{ContactId, DeskId, MessageId, TicketId},
    ticket::{Author, Delivery, Message, Ticket},
};
use sqlx::AssertSqlSafe;

use crate::{
    attachments,
    db::{
        Conn, Dialect, Tx,
        query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
    reads, text,
};

pub(crate) use about::about;
pub use add::add;
pub(crate) use delivery::abandon;
pub use delivery::{DELIVER, Outbound, arrived, await_turn, came_back, hand_over, outbound, redeliver, set_delivery};
pub(crate) use html::html_about;
pub use html::{Body, MAX_HTML, html, html_of};
pub use import::{import, imported};
pub use revise::{EarlierText, earlier_texts, revise, set_origin, set_sent_at};

/// Longest body in characters.
pub const MAX_BODY: usize = 100_000;

/// A message to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Who wrote it.
    pub author: Author,
    /// A note that the requester never sees.
    pub internal: bool,
    /// What it says.
    pub body: Body,
}

/// Where a message ended up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// As it is now. Another ticket than asked for when that one was closed and the requester wrote.
    pub ticket: Ticket,
    /// The message.
    pub message: Message,
    /// True when `ticket` was made for it.
    pub new_ticket: bool,
}

/// A message with the name of who wrote it, and its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The message.
    pub message: Message,
    /// Of the requester or operator; the id (`publisher.slug`) of an add-on; `None` when it is no longer installed.
    pub author_name: Option<String>,
    /// In the order in which they were uploaded.
    pub attachments: Vec<Attachment>,
    /// How far it has come after it was sent, as its service reports.
    pub progress: Option<Progress>,
    /// Who is behind it, as its channel says.
    pub origin: Origin,
}

/// Writes the message and, when it has to leave through a channel, the job for it.
pub(crate) async fn insert(
    tx: &mut Tx,
    desk: DeskId,
    ticket: &Ticket,
    new: NewMessage,
    now: Timestamp,
) -> Result<Message> {
    let Body { text, html } = new.body;
    if text.trim().is_empty() {
        return Err(StoreError::Invalid { field: "body", problem: "is empty" });
    }
    StoreError::text("body", &text, MAX_BODY)?;
    let outbound = !new.internal && !matches!(new.author, Author::Requester(_)) && ticket.channel.is_some();
    let message = Message {
        id: MessageId::new(),
        ticket: ticket.id,
        author: new.author,
        internal: new.internal,
        body: text,
        has_html: html.is_some(),
        delivery: if outbound { Delivery::Pending } else { Delivery::None },
        delivery_error: None,
        created_at: now,
        sent_at: None,
        edited_at: None,
    };
    let (kind, id) = author_columns(message.author);
    execute!(
        tx,
        "INSERT INTO messages
            (id, desk_id, ticket_id, author_kind, author_id, internal, body, folded, has_html, delivery, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        message.id,
        desk,
        ticket.id,
        kind,
        id,
        message.internal,
        &message.body,
        text::fold(&message.body),
        message.has_html,
        message.delivery,
        now
    )?;
    if let Some(html) = html {
        html::put(tx, desk, message.id, &html).await?;
    }
    reads::spoke(tx, desk, ticket.id, now).await?;
    if outbound {
        delivery::enqueue(tx, desk, message.id, now).await?;
    }
    Ok(message)
}

/// A message of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: MessageId) -> Result<Message> {
    fetch_optional!(conn, MessageRow, "SELECT * FROM messages WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("message"))?
        .try_into()
}

/// A message of the desk, with the name of who wrote it, and its files.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn written(conn: &mut Conn, desk: DeskId, id: MessageId) -> Result<Written> {
    let sql = written_where(conn.dialect(), "m.desk_id = $1 AND m.id = $2");
    fetch_optional!(conn, WrittenRow, sql, desk, id)?.ok_or(StoreError::NotFound("message"))?.try_into()
}

/// True when somebody else than `but` has replied after the message `seen` of a ticket; never when that is not one of its messages.
///
/// # Errors
/// When the database fails.
pub async fn answered_since(
    conn: &mut Conn,
    desk: DeskId,
    ticket: TicketId,
    seen: MessageId,
    but: Author,
) -> Result<bool> {
    let (kind, id) = author_columns(but);
    let sql = "SELECT COUNT(*) FROM messages WHERE desk_id = $1 AND ticket_id = $2 AND internal = 0
            AND author_kind <> 'requester' AND NOT (author_kind = $4 AND author_id = $5)
            AND (created_at, id) > (SELECT s.created_at, s.id FROM messages s
                WHERE s.desk_id = $1 AND s.ticket_id = $2 AND s.id = $3)";
    Ok(fetch_one!(conn, (i64,), sql, desk, ticket, seen, kind, id)?.0 > 0)
}

/// True when a ticket, or one that was merged into it, is a requester's or has a message of theirs.
///
/// # Errors
/// When the database fails.
pub async fn takes_part(conn: &mut Conn, desk: DeskId, ticket: TicketId, who: ContactId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM tickets t WHERE t.desk_id = $1 AND (t.id = $2 OR t.merged_into = $2)
               AND (t.requester_id = $3 OR EXISTS (SELECT 1 FROM messages m WHERE m.desk_id = $1 AND m.ticket_id = t.id
                    AND m.author_kind = 'requester' AND m.author_id = $3))";
    Ok(fetch_one!(conn, (i64,), sql, desk, ticket, who)?.0 > 0)
}

/// The last `limit` messages of a ticket, or the last before the message `before`; the newest last.
pub async fn list(
    conn: &mut Conn,
    desk: DeskId,
    ticket: TicketId,
    before: Option<MessageId>,
    limit: u32,
) -> Result<Vec<Written>> {
    let sql = written_where(
        conn.dialect(),
        "m.desk_id = $1 AND m.ticket_id = $2 AND ($3 IS NULL OR (m.created_at, m.id)
            < (SELECT b.created_at, b.id FROM messages b WHERE b.desk_id = $1 AND b.id = $3))
         ORDER BY m.created_at DESC, m.id DESC LIMIT $4",
    );
    let mut messages: Vec<Written> = all(fetch_all!(conn, WrittenRow, sql, desk, ticket, before, limit)?)?;
    messages.reverse();
    Ok(messages)
}

/// The SQL for the messages `m` of a condition, with what [`Written`] has beside them, and what stands after the condition.
fn written_where(dialect: Dialect, condition: &'static str) -> AssertSqlSafe<String> {
    let files = attachments::as_one(dialect, "a.desk_id = m.desk_id AND a.message_id = m.id");
    AssertSqlSafe(format!(
        "SELECT m.*, COALESCE(o.name, c.name, i.addon_id) AS author_name, {files} AS attachments,
            (SELECT r.progress FROM channel_receipts r WHERE r.message_id = m.id AND r.desk_id = m.desk_id) AS progress
         FROM messages m
         LEFT JOIN operators o ON m.author_kind = 'operator' AND o.desk_id = m.desk_id AND o.id = m.author_id
         LEFT JOIN contacts c ON m.author_kind = 'requester' AND c.desk_id = m.desk_id AND c.id = m.author_id
         LEFT JOIN installations i ON m.author_kind = 'addon' AND i.desk_id = m.desk_id AND i.id = m.author_id
         WHERE {condition}"
    ))
}

fn author_columns(author: Author) -> (&'static str, String) {
    match author {
        Author::Requester(id) => ("requester", id.to_string()),
        Author::Operator(id) => ("operator", id.to_string()),
        Author::Addon(id) => ("addon", id.to_string()),
    }
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: String,
    ticket_id: String,
    author_kind: String,
    author_id: String,
    internal: i64,
    body: String,
    has_html: i64,
    delivery: String,
    delivery_error: Option<String>,
    created_at: i64,
    sent_at: Option<i64>,
    edited_at: Option<i64>,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;
    fn try_from(row: MessageRow) -> Result<Self> {
        let at = At::new("messages", &row.id);
        let author = match row.author_kind.as_str() {
            "requester" => Author::Requester(at.parse("author_id", &row.author_id)?),
            "operator" => Author::Operator(at.parse("author_id", &row.author_id)?),
            "addon" => Author::Addon(at.parse("author_id", &row.author_id)?),
            _ => return Err(at.corrupt("author_kind", "expected requester, operator or addon")),
        };
        Ok(Self {
            id: at.parse("id", &row.id)?,
            ticket: at.parse("ticket_id", &row.ticket_id)?,
            author,
            internal: row.internal != 0,
            has_html: row.has_html != 0,
            delivery: at.parse("delivery", &row.delivery)?,
            created_at: Timestamp(row.created_at),
            sent_at: row.sent_at.map(Timestamp),
            edited_at: row.edited_at.map(Timestamp),
            body: row.body,
            delivery_error: row.delivery_error,
        })
    }
}

#[derive(sqlx::FromRow)]
struct WrittenRow {
    #[sqlx(flatten)]
    message: MessageRow,
    author_name: Option<String>,
    attachments: Option<String>,
    progress: Option<String>,
    origin: Option<String>,
}

impl TryFrom<WrittenRow> for Written {
    type Error = StoreError;
    fn try_from(row: WrittenRow) -> Result<Self> {
        let WrittenRow { message, author_name, attachments, progress, origin } = row;
        let at = At::new("messages", &message.id);
        let attachments = attachments::read(at, attachments.as_deref())?;
        let progress = at.parse_some("progress", progress.as_deref())?;
        let origin = at.parse_some("origin", origin.as_deref())?.unwrap_or(Origin::Person);
        Ok(Self { message: message.try_into()?, author_name, attachments, progress, origin })
    }
}

#[cfg(test)]
mod tests;
