//! Values that add-ons keep, with optimistic versions and a quota per installation (keys count too).
//!
//! A call reads and writes the generation of the version that it runs: the live one, or while an update is under way, for
//! the new version, the copy. A call of the old version that is still under way after the switch finds no generation and
//! gets [`KvError::Unavailable`], so it cannot spoil the new version's data.
//!
//! A value that has expired is not there for who reads, and is removed by the next write of its installation, before the quota is
//! looked at.

use annex_domain::{
    addon::Version,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    ports::{KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError, KvPage, KvPair},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_one, fetch_optional},
};

/// Keys and values of one generation may take this many bytes: 5 MiB, as browsers give a site's local storage.
pub const QUOTA: u64 = 5 * 1024 * 1024;
/// Keys and values of a page of [`scan`].
pub const SCANNED: usize = 1024 * 1024;

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

/// A value to be written.
#[derive(Debug, Clone, Copy)]
pub struct Write<'a> {
    /// Its key.
    pub key: &'a str,
    /// The bytes.
    pub value: &'a [u8],
    /// As in the WIT package: `None` in any case, 0 only a new key, n only over version n.
    pub expected: Option<u64>,
    /// When it goes by itself.
    pub expires: Option<Timestamp>,
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

/// The value under `key`, also one that has expired and was not removed yet.
///
/// # Errors
/// [`KvError::Invalid`] for a malformed key; [`KvError::Unavailable`] when the version has no data (any more).
pub async fn get(conn: &mut Conn, owner: Owner<'_>, key: &str) -> Result<Option<KvEntry>, Error> {
    check_key(key)?;
    let row = fetch_optional!(
        conn,
        (Option<i64>, Option<Vec<u8>>, Option<i64>, Option<i64>),
        "SELECT g.generation, k.value, k.version, k.expires_at
         FROM (SELECT CASE WHEN version = $3 THEN generation WHEN target = $3 THEN next_generation END AS generation
               FROM installations WHERE desk_id = $1 AND id = $2) g
         LEFT JOIN kv k ON k.desk_id = $1 AND k.installation_id = $2 AND k.generation = g.generation AND k.key = $4",
        owner.desk,
        owner.installation,
        owner.version,
        key
    )?;
    let Some((Some(_), value, version, expires)) = row else { return Err(KvError::Unavailable.into()) };
    let stored = value.zip(version);
    stored.map(|(value, version)| entry(key, value, version, expires).map_err(Error::Store)).transpose()
}

fn entry(key: &str, value: Vec<u8>, version: i64, expires: Option<i64>) -> Result<KvEntry> {
    let version = At::new("kv", key).number("version", version)?;
    Ok(KvEntry { value, version, expires: expires.map(Timestamp) })
}

/// [`write()`] of a value that stays.
///
/// # Errors
/// As there.
pub async fn set(
    tx: &mut Tx,
    owner: Owner<'_>,
    key: &str,
    value: &[u8],
    expected: Option<u64>,
    quota: u64,
    now: Timestamp,
) -> Result<u64, Error> {
    write(tx, owner, Write { key, value, expected, expires: None }, quota, now).await
}

/// Writes; answers the new version.
///
/// # Errors
/// [`KvError::Conflict`], [`KvError::Quota`], [`KvError::Invalid`], [`KvError::Unavailable`]; nothing was written then.
pub async fn write(tx: &mut Tx, owner: Owner<'_>, write: Write<'_>, quota: u64, now: Timestamp) -> Result<u64, Error> {
    check_key(write.key)?;
    if write.value.len() > KV_VALUE_BYTES {
        return Err(KvError::Invalid("a value has at most 256 KiB").into());
    }
    let generation = generation(tx, owner).await?;
    lock(tx, owner, generation).await?;
    remove_expired(tx, owner, generation, now).await?;
    put(tx, owner, generation, write, quota, now).await
}

/// Adds to a counter, which is stored as the digits of a number and begins at 0; answers it. `expires` counts for one that begins.
///
/// # Errors
/// [`KvError::Invalid`] when something else is stored, or would not fit; as for [`write()`].
pub async fn add(
    tx: &mut Tx,
    owner: Owner<'_>,
    (key, delta): (&str, i64),
    expires: Option<Timestamp>,
    quota: u64,
    now: Timestamp,
) -> Result<i64, Error> {
    check_key(key)?;
    let generation = generation(tx, owner).await?;
    lock(tx, owner, generation).await?;
    remove_expired(tx, owner, generation, now).await?;
    let stored = fetch_optional!(
        tx,
        (Vec<u8>, Option<i64>),
        "SELECT value, expires_at FROM kv WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND key = $4",
        owner.desk,
        owner.installation,
        generation,
        key
    )?;
    let (before, expires) = match stored {
        None => (0, expires),
        Some((value, until)) => (counter(&value)?, until.map(Timestamp)),
    };
    let after: i64 = before.checked_add(delta).ok_or(KvError::Invalid("the counter would overflow"))?;
    let digits = after.to_string();
    put(tx, owner, generation, Write { key, value: digits.as_bytes(), expected: None, expires }, quota, now).await?;
    Ok(after)
}

fn counter(value: &[u8]) -> Result<i64, KvError> {
    let number = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
    number.ok_or(KvError::Invalid("what is stored under the key is no counter"))
}

async fn put(
    tx: &mut Tx,
    owner: Owner<'_>,
    generation: i64,
    Write { key, value, expected, expires }: Write<'_>,
    quota: u64,
    now: Timestamp,
) -> Result<u64, Error> {
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
        "INSERT INTO kv (desk_id, installation_id, generation, key, value, version, updated_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (installation_id, generation, key) DO UPDATE SET value = excluded.value,
             version = excluded.version, updated_at = excluded.updated_at, expires_at = excluded.expires_at",
        owner.desk,
        owner.installation,
        generation,
        key,
        value,
        version + 1,
        now,
        expires
    )?;
    Ok((version + 1).unsigned_abs())
}

/// Removes what has expired, for a write that does not do so itself.
///
/// # Errors
/// [`KvError::Unavailable`].
pub async fn expire(tx: &mut Tx, owner: Owner<'_>, now: Timestamp) -> Result<(), Error> {
    let generation = generation(tx, owner).await?;
    lock(tx, owner, generation).await?;
    remove_expired(tx, owner, generation, now).await
}

async fn remove_expired(tx: &mut Tx, owner: Owner<'_>, generation: i64, now: Timestamp) -> Result<(), Error> {
    let sql = "SELECT CAST(COALESCE(SUM(OCTET_LENGTH(key) + OCTET_LENGTH(value)), 0) AS BIGINT) FROM kv
               WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND expires_at <= $4";
    let (bytes,) = fetch_one!(tx, (i64,), sql, owner.desk, owner.installation, generation, now)?;
    // A key has a byte at least.
    if bytes == 0 {
        return Ok(());
    }
    let sql = "DELETE FROM kv WHERE desk_id = $1 AND installation_id = $2 AND generation = $3 AND expires_at <= $4";
    execute!(tx, sql, owner.desk, owner.installation, generation, now)?;
    grow(tx, owner, generation, -bytes, u64::MAX).await
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
    now: Timestamp,
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
             AND (expires_at IS NULL OR expires_at > $7)
         ORDER BY key LIMIT $6",
        owner.desk,
        owner.installation,
        generation,
        prefix,
        cursor,
        limit + 1,
        now
    )?;
    let mut keys: Vec<String> = rows.into_iter().map(|(key,)| key).take_while(|key| key.starts_with(prefix)).collect();
    let more = keys.len() > limit as usize;
    keys.truncate(limit as usize);
    let next = if more { keys.last().cloned() } else { None };
    Ok(KeyPage { keys, next })
}

/// The values under such keys: at most `limit` (1 to 100), and as many as have [`SCANNED`] bytes together, but one.
///
/// # Errors
/// As [`list`].
pub async fn scan(
    conn: &mut Conn,
    owner: Owner<'_>,
    prefix: &str,
    cursor: Option<&str>,
    limit: u32,
    now: Timestamp,
) -> Result<KvPage, Error> {
    let KeyPage { keys, next } = list(conn, owner, prefix, cursor, limit.clamp(1, 100), now).await?;
    let (mut pairs, mut bytes, whole) = (Vec::new(), 0, keys.len());
    for key in keys {
        let Some(entry) = get(conn, owner, &key).await? else { continue };
        bytes += key.len() + entry.value.len();
        if bytes > SCANNED && !pairs.is_empty() {
            break;
        }
        pairs.push(KvPair { key, entry });
    }
    let last = pairs.last().map(|pair: &KvPair| pair.key.clone());
    let next = if pairs.len() < whole { last.or(next) } else { next };
    Ok(KvPage { pairs, next })
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
