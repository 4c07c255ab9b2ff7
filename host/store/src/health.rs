//! How installations do: sums by the hour, the last calls one by one, the last error, and the traps that count for a
//! suspension (R64). Times are microseconds, memory is bytes, fuel is WebAssembly instructions, roughly.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, InstallationId},
};
use serde::{Deserialize, Serialize};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
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

/// Adds to the sums of an hour.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    hour: Timestamp,
    totals: &Totals,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO health_hours (desk_id, installation_id, hour, calls, errors, traps, wall_micros, wall_micros_max, fuel,
                peak_memory, host_calls) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (installation_id, hour) DO UPDATE SET calls = health_hours.calls + excluded.calls,
             errors = health_hours.errors + excluded.errors, traps = health_hours.traps + excluded.traps,
             wall_micros = health_hours.wall_micros + excluded.wall_micros, fuel = health_hours.fuel + excluded.fuel,
             host_calls = health_hours.host_calls + excluded.host_calls,
             wall_micros_max = CASE WHEN excluded.wall_micros_max > health_hours.wall_micros_max
                 THEN excluded.wall_micros_max ELSE health_hours.wall_micros_max END,
             peak_memory = CASE WHEN excluded.peak_memory > health_hours.peak_memory
                 THEN excluded.peak_memory ELSE health_hours.peak_memory END",
        desk,
        installation,
        hour_of(hour),
        sql(totals.calls),
        sql(totals.errors),
        sql(totals.traps),
        sql(totals.wall_micros),
        sql(totals.wall_micros_max),
        sql(totals.fuel),
        sql(totals.peak_memory),
        sql(totals.host_calls)
    )?;
    Ok(())
}

fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes calls one by one and keeps the newest [`CALLS_KEPT`].
///
/// # Errors
/// When the database fails.
pub async fn add_calls(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    calls: &[Call],
) -> Result<(), StoreError> {
    for call in calls {
        execute!(
            tx,
            "INSERT INTO addon_calls (id, desk_id, installation_id, kind, outcome, made_at, wall_micros, fuel, peak_memory,
                    host_calls) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
            call.id,
            desk,
            installation,
            &call.kind,
            &call.outcome,
            call.at,
            sql(call.wall_micros),
            sql(call.fuel),
            sql(call.peak_memory),
            serde_json::to_string(&call.host_calls)?.replace("\\u0000", "")
        )?;
    }
    execute!(
        tx,
        "DELETE FROM addon_calls WHERE desk_id = $1 AND installation_id = $2 AND id <= (SELECT id FROM addon_calls
             WHERE desk_id = $1 AND installation_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)",
        desk,
        installation,
        CALLS_KEPT
    )?;
    Ok(())
}

/// Remembers the last error.
///
/// # Errors
/// When the database fails.
pub async fn set_last_error(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    error: &LastError,
) -> Result<(), StoreError> {
    let text: String = error.text.chars().filter(|c| *c != '\0').take(2000).collect();
    execute!(
        tx,
        "INSERT INTO last_errors (installation_id, desk_id, code, text, call_id, made_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (installation_id) DO UPDATE SET code = excluded.code, text = excluded.text,
             call_id = excluded.call_id, made_at = excluded.made_at WHERE last_errors.made_at <= excluded.made_at",
        installation,
        desk,
        &error.code,
        text.clone(),
        error.call,
        error.at
    )?;
    Ok(())
}

/// Writes a trap and counts those within the last hour, this one included.
///
/// # Errors
/// When the database fails.
pub async fn trap(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    call: CallId,
    now: Timestamp,
) -> Result<u32, StoreError> {
    execute!(
        tx,
        "INSERT INTO traps (call_id, desk_id, installation_id, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (call_id) DO NOTHING",
        call,
        desk,
        installation,
        now
    )?;
    traps(tx, desk, installation, now).await
}

/// Forgets the traps: an operator has switched the add-on on again, and it starts afresh.
///
/// # Errors
/// When the database fails.
pub async fn forget_traps(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM traps WHERE desk_id = $1 AND installation_id = $2", desk, installation)?;
    Ok(())
}

async fn traps(conn: &mut Conn, desk: DeskId, installation: InstallationId, now: Timestamp) -> Result<u32, StoreError> {
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
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn health(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    now: Timestamp,
) -> Result<Health, StoreError> {
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
    fn try_from(row: CallSql) -> Result<Self, StoreError> {
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
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn calls(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    before: Option<&str>,
    limit: u32,
) -> Result<CallPage, StoreError> {
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

/// Removes sums older than `before` and traps that no longer count.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM health_hours WHERE hour < $1", before)?;
    execute!(tx, "DELETE FROM addon_calls WHERE made_at < $1", before)?;
    execute!(tx, "DELETE FROM traps WHERE made_at < $1", now.0 - HOUR)?;
    Ok(())
}

#[cfg(test)]
mod tests;
