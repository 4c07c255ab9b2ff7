//! Signing keys of the built-in issuer, one for each algorithm, sealed by the caller. The first node that needs one makes it.

use annex_domain::clock::Timestamp;

use crate::{
    Conn, Result, Tx,
    db::query::{execute, fetch_optional},
};

/// The sealed key of an algorithm (`RS256`), if one was made.
pub async fn get(conn: &mut Conn, algorithm: &str) -> Result<Option<Vec<u8>>> {
    let row = fetch_optional!(conn, (Vec<u8>,), "SELECT sealed FROM issuer_keys WHERE algorithm = $1", algorithm)?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Keeps a new key unless another node was faster. Read it back with [`get`] after the commit.
pub async fn put_first(tx: &mut Tx, algorithm: &str, sealed: &[u8], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO issuer_keys (algorithm, sealed, created_at) VALUES ($1, $2, $3)
               ON CONFLICT (algorithm) DO NOTHING";
    execute!(tx, sql, algorithm, sealed, now).map(drop)
}
