//! What happened to a ticket besides its messages: one row per part that changed.

use std::ops::Range;

use annex_domain::{
    clock::Timestamp,
    field::CHANGED,
    ids::{CallId, DeskId, TicketId},
    ticket::Ticket,
};

use crate::{
    db::{
        Conn, Tx,
        query::{At, all, execute, fetch_all, in_list, list},
    },
    error::{Result, StoreError},
    fields::Changed,
};

/// A change of one part of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who, such as `operator:…`, `addon:…`, `contact:…`, `system`.
    pub actor: String,
    /// `subject`, `status`, `priority`, `assignee`, `tags`; `field:` with the key of a custom field; `spam` and `trash`, which are
    /// `yes` or empty; `merged` and `merged-into`, with the number of the other ticket; `follow-up-of` (a message on the closed
    /// ticket `old`); or `import`, of messages.
    pub field: String,
    /// Before; empty when there was nothing. The assignee is an operator's id, tags are joined by spaces.
    pub old: String,
    /// After.
    pub new: String,
    /// When.
    pub at: Timestamp,
}

/// The changes of a ticket, oldest first, at most 500.
pub async fn activity(conn: &mut Conn, desk: DeskId, ticket: TicketId) -> Result<Vec<Change>> {
    let sql = "SELECT actor, field, old, new, at FROM
                (SELECT * FROM ticket_changes WHERE desk_id = $1 AND ticket_id = $2 ORDER BY at DESC, id DESC LIMIT 500) c
               ORDER BY at, id";
    let rows = fetch_all!(conn, ChangeRow, sql, desk, ticket)?;
    Ok(rows.into_iter().map(Change::from).collect())
}

/// These changes of a ticket, oldest first.
pub async fn changes(conn: &mut Conn, desk: DeskId, ticket: TicketId, ids: &[CallId]) -> Result<Vec<Change>> {
    let sql = in_list!(
        conn,
        "SELECT actor, field, old, new, at FROM ticket_changes WHERE id",
        "AND desk_id = $2 AND ticket_id = $3 ORDER BY at, id"
    );
    let rows = fetch_all!(conn, ChangeRow, sql, list(ids), desk, ticket)?;
    Ok(rows.into_iter().map(Change::from).collect())
}

type ChangeRow = (String, String, String, String, i64);

impl From<ChangeRow> for Change {
    fn from((actor, field, old, new, at): ChangeRow) -> Self {
        Self { actor, field, old, new, at: Timestamp(at) }
    }
}

/// A change, and what the things in it are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedChange {
    /// Its id.
    pub id: CallId,
    /// The change.
    pub change: Change,
    /// Who did it: the name of an operator or requester, the id (`publisher.slug`) of an add-on; `None` for the host, and for who
    /// is known no longer.
    pub actor_name: Option<String>,
    /// The assignee before.
    pub old_name: Option<String>,
    /// The assignee after.
    pub new_name: Option<String>,
}

/// The last `limit` changes of a ticket within `times`, or the last before the change `before`; the newest first.
pub async fn history(
    conn: &mut Conn,
    desk: DeskId,
    ticket: TicketId,
    times: Range<Timestamp>,
    before: Option<CallId>,
    limit: u32,
) -> Result<Vec<NamedChange>> {
    let rows = fetch_all!(
        conn,
        NamedChangeRow,
        // An actor is `operator:`, `contact:` or `addon:` with an id.
        "SELECT h.id, h.actor, h.field, h.old, h.new, h.at, COALESCE(o.name, c.name, i.addon_id) AS actor_name,
            a.name AS old_name, b.name AS new_name
         FROM ticket_changes h
         LEFT JOIN operators o ON o.desk_id = h.desk_id AND o.id = SUBSTR(h.actor, 10)
         LEFT JOIN contacts c ON c.desk_id = h.desk_id AND c.id = SUBSTR(h.actor, 9)
         LEFT JOIN installations i ON i.desk_id = h.desk_id AND i.id = SUBSTR(h.actor, 7)
         LEFT JOIN operators a ON h.field = 'assignee' AND a.desk_id = h.desk_id AND a.id = h.old
         LEFT JOIN operators b ON h.field = 'assignee' AND b.desk_id = h.desk_id AND b.id = h.new
         WHERE h.desk_id = $1 AND h.ticket_id = $2 AND h.at >= $3 AND h.at < $4 AND ($5 IS NULL OR (h.at, h.id)
            < (SELECT p.at, p.id FROM ticket_changes p WHERE p.desk_id = $1 AND p.ticket_id = $2 AND p.id = $5))
         ORDER BY h.at DESC, h.id DESC LIMIT $6",
        desk,
        ticket,
        times.start,
        times.end,
        before,
        limit
    )?;
    all(rows)
}

#[derive(sqlx::FromRow)]
struct NamedChangeRow {
    id: String,
    actor: String,
    field: String,
    old: String,
    new: String,
    at: i64,
    actor_name: Option<String>,
    old_name: Option<String>,
    new_name: Option<String>,
}

impl TryFrom<NamedChangeRow> for NamedChange {
    type Error = StoreError;
    fn try_from(row: NamedChangeRow) -> Result<Self> {
        let NamedChangeRow { id, actor, field, old, new, at, actor_name, old_name, new_name } = row;
        let change = Change { actor, field, old, new, at: Timestamp(at) };
        Ok(Self { id: At::new("ticket_changes", &id).parse("id", &id)?, change, actor_name, old_name, new_name })
    }
}

/// Records what is other than it was, and answers the ids of the changes.
pub(super) async fn record(
    tx: &mut Tx,
    desk: DeskId,
    old: &Ticket,
    new: &Ticket,
    values: &[Changed],
    actor: &str,
    now: Timestamp,
) -> Result<Vec<CallId>> {
    let assignee = |ticket: &Ticket| ticket.assignee.map(|id| id.to_string()).unwrap_or_default();
    let yes = |at: Option<Timestamp>| at.map(|_| "yes".to_owned()).unwrap_or_default();
    let parts = [
        ("subject", old.subject.clone(), new.subject.clone()),
        ("status", old.status.to_string(), new.status.to_string()),
        ("priority", old.priority.to_string(), new.priority.to_string()),
        ("assignee", assignee(old), assignee(new)),
        ("tags", old.tags.join(" "), new.tags.join(" ")),
        ("spam", yes(old.spam_at), yes(new.spam_at)),
        ("trash", yes(old.deleted_at), yes(new.deleted_at)),
    ];
    let mut recorded = Vec::new();
    for (field, old, after) in parts {
        if old != after {
            recorded.push(put(tx, desk, new.id, actor, field, &old, &after, now).await?);
        }
    }
    for Changed { key, old, new: after } in values {
        recorded.push(put(tx, desk, new.id, actor, &format!("{CHANGED}{key}"), old, after, now).await?);
    }
    Ok(recorded)
}

#[expect(clippy::too_many_arguments, reason = "one per column")]
pub(crate) async fn put(
    tx: &mut Tx,
    desk: DeskId,
    ticket: TicketId,
    actor: &str,
    field: &str,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<CallId> {
    let id = CallId::new();
    execute!(
        tx,
        "INSERT INTO ticket_changes (id, desk_id, ticket_id, actor, field, old, new, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        desk,
        ticket,
        actor,
        field,
        old,
        new,
        now
    )?;
    Ok(id)
}
