//! The HTML of messages: kept as it came, apart from them, and read one at a time. Their plain text is what lists show, the
//! search finds and channels send.

use std::collections::HashMap;

use annex_domain::ids::{ContactId, DeskId, MessageId};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_all, fetch_optional, in_list, list},
    },
    error::{Result, StoreError},
};

/// Longest HTML of a message, in bytes.
pub const MAX_HTML: usize = 512 * 1024;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Plain text.
    pub text: String,
    /// The same as its author formatted it, at most [`MAX_HTML`]. Nobody has made it harmless.
    pub html: Option<String>,
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self { text, html: None }
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// Keeps the HTML of a message that is written with `has_html`.
pub(super) async fn put(tx: &mut Tx, desk: DeskId, id: MessageId, html: &str) -> Result<()> {
    if html.len() > MAX_HTML {
        return Err(StoreError::Invalid { field: "html", problem: "is too long" });
    }
    StoreError::text("html", html, MAX_HTML)?;
    let sql = "INSERT INTO message_html (desk_id, message_id, html) VALUES ($1, $2, $3)";
    execute!(tx, sql, desk, id, html).map(drop)
}

/// Forgets the HTML of a message that says something else now.
pub(super) async fn forget(tx: &mut Tx, desk: DeskId, id: MessageId) -> Result<()> {
    execute!(tx, "DELETE FROM message_html WHERE desk_id = $1 AND message_id = $2", desk, id).map(drop)
}

/// The HTML of a message of the ticket with this number, as it came.
///
/// # Errors
/// [`StoreError::NotFound`] when the ticket has no such message, or it has none.
pub async fn html(conn: &mut Conn, desk: DeskId, ticket: i64, id: MessageId) -> Result<String> {
    let sql = "SELECT h.html FROM message_html h
               JOIN messages m ON m.desk_id = h.desk_id AND m.id = h.message_id
               JOIN tickets t ON t.desk_id = m.desk_id AND t.id = m.ticket_id
               WHERE h.desk_id = $1 AND h.message_id = $2 AND t.number = $3";
    let found = fetch_optional!(conn, (String,), sql, desk, id, ticket)?;
    found.map(|(html,)| html).ok_or(StoreError::NotFound("message"))
}

/// The HTML of those of some messages that have any, the newest last, as it came: as many of the newest as have `most` bytes together.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn html_of(
    conn: &mut Conn,
    desk: DeskId,
    of: &[MessageId],
    most: usize,
) -> Result<HashMap<MessageId, String>> {
    let sql = in_list!(
        conn,
        "SELECT message_id, CAST(OCTET_LENGTH(html) AS BIGINT) FROM message_html WHERE message_id",
        "AND desk_id = $2"
    );
    let sizes: HashMap<String, i64> = fetch_all!(conn, (String, i64), sql, list(of), desk)?.into_iter().collect();
    let mut left = i64::try_from(most).unwrap_or(i64::MAX);
    let fits = |id: &&MessageId| {
        let Some(size) = sizes.get(&id.to_string()) else { return true };
        left = left.saturating_sub(*size);
        left >= 0
    };
    let wanted: Vec<MessageId> = of.iter().rev().take_while(fits).copied().collect();
    let sql = in_list!(conn, "SELECT message_id, html FROM message_html WHERE message_id", "AND desk_id = $2");
    read(fetch_all!(conn, (String, String), sql, list(&wanted), desk)?).map(|found| found.into_iter().collect())
}

/// The HTML of the messages that [`super::about`] answers.
pub(crate) async fn html_about(conn: &mut Conn, desk: DeskId, contact: ContactId) -> Result<Vec<(MessageId, String)>> {
    let rows = fetch_all!(
        conn,
        (String, String),
        "SELECT h.message_id, h.html FROM message_html h
         JOIN messages m ON m.desk_id = h.desk_id AND m.id = h.message_id
         WHERE h.desk_id = $1 AND (m.ticket_id IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)
            OR (m.author_kind = 'requester' AND m.author_id = $2))",
        desk,
        contact
    )?;
    read(rows)
}

fn read(rows: Vec<(String, String)>) -> Result<Vec<(MessageId, String)>> {
    let one = |(id, html): (String, String)| Ok((At::new("message_html", &id).parse("message_id", &id)?, html));
    rows.into_iter().map(one).collect()
}
