//! Whose turn it is: claiming a job of a lane, and setting aside what died too often.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::clock::Timestamp;
use serde_json::Value;

use super::{DEATHS, Job, JobRow, concerned, give_up};
use crate::{
    db::{
        Conn, Db, Dialect, Tx,
        query::{execute, fetch_optional},
    },
    error::{Result, StoreError},
};

/// Some of the kinds of jobs.
#[derive(Debug, Clone, Copy)]
pub enum Kinds<'a> {
    /// These.
    Only(&'a [&'a str]),
    /// All but these.
    Except(&'a [&'a str]),
}

/// What a worker takes jobs from, see [`claim_in`].
#[derive(Debug, Clone, Copy)]
pub struct Lane<'a> {
    /// Of these kinds.
    pub kinds: Kinds<'a>,
    /// Jobs of one turn that run at once.
    pub of_one: u32,
    /// Turns that come after all others.
    pub served: &'a BTreeSet<String>,
}

/// What a claim came upon.
#[derive(Debug)]
pub enum Claimed {
    /// The caller holds it, and runs it.
    ToDo(Job),
    /// It died too often, and waits for a person from now on.
    SetAside(Job),
    /// It cannot be read: it is given up, so that it does not block the others.
    Unreadable(StoreError),
}

/// [`claim_in`] for any job, in a transaction of its own; what died too often is set aside on the way.
pub async fn claim(db: &Db, now: Timestamp, lease: Duration) -> Result<Option<Job>> {
    let all = Lane { kinds: Kinds::Except(&[]), of_one: u32::MAX, served: &BTreeSet::new() };
    loop {
        let mut tx = db.begin().await?;
        let Some(claimed) = claim_in(&mut tx, now, lease, all).await? else { return Ok(None) };
        tx.commit().await?;
        match claimed {
            Claimed::ToDo(job) => return Ok(Some(job)),
            Claimed::SetAside(_) => {}
            Claimed::Unreadable(error) => return Err(error),
        }
    }
}

/// True when a job of a lane is due, whosever turn it is. Most looks find nothing: those need not write.
pub async fn any_due(conn: &mut Conn, now: Timestamp, lane: Lane<'_>) -> Result<bool> {
    let ((kinds, named), sql) = (lane.asked(), due_sql(conn.dialect()));
    Ok(fetch_optional!(conn, (i64,), sql, now, &kinds, named)?.is_some())
}

/// Claims the job of a lane whose turn it is, if one is due, until `now + lease`. A job whose worker let its lease end is
/// due again, or set aside, so that the caller can say so in the same transaction. Commit whatever it is. The unique key is
/// free from here on, so that a change during the run enqueues another run.
pub async fn claim_in(tx: &mut Tx, now: Timestamp, lease: Duration, lane: Lane<'_>) -> Result<Option<Claimed>> {
    let ((kinds, named), served) = (lane.asked(), serde_json::to_string(lane.served)?);
    let (until, of_one, sql) = (now.after(lease), i64::from(lane.of_one), claim_sql(tx.dialect()));
    let claimed = fetch_optional!(tx, JobRow, sql, now, until, &kinds, named, of_one, &served)?;
    let Some(row) = claimed else { return Ok(None) };
    let (id, last_error) = (row.id.clone(), row.last_error.clone());
    Ok(Some(match Job::try_from(row) {
        Ok(job) if job.deaths < DEATHS => Claimed::ToDo(job),
        Ok(job) => {
            set_aside(tx, &job, last_error, now).await?;
            Claimed::SetAside(job)
        }
        Err(error) => {
            let sql = "UPDATE jobs SET state = 'failed', last_error = $2, leased_until = NULL WHERE id = $1";
            execute!(tx, sql, &id, error.to_string())?;
            Claimed::Unreadable(error)
        }
    }))
}

impl Lane<'_> {
    /// Kinds in JSON, and whether they are those that it has (1) or those that it has not (0).
    fn asked(&self) -> (String, i64) {
        match self.kinds {
            Kinds::Only(kinds) => (Value::from(kinds).to_string(), 1),
            Kinds::Except(kinds) => (Value::from(kinds).to_string(), 0),
        }
    }
}

/// Of a desk that is suspended only its bill goes on, and its mails.
fn due_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT 1 FROM jobs AS job WHERE ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1))
                AND CASE WHEN kind IN (SELECT value FROM json_each($2)) THEN 1 ELSE 0 END = $3
                AND (job.kind IN ('bill-desk', 'renewal-paid', 'send-mail') OR NOT EXISTS (SELECT 1 FROM desks
                    WHERE desks.id = job.desk_id AND desks.status <> 'active')) LIMIT 1"
        }
        Dialect::Postgres => {
            "SELECT 1::bigint FROM jobs AS job
             WHERE ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1))
                AND CASE WHEN kind IN (SELECT json_array_elements_text($2::json)) THEN 1::bigint ELSE 0 END = $3
                AND (job.kind IN ('bill-desk', 'renewal-paid', 'send-mail') OR NOT EXISTS (SELECT 1 FROM desks
                    WHERE desks.id = job.desk_id AND desks.status <> 'active')) LIMIT 1"
        }
    }
}

/// Of the jobs that are due in a lane, whose turn has not enough of them running: first those that were not served in this
/// round, among them the one that has waited longest. A lease that ended counts as a death; what died runs beside nothing
/// else that did.
fn claim_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, fence = fence + 1, leased_until = $2,
                deaths = deaths + CASE WHEN state = 'running' THEN 1 ELSE 0 END, unique_key = NULL, updated_at = $1
             WHERE id = (SELECT id FROM jobs AS job
                WHERE ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1
                    AND NOT EXISTS (SELECT 1 FROM jobs AS other
                        WHERE other.state = 'running' AND other.leased_until > $1 AND other.deaths > 0)))
                AND CASE WHEN kind IN (SELECT value FROM json_each($3)) THEN 1 ELSE 0 END = $4
                AND (job.kind IN ('bill-desk', 'renewal-paid', 'send-mail') OR NOT EXISTS (SELECT 1 FROM desks
                    WHERE desks.id = job.desk_id AND desks.status <> 'active'))
                AND (turn IS NULL OR $5 > (SELECT COUNT(*) FROM jobs WHERE state = 'running' AND leased_until > $1
                    AND turn = job.turn AND CASE WHEN kind IN (SELECT value FROM json_each($3)) THEN 1 ELSE 0 END = $4))
                ORDER BY CASE WHEN turn IN (SELECT value FROM json_each($6)) THEN 1 ELSE 0 END, run_at, id LIMIT 1)
             RETURNING *"
        }
        Dialect::Postgres => {
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, fence = fence + 1, leased_until = $2,
                deaths = deaths + CASE WHEN state = 'running' THEN 1 ELSE 0 END, unique_key = NULL, updated_at = $1
             WHERE id = (SELECT id FROM jobs AS job
                WHERE ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1
                    AND NOT EXISTS (SELECT 1 FROM jobs AS other
                        WHERE other.state = 'running' AND other.leased_until > $1 AND other.deaths > 0)))
                AND CASE WHEN kind IN (SELECT json_array_elements_text($3::json)) THEN 1::bigint ELSE 0 END = $4
                AND (job.kind IN ('bill-desk', 'renewal-paid', 'send-mail') OR NOT EXISTS (SELECT 1 FROM desks
                    WHERE desks.id = job.desk_id AND desks.status <> 'active'))
                AND (turn IS NULL OR $5 > (SELECT COUNT(*) FROM jobs WHERE state = 'running' AND leased_until > $1
                    AND turn = job.turn
                    AND CASE WHEN kind IN (SELECT json_array_elements_text($3::json)) THEN 1::bigint ELSE 0 END = $4))
                ORDER BY CASE WHEN turn IN (SELECT json_array_elements_text($6::json)) THEN 1 ELSE 0 END, run_at, id LIMIT 1
                FOR UPDATE SKIP LOCKED)
             RETURNING *"
        }
    }
}

/// Takes a job that died too often out of the way, and says so where people wait for what it was to do.
async fn set_aside(tx: &mut Tx, job: &Job, last: Option<String>, now: Timestamp) -> Result<()> {
    let mut error = format!("the host stopped {} times while it was at this", job.deaths);
    if let Some(last) = last {
        error = format!("{error}; before that: {last}");
    }
    tracing::error!(job = %job.id, kind = job.kind, deaths = job.deaths, error, "a job is set aside");
    // What waits in the same place would do the same.
    let sql = "DELETE FROM jobs WHERE state = 'waiting' AND place = (SELECT place FROM jobs WHERE id = $1)";
    execute!(tx, sql, job.id)?;
    give_up(tx, job, &error, now).await?;
    concerned::set_aside(tx, job, &error, now).await
}
