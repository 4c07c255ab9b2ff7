//! The log of long operations: one row per saga with its lease and fencing token, one row per step with its output.
//!
//! A worker that executes a saga holds it by `(id, fence)`. Whoever takes over raises the fence, so every write of the
//! former worker fails with [`StoreError::Lost`]. There is at most one live saga for each installation.
//!
//! As with jobs, a lease that ends while a worker was at it counts as a death. After [`DEATHS`] without a step done
//! in between, the saga is set aside: it stays live, so that nothing else is done with its installation, but nobody takes
//! it up until a person says so ([`try_again`], [`turn_around`]). A forced uninstall takes it away too.
//!
//! Steps are known by their names; positions only give the order in which they were begun.

mod aside;
mod state;

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId, SagaId},
};
use serde_json::Value;

pub use self::{
    aside::{SetAside, aside_of, died, get_set_aside, let_go, put_away, set_aside, try_again, turn_around},
    state::{SagaState, StepState},
};
use crate::{
    Conn, Dialect, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    jobs::{DEATHS, printable},
};

/// A saga.
#[derive(Debug, Clone, PartialEq)]
pub struct Saga {
    /// Its id.
    pub id: SagaId,
    /// The desk.
    pub desk: DeskId,
    /// `install`, `update`, `uninstall`.
    pub kind: String,
    /// What it is about.
    pub subject: InstallationId,
    /// What was asked for.
    pub params: Value,
    /// Where it stands.
    pub state: SagaState,
    /// Why it unwinds.
    pub error: Option<Value>,
    /// How often the current step failed for a reason that may pass.
    pub attempts: u32,
    /// How often its worker was gone without a word since the last step that was done.
    pub deaths: u32,
    /// Proof of this claim.
    pub fence: i64,
}

/// What a claim came upon.
#[derive(Debug)]
pub enum Claimed {
    /// The caller holds it, and carries it on.
    ToDo(Saga),
    /// It died too often, and waits for a person from now on.
    SetAside(SetAside),
    /// It cannot be read: it is set aside, so that it does not block the others.
    Unreadable(StoreError),
}

/// A step of a saga.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// 0, 1, …
    pub position: u32,
    /// As in the code.
    pub name: String,
    /// Where it stands.
    pub state: StepState,
    /// What it made, for later steps and its undo.
    pub output: Option<Value>,
}

#[derive(sqlx::FromRow)]
struct SagaSql {
    id: String,
    desk_id: String,
    kind: String,
    subject: String,
    params: String,
    state: String,
    error: Option<String>,
    attempts: i64,
    deaths: i64,
    fence: i64,
    set_aside_at: Option<i64>,
    set_aside_reason: Option<String>,
}

impl TryFrom<SagaSql> for Saga {
    type Error = StoreError;
    fn try_from(row: SagaSql) -> Result<Self> {
        let at = At::new("sagas", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            subject: at.parse("subject", &row.subject)?,
            params: at.json("params", &row.params)?,
            state: at.parse("state", &row.state)?,
            error: row.error.as_deref().map(|error| at.json("error", error)).transpose()?,
            attempts: at.number("attempts", row.attempts)?,
            deaths: at.number("deaths", row.deaths.max(0))?,
            fence: row.fence,
            kind: row.kind,
        })
    }
}

#[derive(sqlx::FromRow)]
struct StepSql {
    position: i64,
    name: String,
    state: String,
    output: Option<String>,
}

impl TryFrom<StepSql> for Step {
    type Error = StoreError;
    fn try_from(row: StepSql) -> Result<Self> {
        let at = At::new("saga_steps", &row.name);
        Ok(Self {
            position: at.number("position", row.position)?,
            state: at.parse("state", &row.state)?,
            output: row.output.as_deref().map(|output| at.json("output", output)).transpose()?,
            name: row.name,
        })
    }
}

/// Records a new saga, held by the caller with fence 1 until `now + lease`.
///
/// # Errors
/// [`StoreError::Taken`] while another saga of this installation is live.
pub async fn begin(
    tx: &mut Tx,
    desk: DeskId,
    kind: &str,
    subject: InstallationId,
    params: &Value,
    lease: Duration,
    now: Timestamp,
) -> Result<Saga> {
    let id = SagaId::new();
    execute!(
        tx,
        "INSERT INTO sagas (id, desk_id, kind, subject, params, state, attempts, lease_until, fence, under_way,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'running', 0, $6, 1, 1, $7, $7)",
        id,
        desk,
        kind,
        subject,
        params.to_string(),
        now.after(lease),
        now
    )
    .map_err(|error| error.on("sagas_subject_key", "the add-on's turn"))?;
    Ok(Saga {
        id,
        desk,
        kind: kind.to_owned(),
        subject,
        params: params.clone(),
        state: SagaState::Running,
        error: None,
        attempts: 0,
        deaths: 0,
        fence: 1,
    })
}

/// Extends the lease, and so makes sure that the caller still holds the saga, in a transaction with what it writes.
///
/// # Errors
/// [`StoreError::Lost`] when another worker has taken over, or the saga has ended.
pub async fn hold(tx: &mut Tx, saga: &Saga, lease: Duration, now: Timestamp) -> Result<()> {
    let affected = execute!(
        tx,
        "UPDATE sagas SET lease_until = $3, updated_at = $4 WHERE id = $1 AND fence = $2 AND state IN ('running', 'unwinding')",
        saga.id,
        saga.fence,
        now.after(lease),
        now
    )?;
    held(affected)
}

/// Writes where the saga stands. The lease ends at `lease_until`. `goes_on`: the worker stays at it; otherwise it waits, and
/// is picked up again then.
///
/// # Errors
/// As [`hold`].
pub async fn save(tx: &mut Tx, saga: &Saga, lease_until: Timestamp, goes_on: bool, now: Timestamp) -> Result<()> {
    let error = saga.error.as_ref().map(Value::to_string);
    let saved = execute!(
        tx,
        "UPDATE sagas SET state = $3, error = $4, attempts = $5, lease_until = $6, under_way = $8, updated_at = $7
         WHERE id = $1 AND fence = $2 AND state IN ('running', 'unwinding')",
        saga.id,
        saga.fence,
        saga.state.as_str(),
        error,
        saga.attempts,
        lease_until,
        now,
        goes_on
    )?;
    held(saved)
}

fn held(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Lost("the operation")) }
}

/// Writes where a step stands; call [`hold`] in the same transaction. A step that is done wipes the deaths before it.
pub async fn save_step(
    tx: &mut Tx,
    saga: &Saga,
    position: u32,
    name: &str,
    state: StepState,
    output: Option<&Value>,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO saga_steps (saga_id, position, name, state, output, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (saga_id, name) DO UPDATE SET state = excluded.state, position = excluded.position,
             output = COALESCE(excluded.output, saga_steps.output), updated_at = excluded.updated_at",
        saga.id,
        position,
        name,
        state.as_str(),
        output.map(Value::to_string),
        now
    )?;
    if matches!(state, StepState::Done | StepState::Undone) {
        execute!(tx, "UPDATE sagas SET deaths = 0, set_aside_reason = NULL WHERE id = $1", saga.id)?;
    }
    Ok(())
}

/// The steps that were started, in order.
pub async fn steps(conn: &mut Conn, saga: SagaId) -> Result<Vec<Step>> {
    all(fetch_all!(
        conn,
        StepSql,
        "SELECT position, name, state, output FROM saga_steps WHERE saga_id = $1 ORDER BY position, name",
        saga
    )?)
}

/// Takes over the live saga whose lease ended first, if there is one; those of a desk that is suspended wait. One that died too
/// often is set aside instead, so that the caller can say so in the same transaction. Commit whatever it is.
pub async fn claim(tx: &mut Tx, now: Timestamp, lease: Duration) -> Result<Option<Claimed>> {
    let sql = claim_sql(tx.dialect());
    let Some(row) = fetch_optional!(tx, SagaSql, sql, now, now.after(lease))? else { return Ok(None) };
    let (id, last) = (row.id.clone(), row.set_aside_reason.clone());
    let (reason, claimed) = match Saga::try_from(row) {
        Ok(saga) if saga.deaths < DEATHS => return Ok(Some(Claimed::ToDo(saga))),
        Ok(saga) => {
            let reason = aside::dead(&saga, last);
            (reason.clone(), Claimed::SetAside(SetAside { saga, reason, at: now }))
        }
        Err(error) => (error.to_string(), Claimed::Unreadable(error)),
    };
    tracing::error!(saga = id, reason, "an operation is set aside");
    let sql = "UPDATE sagas SET set_aside_at = $2, set_aside_reason = $3, under_way = 0 WHERE id = $1";
    execute!(tx, sql, &id, now, printable(&reason))?;
    Ok(Some(claimed))
}

fn claim_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "UPDATE sagas SET fence = fence + 1, lease_until = $2, deaths = deaths + under_way, under_way = 1,
                updated_at = $1
             WHERE id = (SELECT id FROM sagas WHERE state IN ('running', 'unwinding') AND lease_until <= $1
                 AND set_aside_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM desks WHERE desks.id = sagas.desk_id AND desks.status <> 'active')
                 ORDER BY lease_until, id LIMIT 1)
             RETURNING *"
        }
        Dialect::Postgres => {
            "UPDATE sagas SET fence = fence + 1, lease_until = $2, deaths = deaths + under_way, under_way = 1,
                updated_at = $1
             WHERE id = (SELECT id FROM sagas WHERE state IN ('running', 'unwinding') AND lease_until <= $1
                 AND set_aside_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM desks WHERE desks.id = sagas.desk_id AND desks.status <> 'active')
                 ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING *"
        }
    }
}

/// Holds a saga that goes forward until the transaction ends, whoever's it is, and lets it be picked up at `now` where it waits for
/// something. False: it has ended, turned around, or is set aside.
pub async fn wake(tx: &mut Tx, id: SagaId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE sagas SET lease_until = CASE WHEN under_way = 0 THEN $2 ELSE lease_until END, updated_at = $2
               WHERE id = $1 AND state = 'running' AND set_aside_at IS NULL";
    Ok(execute!(tx, sql, id, now)? == 1)
}

/// Ends the leases of all live sagas: at the start of the only node there is, whose predecessor is gone for certain.
pub async fn end_leases(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, "UPDATE sagas SET lease_until = $1 WHERE state IN ('running', 'unwinding') AND lease_until > $1", now)
}

/// The live saga of an installation.
pub async fn live(conn: &mut Conn, desk: DeskId, subject: InstallationId) -> Result<Option<Saga>> {
    fetch_optional!(
        conn,
        SagaSql,
        "SELECT * FROM sagas
         WHERE desk_id = $1 AND subject = $2 AND state IN ('running', 'unwinding')",
        desk,
        subject
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// The newest saga of a kind of an installation, live or ended; ended ones are kept for a while only.
pub async fn last_of(conn: &mut Conn, desk: DeskId, subject: InstallationId, kind: &str) -> Result<Option<Saga>> {
    fetch_optional!(
        conn,
        SagaSql,
        "SELECT * FROM sagas
         WHERE desk_id = $1 AND subject = $2 AND kind = $3 ORDER BY created_at DESC, id DESC LIMIT 1",
        desk,
        subject,
        kind
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// Takes the live saga of an installation out of the way and fences its worker off: for a forced uninstall.
pub async fn abandon(tx: &mut Tx, desk: DeskId, subject: InstallationId, now: Timestamp) -> Result<bool> {
    let abandoned = execute!(
        tx,
        "UPDATE sagas SET state = 'abandoned', fence = fence + 1, updated_at = $3
         WHERE desk_id = $1 AND subject = $2 AND state IN ('running', 'unwinding')",
        desk,
        subject,
        now
    )?;
    Ok(abandoned > 0)
}

/// How many sagas wait for their lease to end, run, or are stuck: for the metrics and the readiness page.
pub async fn counts(conn: &mut Conn) -> Result<Vec<(String, u64)>> {
    let rows = fetch_all!(conn, (String, i64), "SELECT state, COUNT(*) FROM sagas GROUP BY state ORDER BY state")?;
    Ok(rows.into_iter().map(|(state, count)| (state, count.unsigned_abs())).collect())
}

/// Removes sagas that ended before `before`.
pub async fn purge_ended(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM sagas WHERE state NOT IN ('running', 'unwinding') AND updated_at < $1", before)
}

#[cfg(test)]
mod tests;
