//! How add-ons fare, for their publishers: what happened of each version by day, how many run, and how calls of it do. Sums over all
//! desks; which desk it was is not kept.

use std::collections::BTreeMap;

use annex_domain::{
    addon::{AddonId, PublisherSlug, Version},
    clock::Timestamp,
    figures::{Figure, LeavingReason},
};
use jiff::civil::Date;

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all},
};

/// The newest calls that [`calls`] looks at.
const MOST_CALLS: u32 = 20_000;

/// How often something happened on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Of which version.
    pub version: Version,
    /// On which day, in UTC.
    pub day: Date,
    /// What.
    pub figure: Figure,
    /// How often.
    pub count: i64,
}

/// How the calls of a version went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    /// How many are known one by one.
    pub calls: u64,
    /// Of them, those that gave no answer.
    pub faults: u64,
    /// 95 of 100 took no longer, in microseconds.
    pub p95_micros: u64,
}

/// Counts that something happened, in its transaction.
pub async fn count(tx: &mut Tx, addon: &AddonId, version: &Version, figure: Figure, now: Timestamp) -> Result<()> {
    add(tx, addon, version, figure.as_str(), now).await
}

/// Counts why somebody left.
pub async fn left(tx: &mut Tx, addon: &AddonId, version: &Version, why: LeavingReason, now: Timestamp) -> Result<()> {
    add(tx, addon, version, why.as_str(), now).await
}

async fn add(tx: &mut Tx, addon: &AddonId, version: &Version, kind: &'static str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO figures (addon_id, day, version, kind, count) VALUES ($1, $2, $3, $4, 1)
               ON CONFLICT (addon_id, day, version, kind) DO UPDATE SET count = figures.count + 1";
    execute!(tx, sql, addon, now.day(), version, kind).map(drop)
}

/// What happened of an add-on from a day on, by day and version.
pub async fn since(conn: &mut Conn, addon: &AddonId, from: Date) -> Result<Vec<Counted>> {
    let mut counted = Vec::new();
    for (version, day, kind, count) in rows(conn, addon, from).await? {
        let at = At::new("figures", addon.as_str());
        if let Ok(figure) = kind.parse() {
            counted.push(Counted {
                version: at.parse("version", &version)?,
                day: at.parse("day", &day)?,
                figure,
                count,
            });
        }
    }
    Ok(counted)
}

/// Why those who left from a day on have left, as far as they said so.
pub async fn reasons(conn: &mut Conn, addon: &AddonId, from: Date) -> Result<BTreeMap<LeavingReason, i64>> {
    let mut reasons: BTreeMap<LeavingReason, i64> = BTreeMap::new();
    for (_, _, kind, count) in rows(conn, addon, from).await? {
        if let Ok(reason) = kind.parse() {
            *reasons.entry(reason).or_default() += count;
        }
    }
    Ok(reasons)
}

async fn rows(conn: &mut Conn, addon: &AddonId, from: Date) -> Result<Vec<(String, String, String, i64)>> {
    let sql = "SELECT version, day, kind, count FROM figures WHERE addon_id = $1 AND day >= $2
               ORDER BY day, version, kind";
    fetch_all!(conn, (String, String, String, i64), sql, addon, from)
}

/// How many installations of each version of an add-on run now.
pub async fn running(conn: &mut Conn, addon: &AddonId) -> Result<BTreeMap<Version, i64>> {
    let sql = "SELECT version, COUNT(*) FROM installations WHERE addon_id = $1 AND status IN ('active', 'updating')
               GROUP BY version";
    let rows = fetch_all!(conn, (String, i64), sql, addon)?;
    rows.iter().map(|(version, count)| Ok((version_of(addon, version)?, *count))).collect()
}

/// How the newest calls of each version of an add-on went.
pub async fn calls(conn: &mut Conn, addon: &AddonId) -> Result<BTreeMap<Version, Calls>> {
    let sql = "SELECT c.version, c.outcome, c.wall_micros FROM addon_calls c
               JOIN installations i ON i.id = c.installation_id
               WHERE i.addon_id = $1 AND c.version IS NOT NULL ORDER BY c.id DESC LIMIT $2";
    let mut all: BTreeMap<Version, (Calls, Vec<u64>)> = BTreeMap::new();
    for (version, outcome, micros) in fetch_all!(conn, (String, String, i64), sql, addon, MOST_CALLS)? {
        let (calls, times) = all.entry(version_of(addon, &version)?).or_default();
        calls.calls += 1;
        calls.faults += u64::from(outcome != "ok");
        times.push(micros.unsigned_abs());
    }
    let all = all.into_iter();
    Ok(all.map(|(version, (calls, times))| (version, Calls { p95_micros: p95(times), ..calls })).collect())
}

fn version_of(addon: &AddonId, version: &str) -> Result<Version, StoreError> {
    At::new("installations", addon.as_str()).parse("version", version)
}

/// What 95 of 100 are not above; nothing of none.
fn p95(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    let at = (times.len() * 95).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or(0)
}

/// The add-ons of a publisher that this host has in its catalog, by id.
pub async fn addons(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<AddonId>> {
    let rows = fetch_all!(conn, (String,), "SELECT id FROM addons WHERE publisher = $1 ORDER BY id", publisher)?;
    rows.iter().map(|(id,)| At::new("addons", id).parse("id", id)).collect()
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::CallId;
    use jiff::civil::date;

    use super::*;
    use crate::{
        health::{Call, add_calls},
        installations::tests::{NOW, installed},
        testing::on_both,
    };

    #[test]
    fn of_a_hundred_times_five_are_above() {
        assert_eq!((p95((1..=100).collect()), p95(vec![7]), p95(Vec::new())), (95, 7, 0));
    }

    #[tokio::test]
    async fn what_happens_is_summed_up_by_day_and_version() {
        on_both(async |db| {
            let addon = "acme.tool".parse().unwrap();
            let (old, new) = (Version::new(1, 0, 0), Version::new(1, 1, 0));
            let first: Timestamp = "2027-03-31T23:59:59Z".parse().unwrap();
            let second: Timestamp = "2027-04-01T00:00:00Z".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            for (version, at) in [(&old, first), (&old, second), (&new, second), (&new, second)] {
                count(&mut tx, &addon, version, Figure::Installed, at).await.unwrap();
            }
            left(&mut tx, &addon, &old, LeavingReason::Price, second).await.unwrap();
            left(&mut tx, &addon, &new, LeavingReason::Price, second).await.unwrap();
            let april = since(&mut tx, &addon, date(2027, 4, 1)).await.unwrap();
            let installed = april.iter().map(|one| (one.version.clone(), one.figure, one.count)).collect::<Vec<_>>();
            assert_eq!(installed, [(old, Figure::Installed, 1), (new, Figure::Installed, 2)]);
            assert_eq!(since(&mut tx, &addon, date(2027, 3, 1)).await.unwrap().len(), 3);
            let why = reasons(&mut tx, &addon, date(2027, 3, 1)).await.unwrap();
            assert_eq!(why, BTreeMap::from([(LeavingReason::Price, 2)]));
            assert_eq!(since(&mut tx, &"acme.other".parse().unwrap(), date(2027, 3, 1)).await.unwrap(), []);
        })
        .await;
    }

    #[tokio::test]
    async fn calls_count_for_the_version_that_was_called() {
        on_both(async |db| {
            let of = installed(&db).await;
            let call = |outcome: &str, wall_micros| Call {
                id: CallId::new(),
                at: NOW,
                kind: "render".into(),
                outcome: outcome.into(),
                wall_micros,
                fuel: 1,
                peak_memory: 1,
                host_calls: Vec::new(),
            };
            let mut tx = db.begin().await.unwrap();
            add_calls(&mut tx, of.desk, of.id, &[call("ok", 10), call("trap", 30)]).await.unwrap();
            let found = calls(&mut tx, &of.addon).await.unwrap();
            let expected = Calls { calls: 2, faults: 1, p95_micros: 30 };
            assert_eq!(found, BTreeMap::from([(of.version.clone(), expected)]));
            assert_eq!(running(&mut tx, &of.addon).await.unwrap().len(), usize::from(of.status.runs()));
        })
        .await;
    }
}
