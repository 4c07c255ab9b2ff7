//! The automatic reports of packages (R39). An order and its job are written together; what comes of it counts only while the
//! package is the one that was ordered.

use annex_domain::{
    addon::{AddonId, Digest, Version},
    clock::Timestamp,
    report::Report,
};
use serde_json::json;

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_optional},
    jobs::{self, NewJob},
};

/// The kind of the job that makes a report. Its payload names `addon` and `version`.
pub const CHECK: &str = "check-version";

annex_domain::words! {
    /// Where a report stands.
    pub enum ReportState: "state of a report" {
        /// Its job waits.
        Waiting = "waiting",
        /// The package is being checked.
        Running = "running",
        /// It is there.
        Done = "done",
        /// The host could not check the package.
        Failed = "failed",
    }
}

/// The report of a version, as far as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    /// The package that is checked.
    pub package: Digest,
    /// Where it stands.
    pub state: ReportState,
    /// There when it is done.
    pub report: Option<Report>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub ordered_at: Timestamp,
    /// When the check began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct OrderedSql {
    addon_id: String,
    package_digest: String,
    state: String,
    report: Option<String>,
    error: Option<String>,
    ordered_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
}

impl TryFrom<OrderedSql> for Ordered {
    type Error = StoreError;
    fn try_from(row: OrderedSql) -> Result<Self, StoreError> {
        let at = At::new("version_reports", &row.addon_id);
        Ok(Self {
            package: at.parse("package_digest", &row.package_digest)?,
            state: at.parse("state", &row.state)?,
            report: row.report.map(|report| at.json("report", &report)).transpose()?,
            error: row.error,
            ordered_at: Timestamp(row.ordered_at),
            started_at: row.started_at.map(Timestamp),
            finished_at: row.finished_at.map(Timestamp),
        })
    }
}

/// Asks for the report of a package, in the place of any that the version has. A job that stopped the host and was set aside makes
/// room: somebody wants it tried again.
///
/// # Errors
/// When the database fails.
pub async fn order(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    package: &Digest,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO version_reports (addon_id, version, package_digest, state, ordered_at)
         VALUES ($1, $2, $3, 'waiting', $4)
         ON CONFLICT (addon_id, version) DO UPDATE SET package_digest = excluded.package_digest, state = 'waiting',
             report = NULL, error = NULL, ordered_at = excluded.ordered_at, started_at = NULL, finished_at = NULL",
        addon,
        version,
        package,
        now
    )?;
    let key = format!("{CHECK}:{addon}:{version}");
    jobs::clear_place(tx, &key).await?;
    let payload = json!({ "addon": addon, "version": version.to_string() });
    jobs::enqueue(tx, NewJob { kind: CHECK, desk: None, payload, run_at: now, unique_key: Some(key) }, now).await?;
    Ok(())
}

/// The report of a version; none when nobody asked for one.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn get(conn: &mut Conn, addon: &AddonId, version: &Version) -> Result<Option<Ordered>, StoreError> {
    let sql = "SELECT addon_id, package_digest, state, report, error, ordered_at, started_at, finished_at
               FROM version_reports WHERE addon_id = $1 AND version = $2";
    fetch_optional!(conn, OrderedSql, sql, addon, version)?.map(TryInto::try_into).transpose()
}

/// The same, and nobody finishes it before the transaction ends. Taken before the version of a project is written: whoever finishes a
/// report writes that after it.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn hold(tx: &mut Tx, addon: &AddonId, version: &Version) -> Result<Option<Ordered>, StoreError> {
    let sql = "UPDATE version_reports SET state = state WHERE addon_id = $1 AND version = $2
               RETURNING addon_id, package_digest, state, report, error, ordered_at, started_at, finished_at";
    fetch_optional!(tx, OrderedSql, sql, addon, version)?.map(TryInto::try_into).transpose()
}

/// The check of `package` begins.
///
/// # Errors
/// [`StoreError::Stale`] when another package was handed in meanwhile.
pub async fn begin(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    package: &Digest,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE version_reports SET state = 'running', started_at = $4
               WHERE addon_id = $1 AND version = $2 AND package_digest = $3";
    one(execute!(tx, sql, addon, version, package, now)?)
}

/// Keeps what was found in `package`.
///
/// # Errors
/// [`StoreError::Stale`] when another package was handed in meanwhile.
pub async fn finish(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    package: &Digest,
    report: &Report,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE version_reports SET state = 'done', report = $4, error = NULL, finished_at = $5
               WHERE addon_id = $1 AND version = $2 AND package_digest = $3";
    one(execute!(tx, sql, addon, version, package, serde_json::to_string(report)?, now)?)
}

/// Says that there is no report, and why, until somebody asks again.
///
/// # Errors
/// When the database fails.
pub async fn fail(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    error: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE version_reports SET state = 'failed', error = $3, finished_at = $4
               WHERE addon_id = $1 AND version = $2 AND state <> 'done'";
    execute!(tx, sql, addon, version, jobs::printable(error), now).map(drop)
}

/// The job that failed waits again.
///
/// # Errors
/// When the database fails.
pub(crate) async fn again(tx: &mut Tx, addon: &AddonId, version: &Version) -> Result<(), StoreError> {
    let sql = "UPDATE version_reports SET state = 'waiting', error = NULL, finished_at = NULL
               WHERE addon_id = $1 AND version = $2 AND state = 'failed'";
    execute!(tx, sql, addon, version).map(drop)
}

fn one(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale("the report")) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::on_both;

    const NOW: Timestamp = Timestamp(9);

    #[tokio::test]
    async fn a_report_is_of_the_package_that_was_handed_in_last() {
        on_both(async |db| {
            let (addon, version): (AddonId, Version) = ("acme.hello".parse().unwrap(), Version::new(1, 0, 0));
            let (first, second) = (Digest::of(b"1"), Digest::of(b"2"));
            let mut tx = db.begin().await.unwrap();
            assert_eq!(get(&mut tx, &addon, &version).await.unwrap(), None);
            order(&mut tx, &addon, &version, &first, NOW).await.unwrap();
            begin(&mut tx, &addon, &version, &first, NOW).await.unwrap();
            order(&mut tx, &addon, &version, &second, Timestamp(10)).await.unwrap();
            let late = finish(&mut tx, &addon, &version, &first, &Report::default(), NOW).await;
            assert!(matches!(late, Err(StoreError::Stale(_))));
            begin(&mut tx, &addon, &version, &second, NOW).await.unwrap();
            finish(&mut tx, &addon, &version, &second, &Report::default(), Timestamp(11)).await.unwrap();
            let done = get(&mut tx, &addon, &version).await.unwrap().unwrap();
            assert_eq!((done.package, done.state, done.report), (second, ReportState::Done, Some(Report::default())));
            assert_eq!(done.finished_at, Some(Timestamp(11)));
            tx.commit().await.unwrap();
            let lease = Duration::from_secs(60);
            assert_eq!(jobs::claim(&db, Timestamp(20), lease).await.unwrap().unwrap().kind, CHECK);
            assert_eq!(jobs::claim(&db, Timestamp(20), lease).await.unwrap(), None, "both orders are one job");
        })
        .await;
    }

    #[tokio::test]
    async fn a_check_that_stops_the_host_says_so_and_can_be_asked_for_again() {
        on_both(async |db| {
            let (addon, version): (AddonId, Version) = ("acme.hello".parse().unwrap(), Version::new(1, 0, 0));
            let package = Digest::of(b"1");
            let mut tx = db.begin().await.unwrap();
            order(&mut tx, &addon, &version, &package, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let (lease, mut now) = (Duration::from_secs(60), NOW);
            while jobs::claim(&db, now, lease).await.unwrap().is_some() {
                now = now.after(Duration::from_secs(120));
            }
            let mut tx = db.begin().await.unwrap();
            let failed = get(&mut tx, &addon, &version).await.unwrap().unwrap();
            assert_eq!(failed.state, ReportState::Failed);
            assert!(failed.error.unwrap().contains("the host stopped 3 times"));
            order(&mut tx, &addon, &version, &package, now).await.unwrap();
            tx.commit().await.unwrap();
            assert!(jobs::claim(&db, now, lease).await.unwrap().is_some());
        })
        .await;
    }
}
