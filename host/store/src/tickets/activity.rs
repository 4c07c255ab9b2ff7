//! What happened to a ticket besides its messages: one row per part that changed.

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, TicketId},
    ticket::Ticket,
};

use crate::{
    db::{
        Conn, Tx,
        query::{execute, fetch_all},
    },
    error::StoreError,
};

/// A change of one part of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who, such as `operator:…`, `addon:…`, `contact:…`, `system`.
    pub actor: String,
    /// `subject`, `status`, `priority`, `assignee`, `tags`; `spam` and `trash`, which are `yes` or empty; or `follow-up-of` (a
    /// message on the closed ticket `old`).
    pub field: String,
    /// Before; empty when there was nothing. The assignee is an operator's id, tags are joined by spaces.
    pub old: String,
    /// After.
    pub new: String,
    /// When.
    pub at: Timestamp,
}

/// The changes of a ticket, oldest first, at most 500.
pub async fn activity(conn: &mut Conn, desk: DeskId, ticket: TicketId) -> Result<Vec<Change>, StoreError> {
    let sql = "SELECT actor, field, old, new, at FROM
                (SELECT * FROM ticket_changes WHERE desk_id = $1 AND ticket_id = $2 ORDER BY at DESC, id DESC LIMIT 500) c
               ORDER BY at, id";
    let rows = fetch_all!(conn, (String, String, String, String, i64), sql, desk, ticket)?;
    let change = |(actor, field, old, new, at)| Change { actor, field, old, new, at: Timestamp(at) };
    Ok(rows.into_iter().map(change).collect())
}

pub(super) async fn record(
    tx: &mut Tx,
    desk: DeskId,
    old: &Ticket,
    new: &Ticket,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
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
    for (field, old, after) in parts {
        if old != after {
            put(tx, desk, new.id, actor, field, &old, &after, now).await?;
        }
    }
    Ok(())
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
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO ticket_changes (id, desk_id, ticket_id, actor, field, old, new, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        CallId::new().to_string(),
        desk,
        ticket,
        actor,
        field,
        old,
        new,
        now
    )?;
    Ok(())
}
