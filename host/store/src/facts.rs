//! What a host writes down about itself, by name; and the proof that it can write at all.

use annex_domain::clock::Timestamp;

use crate::{
    Conn, Db, Result, StoreError, Tx,
    db::query::{execute, fetch_optional},
};

const PROBE: &str = "probe";

/// Writes something small and makes it last, as everything else would.
///
/// # Errors
/// When nothing can be written: [`StoreError::Full`], [`StoreError::Away`], and what else the database says.
pub async fn probe(db: &Db, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    put(&mut tx, PROBE, "", now).await?;
    tx.commit().await
}

/// Writes a fact down, in the place of the one before.
pub async fn put(tx: &mut Tx, name: &str, value: &str, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO host_facts (name, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        name,
        value,
        now
    )
    .map(drop)
}

/// Writes a fact down unless there is one already; answers the one that counts.
pub async fn put_first(tx: &mut Tx, name: &str, value: &str, now: Timestamp) -> Result<String> {
    let sql = "INSERT INTO host_facts (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    execute!(tx, sql, name, value, now)?;
    get(tx, name).await?.ok_or(StoreError::NotFound("fact"))
}

/// A fact.
pub async fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    let found = fetch_optional!(conn, (String,), "SELECT value FROM host_facts WHERE name = $1", name)?;
    Ok(found.map(|(value,)| value))
}

#[cfg(test)]
mod tests;
