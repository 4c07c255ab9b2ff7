//! Generations of an installation's values: the live one, the copy that an update works on, and those that snapshots keep.
//!
//! An update never touches the live generation: `stage` copies it, the new version's hook works on the copy, and `switch`
//! makes the copy live in the transaction that switches the version. Undoing an update is to drop the copy. The former
//! generation stays as the snapshot of the former version, so that a rollback can return to it (R60).

use std::collections::BTreeMap;

use annex_domain::{
    addon::Version,
    capability::Grant,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    settings::{self, Stored},
};

/// How many snapshots an installation keeps.
pub const KEPT: u32 = 3;

/// What an update found.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The version before the update.
    pub version: Version,
    /// What was granted.
    pub grant: Grant,
    /// What was entered; secrets as sealed.
    pub settings: BTreeMap<String, Stored>,
    /// When.
    pub taken_at: Timestamp,
    generation: i64,
}

#[derive(sqlx::FromRow)]
struct SnapshotSql {
    version: String,
    generation: i64,
    granted: String,
    settings: String,
    taken_at: i64,
}

impl TryFrom<SnapshotSql> for Snapshot {
    type Error = StoreError;
    fn try_from(row: SnapshotSql) -> Result<Self> {
        let at = At::new("snapshots", &row.version);
        Ok(Self {
            version: at.parse("version", &row.version)?,
            grant: at.json("granted", &row.granted)?,
            settings: unpack(&row.settings).map_err(|problem| at.corrupt("settings", problem))?,
            taken_at: Timestamp(row.taken_at),
            generation: row.generation,
        })
    }
}

/// Where the copy comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The live values.
    Live,
    /// A snapshot.
    Snapshot(&'a Snapshot),
}

/// Keeps settings and grant of the version that runs, under its name. Its values stay where they are until the switch, so
/// that they include what the old version writes while the update is under way. Again: the same.
pub async fn keep(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    version: &Version,
    grant: &Grant,
    now: Timestamp,
) -> Result<()> {
    let stored = settings::list(tx, desk, installation).await?;
    let live = generations(tx, desk, installation).await?.0;
    execute!(
        tx,
        "INSERT INTO snapshots (desk_id, installation_id, version, generation, granted, settings, taken_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (installation_id, version) DO UPDATE SET generation = excluded.generation,
             granted = excluded.granted, settings = excluded.settings, taken_at = excluded.taken_at",
        desk,
        installation,
        version,
        live,
        serde_json::to_string(grant)?,
        pack(&stored)?,
        now
    )?;
    Ok(())
}

/// Makes the copy that an update works on; a copy that an earlier attempt left is replaced.
///
/// # Errors
/// [`StoreError::NotFound`] when the installation is gone.
pub async fn stage(tx: &mut Tx, desk: DeskId, installation: InstallationId, source: Source<'_>) -> Result<()> {
    unstage(tx, desk, installation).await?;
    let (live, _) = generations(tx, desk, installation).await?;
    let from = match source {
        Source::Live => live,
        Source::Snapshot(snapshot) => snapshot.generation,
    };
    let (highest,) = fetch_one!(
        tx,
        (i64,),
        "SELECT MAX(generation) FROM kv_usage WHERE desk_id = $1 AND installation_id = $2",
        desk,
        installation
    )?;
    let next = highest + 1;
    // The row of the sum first: writers of the old version line up behind it, so sum and values agree.
    execute!(
        tx,
        "UPDATE kv_usage SET bytes = bytes WHERE desk_id = $1 AND installation_id = $2 AND generation = $3",
        desk,
        installation,
        from
    )?;
    execute!(
        tx,
        "INSERT INTO kv_usage (desk_id, installation_id, generation, bytes)
         SELECT desk_id, installation_id, $4, bytes FROM kv_usage
         WHERE desk_id = $1 AND installation_id = $2 AND generation = $3",
        desk,
        installation,
        from,
        next
    )?;
    execute!(
        tx,
        "INSERT INTO kv (desk_id, installation_id, generation, key, value, version, updated_at, expires_at)
         SELECT desk_id, installation_id, $4, key, value, version, updated_at, expires_at FROM kv
         WHERE desk_id = $1 AND installation_id = $2 AND generation = $3",
        desk,
        installation,
        from,
        next
    )?;
    execute!(
        tx,
        "UPDATE installations SET next_generation = $3 WHERE desk_id = $1 AND id = $2",
        desk,
        installation,
        next
    )?;
    Ok(())
}

/// Drops the copy, if there is one.
///
/// # Errors
/// [`StoreError::NotFound`] when the installation is gone.
pub async fn unstage(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    generations(tx, desk, installation).await?;
    execute!(tx, "UPDATE installations SET next_generation = NULL WHERE desk_id = $1 AND id = $2", desk, installation)?;
    collect(tx, desk, installation).await
}

/// Makes the copy live. In the transaction that saves the switched installation.
///
/// # Errors
/// [`StoreError::Stale`] when there is no copy.
pub async fn switch(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    let switched = execute!(
        tx,
        "UPDATE installations SET generation = next_generation, next_generation = NULL
         WHERE desk_id = $1 AND id = $2 AND next_generation IS NOT NULL",
        desk,
        installation
    )?;
    if switched == 1 { Ok(()) } else { Err(StoreError::Stale("the add-on's data")) }
}

/// The snapshot of a version.
pub async fn get(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    version: &Version,
) -> Result<Option<Snapshot>> {
    fetch_optional!(
        conn,
        SnapshotSql,
        "SELECT version, generation, granted, settings, taken_at FROM snapshots
         WHERE desk_id = $1 AND installation_id = $2 AND version = $3",
        desk,
        installation,
        version
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// All snapshots, newest first.
pub async fn list(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<Snapshot>> {
    all(fetch_all!(
        conn,
        SnapshotSql,
        "SELECT version, generation, granted, settings, taken_at FROM snapshots
         WHERE desk_id = $1 AND installation_id = $2 ORDER BY taken_at DESC, generation DESC",
        desk,
        installation
    )?)
}

/// Forgets the snapshot of a version, if there is one.
pub async fn forget(tx: &mut Tx, desk: DeskId, installation: InstallationId, version: &Version) -> Result<()> {
    execute!(
        tx,
        "DELETE FROM snapshots WHERE desk_id = $1 AND installation_id = $2 AND version = $3",
        desk,
        installation,
        version
    )?;
    collect(tx, desk, installation).await
}

/// Keeps the newest [`KEPT`] snapshots.
pub async fn trim(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    for old in list(tx, desk, installation).await?.iter().skip(KEPT as usize) {
        forget(tx, desk, installation, &old.version).await?;
    }
    collect(tx, desk, installation).await
}

/// The live generation and the copy.
async fn generations(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<(i64, Option<i64>)> {
    fetch_optional!(
        conn,
        (i64, Option<i64>),
        "SELECT generation, next_generation FROM installations WHERE desk_id = $1 AND id = $2",
        desk,
        installation
    )?
    .ok_or(StoreError::NotFound("installation"))
}

/// Deletes the generations that nothing refers to any more.
async fn collect(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    for sql in [
        "DELETE FROM kv WHERE desk_id = $1 AND installation_id = $2
         AND generation NOT IN (SELECT generation FROM installations WHERE id = $2
             UNION SELECT COALESCE(next_generation, 0) FROM installations WHERE id = $2
             UNION SELECT generation FROM snapshots WHERE installation_id = $2)",
        "DELETE FROM kv_usage WHERE desk_id = $1 AND installation_id = $2
         AND generation NOT IN (SELECT generation FROM installations WHERE id = $2
             UNION SELECT COALESCE(next_generation, 0) FROM installations WHERE id = $2
             UNION SELECT generation FROM snapshots WHERE installation_id = $2)",
    ] {
        execute!(tx, sql, desk, installation)?;
    }
    Ok(())
}

/// Settings as one JSON text; sealed ones in hexadecimal digits.
fn pack(settings: &BTreeMap<String, Stored>) -> Result<String> {
    let mut packed = serde_json::Map::new();
    for (key, stored) in settings {
        let value = match stored {
            Stored::Plain(value) => serde_json::json!({ "value": value }),
            Stored::Sealed(bytes) => serde_json::json!({ "sealed": hex::encode(bytes) }),
        };
        packed.insert(key.clone(), value);
    }
    Ok(serde_json::to_string(&packed)?)
}

fn unpack(text: &str) -> Result<BTreeMap<String, Stored>, String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Packed {
        Value(annex_domain::settings::SettingValue),
        Sealed(String),
    }
    let packed: BTreeMap<String, Packed> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let unpacked = packed.into_iter().map(|(key, packed)| {
        let stored = match packed {
            Packed::Value(value) => Stored::Plain(value),
            Packed::Sealed(text) => Stored::Sealed(hex::decode(text).map_err(|error| error.to_string())?),
        };
        Ok((key, stored))
    });
    unpacked.collect()
}

#[cfg(test)]
mod tests;
