//! Signed rights of installations to run, and signed revocations. Signing and checking are the caller's.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Conn, Db, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// What an installation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// The installation.
    pub installation: InstallationId,
    /// Its desk.
    pub desk: DeskId,
    /// The signed right.
    pub token: String,
    /// The moment from which on its days of grace run.
    pub not_after: Timestamp,
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// The signed revocation.
    pub revocation: Option<String>,
}

#[derive(sqlx::FromRow)]
struct EntitlementSql {
    installation_id: String,
    desk_id: String,
    token: String,
    not_after: i64,
    refreshed_at: i64,
    revocation: Option<String>,
}

impl TryFrom<EntitlementSql> for Entitlement {
    type Error = StoreError;
    fn try_from(row: EntitlementSql) -> Result<Self> {
        let at = At::new("entitlements", &row.installation_id);
        Ok(Self {
            installation: at.parse("installation_id", &row.installation_id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            not_after: Timestamp(row.not_after),
            refreshed_at: Timestamp(row.refreshed_at),
            token: row.token,
            revocation: row.revocation,
        })
    }
}

/// Stores a right in place of what there was, a revocation too: something was bought or paid.
pub async fn put(tx: &mut Tx, new: &Entitlement) -> Result<()> {
    let sql = "INSERT INTO entitlements (installation_id, desk_id, token, not_after, refreshed_at, revocation)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (installation_id) DO UPDATE SET token = excluded.token, not_after = excluded.not_after,
                    refreshed_at = excluded.refreshed_at, revocation = excluded.revocation";
    let revocation = new.revocation.as_deref();
    execute!(tx, sql, new.installation, new.desk, &new.token, new.not_after, new.refreshed_at, revocation)?;
    Ok(())
}

/// Stores a newer right, unless it was revoked meanwhile. True when it was stored.
pub async fn refresh(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    token: &str,
    not_after: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE entitlements SET token = $3, not_after = $4, refreshed_at = $5
               WHERE desk_id = $1 AND installation_id = $2 AND revocation IS NULL";
    Ok(execute!(tx, sql, desk, installation, token, not_after, now)? == 1)
}

/// Stores a revocation. True when there was a right that was not revoked.
pub async fn revoke(tx: &mut Tx, desk: DeskId, installation: InstallationId, revocation: &str) -> Result<bool> {
    let sql = "UPDATE entitlements SET revocation = $3
               WHERE desk_id = $1 AND installation_id = $2 AND revocation IS NULL";
    Ok(execute!(tx, sql, desk, installation, revocation)? == 1)
}

/// What an installation has; none for free ones.
pub async fn get(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Entitlement>> {
    let sql = "SELECT * FROM entitlements WHERE desk_id = $1 AND installation_id = $2";
    fetch_optional!(conn, EntitlementSql, sql, desk, installation)?.map(TryInto::try_into).transpose()
}

/// The same, from memory where it is known.
pub async fn known(db: &Db, desk: DeskId, installation: InstallationId) -> Result<Option<Entitlement>> {
    let load = || async { get(&mut db.read().await?, desk, installation).await };
    db.caches().entitlements.get(db, (desk, installation), load).await
}

/// What the installations of a desk have.
pub async fn of_desk(conn: &mut Conn, desk: DeskId) -> Result<Vec<Entitlement>> {
    let sql = "SELECT * FROM entitlements WHERE desk_id = $1 ORDER BY installation_id";
    all(fetch_all!(conn, EntitlementSql, sql, desk)?)
}

/// Rights of all desks that are not revoked and were refreshed at `before` or earlier, the oldest first.
pub async fn list_due(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Entitlement>> {
    let sql = "SELECT * FROM entitlements WHERE revocation IS NULL AND refreshed_at <= $1
               ORDER BY refreshed_at, installation_id LIMIT $2";
    all(fetch_all!(conn, EntitlementSql, sql, before, limit)?)
}

/// Removes what an installation has: it is free now. Uninstalling removes it by itself.
pub async fn remove(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<bool> {
    let sql = "DELETE FROM entitlements WHERE desk_id = $1 AND installation_id = $2";
    Ok(execute!(tx, sql, desk, installation)? == 1)
}
