//! The tags of tickets, and which of them a desk uses most.

use std::sync::Arc;

use annex_domain::{
    ids::{DeskId, TicketId},
    tag,
};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{execute, fetch_all},
    },
    error::{Result, StoreError},
    text,
};

/// Tags whose uses are counted, and uses that are counted of each.
const TAGS: u32 = 1_000;
const USES: u32 = 100;

/// The desk's tags that start with `prefix`, the most used first. They are found one after the other in the index, so that it
/// costs as much as there are tags, not as there are tickets; of those used very often none comes before another. A ticket is looked
/// up by a count, which PostgreSQL makes no join of: a join begins with all tickets of the desk.
pub async fn tags(conn: &mut Conn, desk: DeskId, prefix: &str, limit: u32) -> Result<Vec<String>> {
    let rows = fetch_all!(
        conn,
        (String, i64),
        "WITH RECURSIVE known (tag) AS (
            SELECT MIN(tag) FROM ticket_tags WHERE desk_id = $1 AND tag >= $2
            UNION ALL
            SELECT (SELECT MIN(g.tag) FROM ticket_tags g WHERE g.desk_id = $1 AND g.tag > known.tag)
            FROM known WHERE known.tag IS NOT NULL)
         SELECT k.tag, (SELECT COUNT(*) FROM (SELECT 1 FROM ticket_tags g
                WHERE g.desk_id = $1 AND g.tag = k.tag AND 1 = (SELECT COUNT(*) FROM tickets t
                    WHERE t.desk_id = g.desk_id AND t.id = g.ticket_id AND t.spam_at IS NULL AND t.deleted_at IS NULL)
                ORDER BY g.ticket_id LIMIT $6) u)
            AS uses
         FROM (SELECT tag FROM known WHERE tag IS NOT NULL LIMIT $5) k
         WHERE k.tag LIKE $3 ESCAPE '!' ORDER BY uses DESC, k.tag LIMIT $4",
        desk,
        text::fold(&text::cut(prefix, 40)),
        text::starting_with(prefix),
        limit,
        TAGS,
        USES
    )?;
    // Tags of tickets that are put away alone come last, with no use.
    Ok(rows.into_iter().filter(|(_, uses)| *uses > 0).map(|(tag, _)| tag).collect())
}

/// The desk's 50 most used, from memory where they are known.
pub async fn known_tags(db: &Db, desk: DeskId) -> Result<Arc<Vec<String>>> {
    let load = || async { tags(&mut db.read().await?, desk, "", 50).await.map(Arc::new) };
    db.caches().tags.get(db, desk, load).await
}

/// Adds to the tags of a ticket.
pub(super) async fn write_tags(tx: &mut Tx, desk: DeskId, id: TicketId, tags: &[String]) -> Result<()> {
    for tag in tags {
        let sql = "INSERT INTO ticket_tags (desk_id, ticket_id, tag) VALUES ($1, $2, $3)";
        execute!(tx, sql, desk, id, tag)?;
    }
    Ok(())
}

/// Under the rule of [`annex_domain::tag`].
pub(super) fn checked_tags(tags: &[String]) -> Result<Vec<String>> {
    tag::check(tags).map_err(|error| StoreError::Invalid { field: "tags", problem: error.problem() })
}
