//! Translations of the panel that a desk has installed. A pack counts while its installation runs, once its texts were found to be
//! within bounds.

use annex_domain::{
    addon::Version,
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    language::{LanguagePack, LocaleFacts},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    installations::runs,
};

/// Raised when the bounds on texts become tighter: what was found fine under looser ones is looked at again.
const BOUNDS: i64 = 1;

/// A language that a desk can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Whose pack it is.
    pub installation: InstallationId,
    /// The version that supplied it.
    pub version: Version,
    /// Code, names, direction, fallback.
    pub facts: LocaleFacts,
    /// Changes when the pack does: for caches.
    pub stamp: String,
}

#[derive(sqlx::FromRow)]
struct InstalledSql {
    installation_id: String,
    version: String,
    facts: String,
    rev: i64,
}

impl TryFrom<InstalledSql> for Installed {
    type Error = StoreError;
    fn try_from(row: InstalledSql) -> Result<Self> {
        let at = At::new("language_packs", &row.installation_id);
        Ok(Self {
            installation: at.parse("installation_id", &row.installation_id)?,
            version: at.parse("version", &row.version)?,
            facts: at.json("facts", &row.facts)?,
            stamp: format!("{}:{}", row.installation_id, row.rev),
        })
    }
}

/// Keeps the pack of an installation, whose texts the caller has found to be within bounds; the one before is replaced.
pub async fn put(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    version: &Version,
    pack: &LanguagePack,
    now: Timestamp,
) -> Result<()> {
    let facts = serde_json::to_string(&pack.facts)?.replace("\\u0000", "");
    let resources = serde_json::to_string(&pack.resources)?.replace("\\u0000", "");
    execute!(
        tx,
        "INSERT INTO language_packs (installation_id, desk_id, version, code, facts, resources, rev, updated_at, bounds)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)
         ON CONFLICT (installation_id) DO UPDATE SET version = excluded.version, code = excluded.code,
             facts = excluded.facts, resources = excluded.resources, rev = language_packs.rev + 1,
             updated_at = excluded.updated_at, bounds = excluded.bounds",
        installation,
        desk,
        version,
        pack.facts.code.to_lowercase(),
        &facts,
        &resources,
        now,
        BOUNDS
    )?;
    Ok(())
}

/// The packs that nobody has held against the bounds of this version yet.
pub async fn unchecked(conn: &mut Conn) -> Result<Vec<(DeskId, InstallationId)>> {
    let sql = "SELECT desk_id, installation_id FROM language_packs WHERE bounds <> $1 ORDER BY installation_id";
    let rows = fetch_all!(conn, (String, String), sql, BOUNDS)?;
    let parse = |(desk, installation): &(String, String)| {
        let at = At::new("language_packs", installation);
        Ok((at.parse("desk_id", desk)?, at.parse("installation_id", installation)?))
    };
    rows.iter().map(parse).collect()
}

/// The texts of an installation's pack, whether they were checked or not, and whether it runs or not.
pub async fn texts(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
) -> Result<Option<Vec<(String, String)>>> {
    let sql = "SELECT resources FROM language_packs WHERE desk_id = $1 AND installation_id = $2";
    let row = fetch_optional!(conn, (String,), sql, desk, installation)?;
    let id = installation.to_string();
    row.map(|(resources,)| At::new("language_packs", &id).json("resources", &resources)).transpose()
}

/// Notes that the texts of a pack are within bounds.
pub async fn set_checked(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    let sql = "UPDATE language_packs SET bounds = $3 WHERE desk_id = $1 AND installation_id = $2";
    execute!(tx, sql, desk, installation, BOUNDS).map(drop)
}

/// The languages that a desk can choose, beside English: those whose installations run. Of two with one code, the one
/// installed first counts.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Installed>> {
    let rows = fetch_all!(
        conn,
        InstalledSql,
        concat!(
            "SELECT p.installation_id, p.version, p.facts, p.rev FROM language_packs p
             JOIN installations i ON i.id = p.installation_id AND i.desk_id = p.desk_id
             WHERE p.desk_id = $1 AND p.bounds = $2 AND ",
            runs!(),
            " ORDER BY p.code, i.created_at, i.id"
        ),
        desk,
        BOUNDS
    )?;
    let mut installed: Vec<Installed> = all(rows)?;
    installed.dedup_by(|later, earlier| later.facts.code.eq_ignore_ascii_case(&earlier.facts.code));
    Ok(installed)
}

/// The pack for a language code, whatever its case.
pub async fn pack(conn: &mut Conn, desk: DeskId, code: &str) -> Result<Option<LanguagePack>> {
    let row = fetch_optional!(
        conn,
        (String, String),
        concat!(
            "SELECT p.facts, p.resources FROM language_packs p
             JOIN installations i ON i.id = p.installation_id AND i.desk_id = p.desk_id
             WHERE p.desk_id = $1 AND p.code = $2 AND p.bounds = $3 AND ",
            runs!(),
            " ORDER BY i.created_at, i.id LIMIT 1"
        ),
        desk,
        code.to_lowercase(),
        BOUNDS
    )?;
    let at = At::new("language_packs", code);
    row.map(|(facts, resources)| {
        Ok(LanguagePack { facts: at.json("facts", &facts)?, resources: at.json("resources", &resources)? })
    })
    .transpose()
}
