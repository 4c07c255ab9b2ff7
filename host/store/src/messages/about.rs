use annex_domain::ids::{ContactId, DeskId};

use super::{Written, WrittenRow};
use crate::{
    db::{
        Conn,
        query::{all, fetch_all},
    },
    error::Result,
};

/// The messages on a requester's tickets, and those that they wrote on tickets of others, the oldest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub(crate) async fn about(conn: &mut Conn, desk: DeskId, contact: ContactId) -> Result<Vec<Written>> {
    all(fetch_all!(
        conn,
        WrittenRow,
        "SELECT m.*, COALESCE(o.name, c.name, i.addon_id) AS author_name FROM messages m
         LEFT JOIN operators o ON m.author_kind = 'operator' AND o.desk_id = m.desk_id AND o.id = m.author_id
         LEFT JOIN contacts c ON m.author_kind = 'requester' AND c.desk_id = m.desk_id AND c.id = m.author_id
         LEFT JOIN installations i ON m.author_kind = 'addon' AND i.desk_id = m.desk_id AND i.id = m.author_id
         WHERE m.desk_id = $1 AND (m.ticket_id IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)
            OR (m.author_kind = 'requester' AND m.author_id = $2))
         ORDER BY m.created_at, m.id",
        desk,
        contact
    )?)
}
