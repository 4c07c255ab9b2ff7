//! Jobs that were given up or set aside, for the people who decide what becomes of them.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, JobId},
};

use super::{FailedJob, JobRow, concerned};
use crate::{
    Result, StoreError,
    db::{
        Conn, Signal, Tx,
        query::{all, execute, fetch_all, fetch_optional},
    },
};

/// The jobs that were given up or set aside and that a desk, `$1`, decides about, or the command line where it is NULL: the
/// one place that says so. The host's own concern every desk, so a desk decides about them only while there is no other.
macro_rules! decided_by {
    ($rest:literal) => {
        concat!(
            "SELECT * FROM jobs WHERE state = 'failed' AND (desk_id = $1
                OR (desk_id IS NULL AND ($1 IS NULL OR (SELECT COUNT(*) FROM desks) = 1))) ",
            $rest
        )
    };
}

/// Jobs that were given up or set aside, newest first: of a desk, and the host's own where it is the only desk. `None`: the
/// host's own, for whoever runs it.
pub async fn put_away(conn: &mut Conn, desk: Option<DeskId>, limit: u32) -> Result<Vec<FailedJob>> {
    let sql = decided_by!("ORDER BY updated_at DESC, id DESC LIMIT $2");
    all(fetch_all!(conn, JobRow, sql, desk, limit)?)
}

/// Lets a job that was given up or set aside run again, as if for the first time.
///
/// # Errors
/// [`StoreError::NotFound`] when it is none of those that [`put_away`] shows to the same.
pub async fn run_again(tx: &mut Tx, desk: Option<DeskId>, id: JobId, now: Timestamp) -> Result<FailedJob> {
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
/// As [`run_again`].
pub async fn drop_failed(tx: &mut Tx, desk: Option<DeskId>, id: JobId) -> Result<FailedJob> {
    let failed = failed_one(tx, desk, id).await?;
    execute!(tx, "DELETE FROM jobs WHERE id = $1 AND state = 'failed'", id)?;
    Ok(failed)
}

async fn failed_one(conn: &mut Conn, desk: Option<DeskId>, id: JobId) -> Result<FailedJob> {
    fetch_optional!(conn, JobRow, decided_by!("AND id = $2"), desk, id)?.ok_or(StoreError::NotFound("job"))?.try_into()
}
