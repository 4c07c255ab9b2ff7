//! Values that add-ons keep, with optimistic versions and a quota per installation (keys count too).
//!
//! A call reads and writes the generation of the version that it runs: the live one, or while an update is under way, for
//! the new version, the copy. A call of the old version that is still under way after the switch finds no generation and
//! gets [`KvError::Unavailable`], so it cannot spoil the new version's data.

use annex_domain::{
    addon::Version,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    ports::{KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// Keys and values of one generation may take this many bytes: 5 MiB, as browsers give a site's local storage.
pub const QUOTA: u64 = 5 * 1024 * 1024;

/// Whose values: the generation follows from installation and version.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The desk.
    pub desk: DeskId,
    /// The installation.
    pub installation: InstallationId,
    /// The version that runs.
    pub version: &'a Version,
}

/// A refusal for the component, or a failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// For the component.
    #[error(transparent)]
    Kv(#[from] KvError),
    /// For the host.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn check_key(key: &str) -> Result<(), KvError> {
    if key.is_empty() || key.len() > KV_KEY_BYTES {
        return Err(KvError::Invalid("a key has 1 to 256 bytes"));
    }
    if key.contains('\0') {
        return Err(KvError::Invalid("a key has no NUL character"));
    }
    Ok(())
}

async fn generation(conn: &mut Conn, owner: Owner<'_>) -> Result<i64, Error> {
    let row = fetch_optional!(
        conn,
        (Option<i64>,),
        "SELECT CASE WHEN version = $3 THEN generation WHEN target = $3 THEN next_generation END
         FROM installations WHERE desk_id = $1 AND id = $2",
        owner.desk,
        owner.installation,
        owner.version
    )?;
    Ok(row.and_then(|(generation,)| generation).ok_or(KvError::Unavailable)?)
}

/// The value under `key`.
///
/// # Errors
/// [`KvError::Invalid`] for a malformed key; [`KvError::Unavailable`] when the version has no data (any more).
pub async fn get(conn: &mut Conn, owner: Owner<'_>, key: &str) -> Result<Option<KvEntry>, Error> {
    check_key(key)?;
    let row = fetch_optional!(
        conn,
        (Option<i64>, Option<Vec<u8>>, Option<i64>),
        "SELECT g.generation, k.value, k.version
         FROM (SELECT CASE WHEN version = $3 THEN generation WHEN target = $3 THEN next_generation END AS generation
               FROM installations WHERE desk_id = $1 AND id = $2) g
         LEFT JOIN kv k ON k.desk_id = $1 AND k.installation_id = $2 AND k.generation = g.generation AND k.key = $4",
        owner.desk,
        owner.installation,
        owner.version,
        key
    )?;
    let Some((Some(_), value, version)) = row else { return Err(KvError::Unavailable.into()) };
    let at = At::new("kv", key);
    let entry = value.zip(version);
    entry.map(|(value, version)| Ok(KvEntry { value, version: at.number("version", version)? })).transpose()
}

/// Writes; `expected` as in the WIT package: `None` in any case, 0 only a new key, n only over version n.
///
/// # Errors
/// [`KvError::Conflict`], [`KvError::Quota`], [`KvError::Invalid`], [`KvError::Unavailable`]; nothing was written then.
pub async fn set(
    tx: &mut Tx,
    owner: Owner<'_>,
    key: &str,
    value: &[u8],
    expected: Option<u64>,
    quota: u64,
    now: Timestamp,
) -> Result<u64, Error> {
    check_key(key)?;
    if value.len() > KV_VALUE_BYTES {
        return Err(KvError::Invalid("a value has at most 256 KiB").into());
    }
    let generation = generation(tx, owner).await?;
    lock(tx, owner, generation).await?;
    let stored = stored(tx, owner, generation, key).await?;
    let version = stored.map_or(0, |(version, _)| version);
    if expected.is_some_and(|expected| expected != version.unsigned_abs()) {
        return Err(KvError::Conflict(version.unsigned_abs()).into());
    }
    let added = i64::try_from(key.len() + value.len()).unwrap_or(i64::MAX);
    let freed = stored.map_or(0, |(_, size)| size + i64::try_from(key.len()).unwrap_or(i64::MAX));
    grow(tx, owner, generation, added - freed, quota).await?;
    execute!(
        tx,
        "INSERT INTO kv (desk_id, installation_id, generation, key, value, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (installation_id, generation, key) DO UPDATE SET value = excluded.value,
             version = excluded.version, updated_at = excluded.updated_at",
        owner.desk,
        owner.installation,
        generation,
        key,
        value,
        version + 1,
        now
    )?;
    Ok((version + 1).unsigned_abs())
}

/// Deletes; true when the key existed. `expected` as for [`set`].
///
/// # Errors
/// [`KvError::Conflict`], [`KvError::Invalid`], [`KvError::Unavailable`].
pub async fn delete(tx: &mut Tx, owner: Owner<'_>, key: &str, expected: Option<u64>) -> Result<bool, Error> {
    check_key(key)?;
    let generation = generation(tx, owner).await?;
    lock(tx, owner, generation).await?;
    let stored = stored(tx, owner, generation, key).await?;
    let version = stored.map_or(0, |(version, _)| version);
    if expected.is_some_and(|expected| expected != version.unsigned_abs()) {
        return Err(KvError::Conflict(version.unsigned_abs()).into());
    }
    let Some((_, size)) = stored else { return Ok(false) };
    execute!(
        tx,
        "DELETE FROM kv WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND key = $4",
        owner.desk,
        owner.installation,
        generation,
        key
    )?;
    let freed = size + i64::try_from(key.len()).unwrap_or(i64::MAX);
    grow(tx, owner, generation, -freed, u64::MAX).await?;
    Ok(true)
}

/// Keys that start with `prefix`, in byte order, after `cursor`; `limit` is brought into 1 to 1,000.
///
/// # Errors
/// [`KvError::Unavailable`]; [`KvError::Invalid`] for NUL characters.
pub async fn list(
    conn: &mut Conn,
    owner: Owner<'_>,
    prefix: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<KeyPage, Error> {
    let cursor = cursor.unwrap_or_default();
    if prefix.contains('\0') || cursor.contains('\0') {
        return Err(KvError::Invalid("a key has no NUL character").into());
    }
    let generation = generation(conn, owner).await?;
    let limit = limit.clamp(1, 1000);
    // Keys with a prefix stand together in byte order: from the prefix up, until one no longer starts with it.
    let rows = fetch_all!(
        conn,
        (String,),
        "SELECT key FROM kv WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND key >= $4 AND key > $5
         ORDER BY key LIMIT $6",
        owner.desk,
        owner.installation,
        generation,
        prefix,
        cursor,
        limit + 1
    )?;
    let mut keys: Vec<String> = rows.into_iter().map(|(key,)| key).take_while(|key| key.starts_with(prefix)).collect();
    let more = keys.len() > limit as usize;
    keys.truncate(limit as usize);
    let next = if more { keys.last().cloned() } else { None };
    Ok(KeyPage { keys, next })
}

/// Deletes all values of the live generation: nothing is left of an installation that failed.
pub async fn clear(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    for sql in [
        "DELETE FROM kv WHERE desk_id = $1 AND installation_id = $2
         AND generation = (SELECT generation FROM installations WHERE id = $2)",
        "UPDATE kv_usage SET bytes = 0 WHERE desk_id = $1 AND installation_id = $2
         AND generation = (SELECT generation FROM installations WHERE id = $2)",
    ] {
        execute!(tx, sql, desk, installation)?;
    }
    Ok(())
}

/// All values of the version that runs, by key: for an export.
pub async fn all_entries(conn: &mut Conn, owner: Owner<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let generation = generation(conn, owner).await?;
    Ok(fetch_all!(
        conn,
        (String, Vec<u8>),
        "SELECT key, value FROM kv WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 ORDER BY key",
        owner.desk,
        owner.installation,
        generation
    )?)
}

/// Takes the row of the sum, so that writers of one installation stand in line.
async fn lock(tx: &mut Tx, owner: Owner<'_>, generation: i64) -> Result<(), Error> {
    let locked = execute!(
        tx,
        "UPDATE kv_usage SET bytes = bytes WHERE desk_id = $1 AND installation_id = $2 AND generation = $3",
        owner.desk,
        owner.installation,
        generation
    )?;
    if locked == 1 { Ok(()) } else { Err(KvError::Unavailable.into()) }
}

/// Version and size of what is stored under a key.
async fn stored(conn: &mut Conn, owner: Owner<'_>, generation: i64, key: &str) -> Result<Option<(i64, i64)>> {
    fetch_optional!(
        conn,
        (i64, i64),
        "SELECT version, CAST(OCTET_LENGTH(value) AS BIGINT) FROM kv
         WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND key = $4",
        owner.desk,
        owner.installation,
        generation,
        key
    )
}

/// Moves the sum of bytes. Shrinking is always allowed, also when the quota was lowered meanwhile.
async fn grow(tx: &mut Tx, owner: Owner<'_>, generation: i64, by: i64, quota: u64) -> Result<(), Error> {
    let moved = execute!(
        tx,
        "UPDATE kv_usage SET bytes = bytes + $4
         WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND ($4 <= 0 OR bytes + $4 <= $5)",
        owner.desk,
        owner.installation,
        generation,
        by,
        i64::try_from(quota).unwrap_or(i64::MAX)
    )?;
    if moved == 1 { Ok(()) } else { Err(KvError::Quota(quota).into()) }
}

#[cfg(test)]
mod tests;
