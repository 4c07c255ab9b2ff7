//! Background jobs: enqueued in the transaction of the change that asks for them, claimed with a lease, run at least
//! once, tried again with growing pauses, and never lost: a job given up stays for people to look at.
//!
//! Every claim raises the job's fence. A worker whose lease ended and whose job was claimed by another can neither
//! finish nor retry it: [`StoreError::Lost`].
//!
//! A lease that ends without a word of the worker counts as a death, before the job runs again: perhaps it was the job
//! that took the process with it. After [`DEATHS`] of them it is set aside. Jobs that died run one at a time, so that one
//! which kills does not take others with it.

mod claim;
mod concerned;
mod put_away;

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, JobId},
};
use serde_json::Value;

pub use self::{
    claim::{Claimed, Kinds, Lane, any_due, claim, claim_in},
    put_away::{drop_failed, put_away, run_again},
};
use crate::{
    db::{
        Conn, Signal, Tx,
        query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
};

/// After so many deaths a job, or an operation, is set aside.
pub const DEATHS: u32 = 3;

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which worker function runs it, such as `happening` or `deliver-message`.
    pub kind: &'static str,
    /// Whose it is; `None` for the host's own chores.
    pub desk: Option<DeskId>,
    /// What to do.
    pub payload: Value,
    /// Not before this.
    pub run_at: Timestamp,
    /// Among the jobs that wait there is at most one with this key; another is not enqueued, also not while one with it is
    /// set aside.
    pub unique_key: Option<String>,
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Which worker function runs it.
    pub kind: String,
    /// Whose it is.
    pub desk: Option<DeskId>,
    /// What to do.
    pub payload: Value,
    /// Whose turn it takes: the installation that its payload names, else the desk. `None`: the host's own.
    pub turn: Option<String>,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// How often its worker was gone without a word.
    pub deaths: u32,
    /// Proof of this claim.
    fence: i64,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct FailedJob {
    /// The job.
    pub job: Job,
    /// Why.
    pub error: String,
    /// When.
    pub failed_at: Timestamp,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    /// How many.
    pub jobs: i64,
    /// The earliest time that one of them was to run at: tells how far the workers are behind.
    pub oldest_run_at: i64,
}

/// Enqueues a job and wakes the workers at the commit. `None` when one with its unique key waits already.
pub async fn enqueue(tx: &mut Tx, job: NewJob, now: Timestamp) -> Result<Option<JobId>> {
    let id = JobId::new();
    let installation = job.payload.get("installation").and_then(Value::as_str).map(str::to_owned);
    let turn = installation.or_else(|| job.desk.map(|desk| desk.to_string()));
    let inserted = execute!(
        tx,
        "INSERT INTO jobs (id, kind, desk_id, turn, payload, state, run_at, unique_key, place, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, 'waiting', $6, $7, $7, $8, $8
         WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'failed' AND place = $7 AND deaths >= $9)
         ON CONFLICT (unique_key) DO NOTHING",
        id,
        job.kind,
        job.desk,
        turn,
        job.payload.to_string(),
        job.run_at,
        job.unique_key,
        now,
        DEATHS
    )?;
    if inserted == 0 {
        return Ok(None);
    }
    tx.signal(Signal::Jobs).await?;
    Ok(Some(id))
}

/// Ends the leases of all claimed jobs: at the start of the only node there is, whose predecessor is gone for certain.
pub async fn end_leases(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, "UPDATE jobs SET leased_until = $1 WHERE state = 'running' AND leased_until > $1", now)
}

/// Keeps a claimed job for another `lease`, for jobs that take long.
///
/// # Errors
/// [`StoreError::Lost`] when another worker has it by now.
pub async fn extend(tx: &mut Tx, job: &Job, now: Timestamp, lease: Duration) -> Result<()> {
    let sql = "UPDATE jobs SET leased_until = $3 WHERE id = $1 AND fence = $2 AND state = 'running'";
    held(execute!(tx, sql, job.id, job.fence, now.after(lease))?)
}

/// Removes a claimed job that is done, best in the transaction that holds what it did.
///
/// # Errors
/// [`StoreError::Lost`] when another worker has it by now.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<()> {
    held(execute!(tx, "DELETE FROM jobs WHERE id = $1 AND fence = $2 AND state = 'running'", job.id, job.fence)?)
}

/// Notes that the run of a claimed job ended as a death does, such as by a panic: it counts when it is claimed at
/// `again_at`.
///
/// # Errors
/// [`StoreError::Lost`] when another worker has it by now.
pub async fn died(tx: &mut Tx, job: &Job, error: &str, again_at: Timestamp) -> Result<()> {
    let sql = "UPDATE jobs SET leased_until = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'running'";
    held(execute!(tx, sql, job.id, job.fence, again_at, printable(error))?)
}

/// Lets a claimed job go whose worker stops in good order before it is done: the claim that follows counts no death.
pub async fn let_go(tx: &mut Tx, job: &Job) -> Result<()> {
    let sql = "UPDATE jobs SET deaths = deaths - 1 WHERE id = $1 AND fence = $2 AND state = 'running'";
    execute!(tx, sql, job.id, job.fence).map(drop)
}

/// Lets a claimed job wait until `run_at` and be tried again; see [`backoff`].
///
/// # Errors
/// [`StoreError::Lost`] when another worker has it by now.
pub async fn retry(tx: &mut Tx, job: &Job, error: &str, run_at: Timestamp, now: Timestamp) -> Result<()> {
    held(execute!(
        tx,
        "UPDATE jobs SET state = 'waiting', run_at = $3, last_error = $4, leased_until = NULL, updated_at = $5
         WHERE id = $1 AND fence = $2 AND state = 'running'",
        job.id,
        job.fence,
        run_at,
        printable(error),
        now
    )?)
}

/// Gives a claimed job up; it stays in the state `failed`.
///
/// # Errors
/// [`StoreError::Lost`] when another worker has it by now.
pub async fn give_up(tx: &mut Tx, job: &Job, error: &str, now: Timestamp) -> Result<()> {
    held(execute!(
        tx,
        "UPDATE jobs SET state = 'failed', last_error = $3, leased_until = NULL, updated_at = $4
         WHERE id = $1 AND fence = $2 AND state = 'running'",
        job.id,
        job.fence,
        printable(error),
        now
    )?)
}

/// Lets the job that waits with a unique key run at `run_at`, where it would run later.
pub async fn bring_forward(tx: &mut Tx, unique_key: &str, run_at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE jobs SET run_at = $2 WHERE unique_key = $1 AND state = 'waiting' AND run_at > $2";
    if execute!(tx, sql, unique_key, run_at)? > 0 {
        tx.signal(Signal::Jobs).await?;
    }
    Ok(())
}

/// How long to wait after the given attempt (1, 2, …): 5 s, 10 s, 20 s, … up to an hour.
#[must_use]
pub fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(5u64.saturating_mul(1 << attempts.saturating_sub(1).min(10)).min(3600))
}

/// When the next job is due, if one waits; a worker sleeps until then or until it is woken.
pub async fn next_due(conn: &mut Conn) -> Result<Option<Timestamp>> {
    let sql = "SELECT CASE WHEN state = 'running' THEN leased_until ELSE run_at END AS due FROM jobs
               WHERE state IN ('waiting', 'running') ORDER BY due LIMIT 1";
    Ok(fetch_optional!(conn, (i64,), sql)?.map(|(due,)| Timestamp(due)))
}

/// True while a job is to run, or runs.
pub async fn is_live(conn: &mut Conn, id: JobId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM jobs WHERE id = $1 AND state IN ('waiting', 'running')";
    Ok(fetch_one!(conn, (i64,), sql, id)?.0 > 0)
}

/// True when a job waits that was enqueued with that unique key, also one that was claimed before.
pub async fn any_waiting(conn: &mut Conn, unique_key: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND place = $1";
    Ok(fetch_one!(conn, (i64,), sql, unique_key)?.0 > 0)
}

/// How many jobs of a kind wait for their turn with one whose turn it is.
pub async fn waiting(conn: &mut Conn, kind: &str, turn: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM jobs WHERE turn = $2 AND state = 'waiting' AND kind = $1";
    Ok(fetch_one!(conn, (i64,), sql, kind, turn)?.0)
}

/// How many jobs there are, by kind and state, for the metrics.
pub async fn counts(conn: &mut Conn) -> Result<Vec<JobCount>> {
    fetch_all!(
        conn,
        JobCount,
        "SELECT kind, state, COUNT(*) AS jobs, MIN(run_at) AS oldest_run_at FROM jobs
         GROUP BY kind, state ORDER BY kind, state"
    )
}

/// Jobs of a desk that were given up, newest first.
pub async fn failed(conn: &mut Conn, desk: DeskId, limit: u32) -> Result<Vec<FailedJob>> {
    let sql = "SELECT * FROM jobs WHERE desk_id = $1 AND state = 'failed' ORDER BY updated_at DESC, id DESC LIMIT $2";
    all(fetch_all!(conn, JobRow, sql, desk, limit)?)
}

/// Removes what is set aside in a place: somebody asked for it anew.
pub(crate) async fn clear_place(tx: &mut Tx, place: &str) -> Result<()> {
    execute!(tx, "DELETE FROM jobs WHERE state = 'failed' AND place = $1", place).map(drop)
}

/// Removes jobs given up before `before`; for the retention chore. What was set aside stays: it would come again.
pub async fn purge_failed(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM jobs WHERE state = 'failed' AND updated_at < $1 AND deaths < $2";
    execute!(tx, sql, before, DEATHS)
}

fn held(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Lost("the job")) }
}

/// Errors come from anywhere: PostgreSQL cannot hold NUL, and nobody reads 4,000 characters.
pub(crate) fn printable(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(4000).collect()
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: String,
    kind: String,
    desk_id: Option<String>,
    turn: Option<String>,
    payload: String,
    attempts: i64,
    deaths: i64,
    fence: i64,
    last_error: Option<String>,
    updated_at: i64,
}

impl TryFrom<JobRow> for Job {
    type Error = StoreError;
    fn try_from(row: JobRow) -> Result<Self> {
        let at = At::new("jobs", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse_some("desk_id", row.desk_id.as_deref())?,
            payload: at.json("payload", &row.payload)?,
            attempts: at.number("attempts", row.attempts)?,
            deaths: at.number("deaths", row.deaths.max(0))?,
            fence: row.fence,
            turn: row.turn,
            kind: row.kind,
        })
    }
}

impl TryFrom<JobRow> for FailedJob {
    type Error = StoreError;
    fn try_from(mut row: JobRow) -> Result<Self> {
        let error = row.last_error.take().unwrap_or_default();
        let failed_at = Timestamp(row.updated_at);
        Ok(Self { job: row.try_into()?, error, failed_at })
    }
}

#[cfg(test)]
mod tests;
