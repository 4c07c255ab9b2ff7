//! Jobs that were given up or set aside, for the people who decide what becomes of them.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, JobId},
};

use super::{FailedJob, JobRow, concerned};
use crate::{
    StoreError,
    db::{
        Conn, Signal, Tx,
        query::{all, execute, fetch_all, fetch_optional},
    },
};

/// Jobs of a desk, and of the host itself, that were given up or set aside, newest first.
///
/// # Errors
/// When the database fails or a job is malformed.
pub async fn put_away(conn: &mut Conn, desk: DeskId, limit: u32) -> Result<Vec<FailedJob>, StoreError> {
    let sql = "SELECT * FROM jobs WHERE (desk_id = $1 OR desk_id IS NULL) AND state = 'failed'
               ORDER BY updated_at DESC, id DESC LIMIT $2";
    all(fetch_all!(conn, JobRow, sql, desk, limit)?)
}

/// Lets a job that was given up or set aside run again, as if for the first time.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in this desk.
pub async fn run_again(tx: &mut Tx, desk: DeskId, id: JobId, now: Timestamp) -> Result<FailedJob, StoreError> {
    let failed = failed_one(tx, desk, id).await?;
    execute!(
        tx,
        "UPDATE jobs SET state = 'waiting', attempts = 0, deaths = 0, run_at = $2, last_error = NULL, updated_at = $2,
            unique_key = CASE WHEN EXISTS (SELECT 1 FROM jobs AS other WHERE other.unique_key = jobs.place) THEN NULL
                ELSE place END
         WHERE id = $1",
        id,
        now
    )?;
    concerned::run_again(tx, &failed.job, now).await?;
    tx.signal(Signal::Jobs).await?;
    Ok(failed)
}

/// Removes a job that was given up or set aside: it will not be done.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in this desk.
pub async fn drop_failed(tx: &mut Tx, desk: DeskId, id: JobId) -> Result<FailedJob, StoreError> {
    let failed = failed_one(tx, desk, id).await?;
    execute!(tx, "DELETE FROM jobs WHERE id = $1 AND state = 'failed'", id)?;
    Ok(failed)
}

async fn failed_one(conn: &mut Conn, desk: DeskId, id: JobId) -> Result<FailedJob, StoreError> {
    let sql = "SELECT * FROM jobs WHERE id = $1 AND (desk_id = $2 OR desk_id IS NULL) AND state = 'failed'";
    fetch_optional!(conn, JobRow, sql, id, desk)?.ok_or(StoreError::NotFound("job"))?.try_into()
}
