//! Hints that gateways sent: each is taken in once. What it says is never believed: the object is fetched again.

use annex_domain::clock::Timestamp;

use crate::{
    Conn, Result, Tx,
    db::query::{execute, fetch_optional},
};

/// Takes an event in: false when it was taken in before.
pub async fn take_in(tx: &mut Tx, gateway: &str, id: &str, kind: &str, object: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO gateway_events (gateway, event_id, kind, object_id, received_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (gateway, event_id) DO NOTHING";
    Ok(execute!(tx, sql, gateway, id, kind, object, now)? == 1)
}

/// Removes events that were received before `before`: long after a gateway stops to send them again.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM gateway_events WHERE received_at < $1", before)
}

/// True when an event was taken in before.
pub async fn is_known(conn: &mut Conn, gateway: &str, id: &str) -> Result<bool> {
    let sql = "SELECT event_id FROM gateway_events WHERE gateway = $1 AND event_id = $2";
    Ok(fetch_optional!(conn, (String,), sql, gateway, id)?.is_some())
}
