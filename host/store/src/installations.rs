//! Installations: one row per add-on and desk, of channels as many as have different labels. Saved by compare-and-set on `rev`, removed at
//! the end of the uninstall.

use std::sync::Arc;

use annex_domain::{
    addon::{AddonId, Digest, Kind, PublisherSlug, Version},
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Label, Parts},
};

use crate::{
    Conn, Db, Result, Signal, StoreError, Tx,
    catalog::VersionStatus,
    channels,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    desks,
};

/// In a query about an installation `i`: its component may be called, as [`Installation::runs`] says.
macro_rules! runs {
    () => {
        "(i.status = 'active' OR (i.status = 'updating' AND i.resumes IS NULL))"
    };
}
pub(crate) use runs;

#[derive(sqlx::FromRow)]
struct InstallationSql {
    id: String,
    desk_id: String,
    addon_id: String,
    kind: String,
    label: String,
    version: String,
    previous: Option<String>,
    target: Option<String>,
    pinned: i64,
    prereleases: i64,
    status: String,
    resumes: Option<String>,
    failures: Option<String>,
    granted: String,
    installed_by: String,
    notice: Option<String>,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<InstallationSql> for Installation {
    type Error = StoreError;
    fn try_from(row: InstallationSql) -> Result<Self> {
        let at = At::new("installations", &row.id);
        Ok(Self::from_stored(Parts {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            kind: at.parse("kind", &row.kind)?,
            label: Label::some(&row.label).map_err(|error| at.corrupt("label", error))?,
            version: at.parse("version", &row.version)?,
            previous: at.parse_some("previous", row.previous.as_deref())?,
            target: at.parse_some("target", row.target.as_deref())?,
            pinned: row.pinned != 0,
            prereleases: row.prereleases != 0,
            status: at.parse("status", &row.status)?,
            resumes: at.parse_some("resumes", row.resumes.as_deref())?,
            failures: row.failures.as_deref().map(|text| at.json("failures", text)).transpose()?,
            grant: at.json("granted", &row.granted)?,
            installed_by: at.parse("installed_by", &row.installed_by)?,
            notice: row.notice.as_deref().map(|text| at.json("notice", text)).transpose()?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
        }))
    }
}

/// Adds a new installation, with its first, empty generation of values. A plugin is everybody's at first (R28).
///
/// # Errors
/// [`StoreError::Taken`] when the desk has this add-on already; when it has this channel under that label.
pub async fn insert(tx: &mut Tx, new: &Installation, idempotency_key: Option<&str>) -> Result<()> {
    desks::lock(tx, new.desk).await?;
    execute!(
        tx,
        "INSERT INTO installations (id, desk_id, addon_id, kind, version, previous, target, pinned, status, granted,
                installed_by, notice, created_at, updated_at, rev, generation, next_generation, idempotency_key, prereleases, label)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, NULL, $16, $17, $18)",
        new.id,
        new.desk,
        &new.addon,
        new.kind,
        &new.version,
        new.previous.as_ref(),
        new.target.as_ref(),
        new.pinned,
        new.status,
        serde_json::to_string(&new.grant)?,
        new.installed_by,
        notice(new)?,
        new.created_at,
        new.updated_at,
        new.rev,
        idempotency_key,
        new.prereleases,
        label(new)
    )
    .map_err(taken)?;
    execute!(
        tx,
        "INSERT INTO kv_usage (desk_id, installation_id, generation, bytes) VALUES ($1, $2, 1, 0)",
        new.desk,
        new.id
    )?;
    if new.kind == Kind::Channel {
        channels::take_over(tx, new).await?;
    }
    if new.kind == Kind::Plugin {
        // It is everybody's, also that of deactivated operators: they find it when they come back.
        let sql = "INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
                   SELECT o.desk_id, $2, o.id, $3 FROM operators o WHERE o.desk_id = $1";
        execute!(tx, sql, new.desk, new.id, new.created_at)?;
    }
    tx.signal(Signal::Installation { desk: new.desk, installation: new.id }).await
}

/// Saves the outcome of exactly one transition.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed, or removed, since it was read.
pub async fn save(tx: &mut Tx, changed: &Installation) -> Result<()> {
    let saved = execute!(
        tx,
        "UPDATE installations SET version = $3, previous = $4, target = $5, pinned = $6, status = $7, granted = $8,
                notice = $9, updated_at = $10, rev = $11, prereleases = $13, resumes = $14, failures = $15, label = $16
         WHERE desk_id = $1 AND id = $2 AND rev = $12",
        changed.desk,
        changed.id,
        &changed.version,
        changed.previous.as_ref(),
        changed.target.as_ref(),
        changed.pinned,
        changed.status,
        serde_json::to_string(&changed.grant)?,
        notice(changed)?,
        changed.updated_at,
        changed.rev,
        changed.rev - 1,
        changed.prereleases,
        changed.resumes,
        changed.failures.as_ref().map(serde_json::to_string).transpose()?,
        label(changed)
    )
    .map_err(taken)?;
    if saved != 1 {
        return Err(StoreError::Stale("the add-on"));
    }
    tx.signal(Signal::Installation { desk: changed.desk, installation: changed.id }).await
}

/// As it is stored: empty for none, so that a desk has one without.
fn label(installation: &Installation) -> &str {
    installation.label.as_ref().map_or("", Label::as_str)
}

fn taken(error: StoreError) -> StoreError {
    error
        .on("installations_desk_id_addon_id_key", "the add-on")
        .on("installations_desk_id_addon_id_label_key", "the add-on")
}

fn notice(installation: &Installation) -> Result<Option<String>> {
    Ok(installation.notice.as_ref().map(serde_json::to_string).transpose()?)
}

/// An installation of a desk.
pub async fn get(conn: &mut Conn, desk: DeskId, id: InstallationId) -> Result<Option<Installation>> {
    fetch_optional!(conn, InstallationSql, "SELECT * FROM installations WHERE desk_id = $1 AND id = $2", desk, id)?
        .map(TryInto::try_into)
        .transpose()
}

/// The installation of an add-on in a desk; of several of a channel the first.
pub async fn of_addon(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Installation>> {
    fetch_optional!(
        conn,
        InstallationSql,
        "SELECT * FROM installations WHERE desk_id = $1 AND addon_id = $2 ORDER BY id LIMIT 1",
        desk,
        addon
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// The installation of a channel that the desk calls so; of what a desk has but once, that one.
pub async fn called(
    conn: &mut Conn,
    desk: DeskId,
    addon: &AddonId,
    label: Option<&Label>,
) -> Result<Option<Installation>> {
    fetch_optional!(
        conn,
        InstallationSql,
        "SELECT * FROM installations WHERE desk_id = $1 AND addon_id = $2 AND (label = $3 OR kind <> 'channel')",
        desk,
        addon,
        label.map_or("", Label::as_str)
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// The key that asked for an installation: the same key again gets the same answer.
pub async fn idempotency_key(conn: &mut Conn, desk: DeskId, id: InstallationId) -> Result<Option<String>> {
    let row = fetch_optional!(
        conn,
        (Option<String>,),
        "SELECT idempotency_key FROM installations WHERE desk_id = $1 AND id = $2",
        desk,
        id
    )?;
    Ok(row.and_then(|(key,)| key))
}

/// What the add-on found wrong with its settings when they were tried last, in its words.
pub async fn check_failed(conn: &mut Conn, desk: DeskId, id: InstallationId) -> Result<Option<String>> {
    let sql = "SELECT check_failed FROM installations WHERE desk_id = $1 AND id = $2";
    Ok(fetch_optional!(conn, (Option<String>,), sql, desk, id)?.and_then(|(failed,)| failed))
}

/// Notes what it found, or that they work.
pub async fn note_check(tx: &mut Tx, desk: DeskId, id: InstallationId, failed: Option<&str>) -> Result<()> {
    execute!(tx, "UPDATE installations SET check_failed = $3 WHERE desk_id = $1 AND id = $2", desk, id, failed)?;
    tx.signal(Signal::Installation { desk, installation: id }).await
}

/// All installations of a desk, oldest first.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Installation>> {
    all(fetch_all!(
        conn,
        InstallationSql,
        "SELECT * FROM installations WHERE desk_id = $1 ORDER BY created_at, id",
        desk
    )?)
}

/// The same, from memory where they are known.
pub async fn known(db: &Db, desk: DeskId) -> Result<Arc<Vec<Installation>>> {
    let load = || async { list(&mut db.read().await?, desk).await.map(Arc::new) };
    db.caches().installations.get(db, desk, load).await
}

/// One of them, from memory where it is known.
pub async fn known_one(db: &Db, desk: DeskId, id: InstallationId) -> Result<Option<Installation>> {
    Ok(known(db, desk).await?.iter().find(|installation| installation.id == id).cloned())
}

/// The installations of a kind that run in a desk, oldest first.
pub async fn running(conn: &mut Conn, desk: DeskId, kind: Kind) -> Result<Vec<Installation>> {
    all(fetch_all!(
        conn,
        InstallationSql,
        concat!(
            "SELECT * FROM installations i WHERE desk_id = $1 AND kind = $2 AND ",
            runs!(),
            " ORDER BY created_at, id"
        ),
        desk,
        kind
    )?)
}

/// The plugins that run in a desk and that an operator uses, oldest first: their panels. Those that the host suspended are
/// among them, so that nobody wonders where a panel has gone.
pub async fn running_for(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<Vec<Installation>> {
    all(fetch_all!(
        conn,
        InstallationSql,
        concat!(
            "SELECT i.* FROM installations i
             JOIN installation_users u ON u.desk_id = i.desk_id AND u.installation_id = i.id
             WHERE i.desk_id = $1 AND u.operator_id = $2 AND i.kind = 'plugin' AND (i.status = 'suspended' OR ",
            runs!(),
            ") ORDER BY i.created_at, i.id"
        ),
        desk,
        operator
    )?)
}

/// The installations of an add-on in all desks.
pub async fn everywhere(conn: &mut Conn, addon: &AddonId) -> Result<Vec<Installation>> {
    let sql = "SELECT * FROM installations WHERE addon_id = $1 ORDER BY id";
    all(fetch_all!(conn, InstallationSql, sql, addon)?)
}

/// The active installations of all desks.
pub async fn active_anywhere(conn: &mut Conn) -> Result<Vec<Installation>> {
    all(fetch_all!(conn, InstallationSql, "SELECT * FROM installations WHERE status = 'active' ORDER BY id")?)
}

/// The installations of all desks that are suspended with a notice of this code.
pub async fn suspended_for(conn: &mut Conn, code: &str) -> Result<Vec<Installation>> {
    let sql = "SELECT * FROM installations WHERE status = 'suspended' AND notice IS NOT NULL ORDER BY id";
    let mut suspended: Vec<Installation> = all(fetch_all!(conn, InstallationSql, sql)?)?;
    suspended.retain(|installation| installation.notice.as_ref().is_some_and(|notice| notice.code == code));
    Ok(suspended)
}

/// What a call needs to know of a version, short of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runnable {
    /// Of the `.annex` bytes: where the blob is.
    pub package: Digest,
    /// Whether it may run.
    pub status: VersionStatus,
    /// Keys that were active then count for this package.
    pub published_at: Timestamp,
    /// How many keys had signed it.
    pub signers: u32,
    /// Whose keys it was signed with.
    pub publisher: PublisherSlug,
    /// Rises with every change of the publisher's keys.
    pub publisher_rev: i64,
}

#[derive(sqlx::FromRow)]
struct RunnableSql {
    package_digest: String,
    status: String,
    published_at: i64,
    signers: String,
    publisher: String,
    rev: i64,
}

/// Looks up what is needed to run a version.
pub async fn runnable(conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Option<Runnable>> {
    let row = fetch_optional!(
        conn,
        RunnableSql,
        "SELECT v.package_digest, v.status, v.published_at, v.signers, p.slug AS publisher, p.rev
         FROM addon_versions v JOIN addons a ON a.id = v.addon_id
         JOIN publishers p ON p.slug = COALESCE(v.signed_for, a.publisher)
         WHERE v.addon_id = $1 AND v.version = $2",
        addon,
        version
    )?;
    row.map(|row| {
        let at = At::new("addon_versions", addon.as_str());
        let signers: Vec<String> = at.json("signers", &row.signers)?;
        Ok(Runnable {
            signers: u32::try_from(signers.len()).unwrap_or(u32::MAX),
            package: at.parse("package_digest", &row.package_digest)?,
            status: at.parse("status", &row.status)?,
            published_at: Timestamp(row.published_at),
            publisher: at.parse("publisher", &row.publisher)?,
            publisher_rev: row.rev,
        })
    })
    .transpose()
}

/// The same, from memory where it is known: what is blocked on this node stops at once.
pub async fn known_runnable(db: &Db, addon: &AddonId, version: &Version) -> Result<Option<Runnable>> {
    let key = (addon.clone(), version.clone());
    db.caches().runnable.find(db, key, || async { runnable(&mut db.read().await?, addon, version).await }).await
}

#[cfg(test)]
pub(crate) mod tests;
