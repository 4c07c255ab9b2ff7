//! What happened to installations, in order: written in the transaction of the change, read by whoever follows along.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};
use serde_json::Value;

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all},
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Rises with each event.
    pub id: i64,
    /// To which installation; it may be gone by now.
    pub installation: InstallationId,
    /// `app.installed`, `app.updated`, `app.uninstalled`, …
    pub kind: String,
    /// Facts.
    pub payload: Value,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct EventSql {
    id: i64,
    installation_id: String,
    kind: String,
    payload: String,
    made_at: i64,
}

impl TryFrom<EventSql> for Event {
    type Error = StoreError;
    fn try_from(row: EventSql) -> Result<Self> {
        let id = row.id.to_string();
        let at = At::new("outbox", &id);
        Ok(Self {
            id: row.id,
            installation: at.parse("installation_id", &row.installation_id)?,
            payload: at.json("payload", &row.payload)?,
            kind: row.kind,
            at: Timestamp(row.made_at),
        })
    }
}

/// Writes an event.
pub async fn put(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    kind: &str,
    payload: &Value,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO outbox (desk_id, installation_id, kind, payload, made_at) VALUES ($1, $2, $3, $4, $5)",
        desk,
        installation,
        kind,
        payload.to_string(),
        now
    )?;
    Ok(())
}

/// The events of a desk after one, in order; at most `limit`.
pub async fn after(conn: &mut Conn, desk: DeskId, after: i64, limit: u32) -> Result<Vec<Event>> {
    all(fetch_all!(
        conn,
        EventSql,
        "SELECT id, installation_id, kind, payload, made_at FROM outbox WHERE desk_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        desk,
        after,
        limit.min(500)
    )?)
}

/// Removes events written before `before`.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM outbox WHERE made_at < $1", before)
}
