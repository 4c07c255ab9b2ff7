//! Where publishers' services hear events, by add-on: what stands in the place of the manifest's address, the sealed secrets that
//! events are signed with, and how the last try fared.

use annex_domain::{addon::AddonId, clock::Timestamp};
use serde::{Deserialize, Serialize};

use super::replay::wake;
use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_one, fetch_optional},
};

annex_domain::words! {
    /// Why nothing is posted to an endpoint.
    pub enum Pause: "reason of a pause" {
        /// Its publisher wants it so.
        ByPublisher = "by-publisher",
        /// The service answered 410: it wants no more events.
        Gone = "gone",
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The service answered.
    Status {
        /// As HTTP has it.
        status: u16,
        /// How the body begins; at most 500 bytes.
        excerpt: String,
    },
    /// It did not: why.
    Nothing(String),
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    /// In the place of the manifest's address.
    pub url: Option<String>,
    /// Sealed by the caller; none: they were not needed yet.
    pub secrets: Option<Vec<u8>>,
    /// None: events are posted.
    pub paused: Option<Pause>,
    /// Since when no event arrived that was posted.
    pub failing_since: Option<Timestamp>,
    /// What came of the last try, and when.
    pub last: Option<(Answer, Timestamp)>,
}

/// The endpoint of an add-on; one that was not used yet is as [`Endpoint::default`] says.
pub async fn get(conn: &mut Conn, addon: &AddonId) -> Result<Endpoint, StoreError> {
    let sql =
        "SELECT url, secrets, paused, failing_since, answered_at, answer FROM publisher_endpoints WHERE addon_id = $1";
    let Some(row) = fetch_optional!(conn, EndpointSql, sql, addon)? else { return Ok(Endpoint::default()) };
    let at = At::new("publisher_endpoints", addon.as_str());
    let answer = row.answer.as_deref().map(|answer| at.json("answer", answer)).transpose()?;
    Ok(Endpoint {
        paused: at.parse_some("paused", row.paused.as_deref())?,
        url: row.url,
        secrets: row.secrets,
        failing_since: row.failing_since.map(Timestamp),
        last: answer.zip(row.answered_at.map(Timestamp)),
    })
}

/// How many events of an add-on wait.
pub async fn waiting(conn: &mut Conn, addon: &AddonId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM publisher_events WHERE addon_id = $1 AND state = 'waiting'";
    Ok(fetch_one!(conn, (i64,), sql, addon)?.0)
}

/// Makes the row of an add-on that has none, and holds it until the transaction ends.
///
/// # Errors
/// When there is no such add-on.
pub async fn lock(tx: &mut Tx, addon: &AddonId) -> Result<(), StoreError> {
    let sql = "INSERT INTO publisher_endpoints (addon_id) VALUES ($1)
               ON CONFLICT (addon_id) DO UPDATE SET last_seq = publisher_endpoints.last_seq";
    execute!(tx, sql, addon).map(drop)
}

/// Keeps the sealed secrets of an endpoint, which the caller has locked.
pub async fn set_secrets(tx: &mut Tx, addon: &AddonId, sealed: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "UPDATE publisher_endpoints SET secrets = $2 WHERE addon_id = $1", addon, sealed).map(drop)
}

/// Puts an address in the place of the manifest's; none: the manifest's counts. What waits is tried there at once. The caller has
/// locked the endpoint.
pub async fn set_url(tx: &mut Tx, addon: &AddonId, url: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, "UPDATE publisher_endpoints SET url = $2 WHERE addon_id = $1", addon, url)?;
    wake(tx, addon, now).await
}

/// The endpoint is another publisher's from now on: neither what the former one put in the manifest's place nor the secrets that it
/// knows count any more. Others are made when they are needed.
pub async fn hand_over(tx: &mut Tx, addon: &AddonId) -> Result<(), StoreError> {
    execute!(tx, "UPDATE publisher_endpoints SET url = NULL, secrets = NULL WHERE addon_id = $1", addon).map(drop)
}

/// Posts nothing more until [`resume`]. The caller has locked the endpoint, or has an event of it.
pub async fn pause(tx: &mut Tx, addon: &AddonId, why: Pause) -> Result<(), StoreError> {
    let sql = "UPDATE publisher_endpoints SET paused = $2 WHERE addon_id = $1";
    execute!(tx, sql, addon, why.as_str()).map(drop)
}

/// Posts again; what waits is tried at once.
pub async fn resume(tx: &mut Tx, addon: &AddonId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, "UPDATE publisher_endpoints SET paused = NULL WHERE addon_id = $1", addon)?;
    wake(tx, addon, now).await
}

/// Notes what came of a try.
pub async fn answered(
    tx: &mut Tx,
    addon: &AddonId,
    answer: &Answer,
    arrived: Arrived,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = match arrived {
        Arrived::Yes => {
            "UPDATE publisher_endpoints SET answer = $2, answered_at = $3, failing_since = NULL, mailed_at = NULL
             WHERE addon_id = $1"
        }
        Arrived::No => {
            "UPDATE publisher_endpoints SET answer = $2, answered_at = $3, failing_since = COALESCE(failing_since, $3)
             WHERE addon_id = $1"
        }
    };
    execute!(tx, sql, addon, serde_json::to_string(answer)?, now).map(drop)
}

/// Add-ons whose service has taken nothing since `before` or longer, and whose publisher was not told of that; without those that
/// get nothing because somebody wants it so.
pub async fn outages(conn: &mut Conn, before: Timestamp) -> Result<Vec<AddonId>, StoreError> {
    let sql = "SELECT addon_id FROM publisher_endpoints
               WHERE failing_since <= $1 AND mailed_at IS NULL AND paused IS NULL ORDER BY addon_id";
    let rows = fetch_all!(conn, (String,), sql, before)?;
    rows.iter().map(|(id,)| At::new("publisher_endpoints", id).parse("addon_id", id)).collect()
}

/// Notes that a publisher is told of an outage that began at `before` or earlier. False when it is over, or somebody else was
/// faster.
pub async fn told(tx: &mut Tx, addon: &AddonId, before: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE publisher_endpoints SET mailed_at = $3
               WHERE addon_id = $1 AND failing_since <= $2 AND mailed_at IS NULL";
    Ok(execute!(tx, sql, addon, before, now)? == 1)
}

/// Whether the service has taken an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// It has.
    Yes,
    /// It has not, or nobody knows.
    No,
}

#[derive(sqlx::FromRow)]
struct EndpointSql {
    url: Option<String>,
    secrets: Option<Vec<u8>>,
    paused: Option<String>,
    failing_since: Option<i64>,
    answered_at: Option<i64>,
    answer: Option<String>,
}
