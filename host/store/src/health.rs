//! How installations do: sums by the hour, the last calls one by one, the last error, and the traps that count for a
//! suspension (R64). Times are microseconds, memory is bytes, fuel is WebAssembly instructions, roughly.

mod record;

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, InstallationId},
};
use serde::{Deserialize, Serialize};

pub use self::record::{add, add_calls, forget_traps, purge, set_last_error, trap};
use crate::{
    Conn, Result, StoreError,
    db::query::{At, all, fetch_all, fetch_one, fetch_optional},
};

const HOUR: i64 = 3_600_000;

/// How many calls are kept one by one for each installation.
pub const CALLS_KEPT: u32 = 200;

/// A call that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Joins it with its log lines.
    pub id: CallId,
    /// When it started.
    pub at: Timestamp,
    /// `render`, `handle`, `event`, `install`, …
    pub kind: String,
    /// `ok`, or the code of the error.
    pub outcome: String,
    /// From start to end.
    pub wall_micros: u64,
    /// Spent.
    pub fuel: u64,
    /// The most at once.
    pub peak_memory: u64,
    /// The first 100 of them.
    pub host_calls: Vec<HostCallRow>,
}

/// A call of a host interface, within a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostCallRow {
    /// Such as `http.send`.
    pub name: String,
    /// Such as `GET api.example.com`; never a secret.
    pub detail: String,
    /// How long it took.
    pub wall_micros: u64,
    /// How it ended, in a word.
    pub outcome: String,
}

/// What is added to the sums of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Calls.
    pub calls: u64,
    /// Of them, those that gave no answer.
    pub errors: u64,
    /// Of those, the ones that the host had to stop.
    pub traps: u64,
    /// Sum of the times.
    pub wall_micros: u64,
    /// The longest.
    pub wall_micros_max: u64,
    /// Sum.
    pub fuel: u64,
    /// The most.
    pub peak_memory: u64,
    /// Calls of host interfaces.
    pub host_calls: u64,
}

impl Totals {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            errors: self.errors.saturating_add(other.errors),
            traps: self.traps.saturating_add(other.traps),
            wall_micros: self.wall_micros.saturating_add(other.wall_micros),
            wall_micros_max: self.wall_micros_max.max(other.wall_micros_max),
            fuel: self.fuel.saturating_add(other.fuel),
            peak_memory: self.peak_memory.max(other.peak_memory),
            host_calls: self.host_calls.saturating_add(other.host_calls),
        }
    }

    /// The mean time of a call in microseconds; 0 without calls.
    #[must_use]
    pub fn wall_micros_mean(&self) -> u64 {
        self.wall_micros.checked_div(self.calls).unwrap_or(0)
    }
}

/// The sums of one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// Its start.
    pub at: Timestamp,
    /// The sums.
    pub totals: Totals,
}

/// The last thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastError {
    /// Stable word.
    pub code: String,
    /// What happened.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// In which call.
    pub call: CallId,
}

/// How an installation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The last 24 hours together.
    pub day: Totals,
    /// Those hours that had calls, oldest first.
    pub hours: Vec<Hour>,
    /// The last thing that went wrong.
    pub last_error: Option<LastError>,
    /// Three suspend the installation.
    pub traps_last_hour: u32,
}

/// A page of calls, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<Call>,
    /// Pass it for the next page.
    pub next: Option<String>,
}

/// The start of the hour of a moment.
#[must_use]
pub fn hour_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(HOUR))
}

async fn traps(conn: &mut Conn, desk: DeskId, installation: InstallationId, now: Timestamp) -> Result<u32> {
    let (count,) = fetch_one!(
        conn,
        (i64,),
        "SELECT COUNT(*) FROM traps WHERE desk_id = $1 AND installation_id = $2 AND made_at > $3",
        desk,
        installation,
        now.before(Duration::from_millis(HOUR.unsigned_abs()))
    )?;
    At::new("traps", "count").number("count", count)
}

#[derive(sqlx::FromRow)]
struct HourSql {
    hour: i64,
    calls: i64,
    errors: i64,
    traps: i64,
    wall_micros: i64,
    wall_micros_max: i64,
    fuel: i64,
    peak_memory: i64,
    host_calls: i64,
}

impl From<HourSql> for Hour {
    fn from(row: HourSql) -> Self {
        let totals = Totals {
            calls: row.calls.unsigned_abs(),
            errors: row.errors.unsigned_abs(),
            traps: row.traps.unsigned_abs(),
            wall_micros: row.wall_micros.unsigned_abs(),
            wall_micros_max: row.wall_micros_max.unsigned_abs(),
            fuel: row.fuel.unsigned_abs(),
            peak_memory: row.peak_memory.unsigned_abs(),
            host_calls: row.host_calls.unsigned_abs(),
        };
        Self { at: Timestamp(row.hour), totals }
    }
}

/// How an installation does.
pub async fn health(conn: &mut Conn, desk: DeskId, installation: InstallationId, now: Timestamp) -> Result<Health> {
    let rows = fetch_all!(
        conn,
        HourSql,
        "SELECT hour, calls, errors, traps, wall_micros, wall_micros_max, fuel, peak_memory, host_calls FROM health_hours
         WHERE desk_id = $1 AND installation_id = $2 AND hour > $3 ORDER BY hour",
        desk,
        installation,
        now.0 - 24 * HOUR
    )?;
    let hours: Vec<Hour> = rows.into_iter().map(Hour::from).collect();
    let day = hours.iter().fold(Totals::default(), |sum, hour| sum.plus(hour.totals));
    let error = fetch_optional!(
        conn,
        (String, String, String, i64),
        "SELECT code, text, call_id, made_at FROM last_errors WHERE desk_id = $1 AND installation_id = $2",
        desk,
        installation
    )?;
    let last_error = error
        .map(|(code, text, call, at)| {
            let call = At::new("last_errors", &code).parse("call_id", &call)?;
            Ok::<_, StoreError>(LastError { code: code.clone(), text, at: Timestamp(at), call })
        })
        .transpose()?;
    Ok(Health { day, hours, last_error, traps_last_hour: traps(conn, desk, installation, now).await? })
}

#[derive(sqlx::FromRow)]
struct CallSql {
    id: String,
    kind: String,
    outcome: String,
    made_at: i64,
    wall_micros: i64,
    fuel: i64,
    peak_memory: i64,
    host_calls: String,
}

impl TryFrom<CallSql> for Call {
    type Error = StoreError;
    fn try_from(row: CallSql) -> Result<Self> {
        let at = At::new("addon_calls", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            at: Timestamp(row.made_at),
            wall_micros: row.wall_micros.unsigned_abs(),
            fuel: row.fuel.unsigned_abs(),
            peak_memory: row.peak_memory.unsigned_abs(),
            host_calls: at.json("host_calls", &row.host_calls)?,
            kind: row.kind,
            outcome: row.outcome,
        })
    }
}

/// The last calls, newest first. `before`: `next` of the page before.
pub async fn calls(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    before: Option<&str>,
    limit: u32,
) -> Result<CallPage> {
    let limit = limit.clamp(1, CALLS_KEPT);
    let rows = fetch_all!(
        conn,
        CallSql,
        "SELECT id, kind, outcome, made_at, wall_micros, fuel, peak_memory, host_calls FROM addon_calls
         WHERE desk_id = $1 AND installation_id = $2 AND ($3 IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
        desk,
        installation,
        before,
        limit + 1
    )?;
    let mut calls: Vec<Call> = all(rows)?;
    let more = calls.len() > limit as usize;
    calls.truncate(limit as usize);
    let next = if more { calls.last().map(|call| call.id.to_string()) } else { None };
    Ok(CallPage { calls, next })
}

#[cfg(test)]
mod tests;
