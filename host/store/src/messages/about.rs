use annex_domain::ids::{ContactId, DeskId};

use super::{Written, WrittenRow, written_where};
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
    let sql = written_where(
        conn.dialect(),
        "m.desk_id = $1 AND (m.ticket_id IN (SELECT id FROM tickets WHERE desk_id = $1 AND requester_id = $2)
            OR (m.author_kind = 'requester' AND m.author_id = $2))
         ORDER BY m.created_at, m.id",
    );
    all(fetch_all!(conn, WrittenRow, sql, desk, contact)?)
}
