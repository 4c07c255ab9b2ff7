//! What operators have read: a ticket is unread for somebody while its last message came after what they saw of it. What was
//! written before they came counts as read.

use annex_domain::{
    attachment::Attachment,
    clock::Timestamp,
    ids::{DeskId, MessageId, OperatorId, TicketId},
};
use sqlx::AssertSqlSafe;

use crate::{
    Conn, Signal, StoreError, Tx, attachments,
    db::query::{At, execute, fetch_one, fetch_optional},
    drafts::{self, Draft},
};

/// So many tickets of somebody are looked at to count those that they have not read.
pub const NEWEST: i64 = 100;

/// True of the ticket `t` while it is unread for the operator in the parameter `$?`; NULL when that is NULL.
const UNREAD: &str = "t.last_message_at > COALESCE(
        (SELECT r.read_at FROM ticket_reads r
            WHERE r.desk_id = t.desk_id AND r.ticket_id = t.id AND r.operator_id = $?),
        (SELECT COALESCE(o.unread_from, o.created_at) FROM operators o WHERE o.desk_id = t.desk_id AND o.id = $?))";

/// [`UNREAD`] for the operator whose parameter is `place`, such as `$3`.
pub(crate) fn unread_for(place: &str) -> String {
    UNREAD.replace("$?", place)
}

/// Notes that an operator has seen a ticket up to one of its messages, or (`None`) all of it, and tells their other pages. What
/// they saw before stays seen; a message of another ticket says nothing.
///
/// # Errors
/// [`StoreError::Reference`] for an operator of another desk.
pub async fn mark(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    ticket: TicketId,
    seen: Option<MessageId>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO ticket_reads (desk_id, ticket_id, operator_id, read_at)
               SELECT m.desk_id, m.ticket_id, $3, m.created_at FROM messages m
               WHERE m.desk_id = $1 AND m.ticket_id = $2 AND ($4 IS NULL OR m.id = $4)
               ORDER BY m.created_at DESC LIMIT 1
               ON CONFLICT (desk_id, ticket_id, operator_id) DO UPDATE SET read_at = excluded.read_at
               WHERE ticket_reads.read_at < excluded.read_at";
    if execute!(tx, sql, desk, ticket, operator, seen)? == 0 {
        return Ok(());
    }
    tx.signal(Signal::Read { desk, operator, ticket }).await
}

/// How a ticket stands for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// They have not read all of it.
    pub unread: bool,
    /// They want to see what changed between the messages.
    pub shows_changes: bool,
    /// What they are writing to it.
    pub draft: Option<Draft>,
    /// What they have uploaded for it, and no message has taken.
    pub files: Vec<Attachment>,
}

/// How a ticket stands for an operator, in one statement.
///
/// # Errors
/// [`StoreError::NotFound`] for an operator of another desk.
pub async fn standing(
    conn: &mut Conn,
    desk: DeskId,
    operator: OperatorId,
    ticket: TicketId,
) -> Result<Standing, StoreError> {
    let waiting = "a.desk_id = $1 AND a.operator_id = $2 AND a.ticket_id = $3 AND a.message_id IS NULL";
    let sql = format!(
        "SELECT n.hides_changes, (SELECT COUNT(*) FROM tickets t WHERE t.desk_id = $1 AND t.id = $3 AND {unread}) AS unread,
            d.internal, d.body, d.form, d.rev, d.updated_at, {files} AS files
         FROM operators n
         LEFT JOIN drafts d ON d.desk_id = n.desk_id AND d.operator_id = n.id AND COALESCE(d.ticket_id, '') = $3
         WHERE n.desk_id = $1 AND n.id = $2",
        unread = unread_for("$2"),
        files = attachments::as_one(conn.dialect(), waiting)
    );
    let row = fetch_optional!(conn, Row, AssertSqlSafe(sql), desk, operator, ticket)?;
    let row = row.ok_or(StoreError::NotFound("operator"))?;
    let files = attachments::read(At::new("tickets", &ticket.to_string()), row.files.as_deref())?;
    let draft = match (row.internal, row.body, row.form, row.rev, row.updated_at) {
        (Some(internal), Some(body), form, Some(rev), Some(updated_at)) => {
            Some(drafts::read(operator, (internal, body, form, rev, updated_at))?)
        }
        _ => None,
    };
    Ok(Standing { unread: row.unread > 0, shows_changes: row.hides_changes == 0, draft, files })
}

#[derive(sqlx::FromRow)]
struct Row {
    hides_changes: i64,
    unread: i64,
    internal: Option<i64>,
    body: Option<String>,
    form: Option<String>,
    rev: Option<i64>,
    updated_at: Option<i64>,
    files: Option<String>,
}

/// True while an operator has not read all of a ticket.
#[cfg(any(test, feature = "testing"))]
pub async fn is_unread(
    conn: &mut Conn,
    desk: DeskId,
    operator: OperatorId,
    ticket: TicketId,
) -> Result<bool, StoreError> {
    Ok(standing(conn, desk, operator, ticket).await?.unread)
}

/// How many tickets wait to be read by an operator: unread ones that are worked on, of the [`NEWEST`] of theirs and as many of
/// nobody's in which somebody wrote last. So it costs the same in a large desk, and whoever has read all.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<i64, StoreError> {
    // Ordered by the assignee as well, who is one: PostgreSQL would else not see that the index has the order.
    let newest = |whose: &str| {
        format!(
            "SELECT * FROM (SELECT t.desk_id, t.id, t.last_message_at FROM tickets t WHERE t.desk_id = $1 AND {whose}
                AND t.status IN ('open', 'pending') AND t.spam_at IS NULL AND t.deleted_at IS NULL
                ORDER BY t.assignee_id DESC, t.last_message_at DESC LIMIT {NEWEST}) n"
        )
    };
    let sql = format!(
        "SELECT COUNT(*) FROM ({theirs} UNION ALL {nobodys}) t WHERE {unread}",
        theirs = newest("t.assignee_id = $2"),
        nobodys = newest("t.assignee_id IS NULL"),
        unread = unread_for("$2")
    );
    Ok(fetch_one!(conn, (i64,), AssertSqlSafe(sql), desk, operator)?.0)
}

/// Notes when the last message of a ticket was written.
pub(crate) async fn spoke(tx: &mut Tx, desk: DeskId, ticket: TicketId, at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE tickets SET last_message_at = $3 WHERE desk_id = $1 AND id = $2 AND last_message_at < $3";
    execute!(tx, sql, desk, ticket, at).map(drop)
}

#[cfg(test)]
mod tests;
