//! What shows to people where a job stands: a reply that a channel was to send, a mail, a report.

use annex_domain::{
    addon::{AddonId, Version},
    clock::Timestamp,
};

use super::Job;
use crate::{
    Result, StoreError, Tx,
    db::query::execute,
    mails::{self, MailState},
    messages, reports,
};

/// What the job was to do did not happen, and will not unless somebody asks for it.
pub(super) async fn set_aside(tx: &mut Tx, job: &Job, error: &str, now: Timestamp) -> Result<()> {
    if let Some((addon, version)) = checked(job) {
        return reports::fail(tx, &addon, &version, error, now).await;
    }
    let Some(desk) = job.desk else { return Ok(()) };
    let done = match job.kind.as_str() {
        messages::DELIVER => match job.names("message") {
            Some(message) => messages::abandon(tx, desk, message, error, now).await,
            None => Ok(()),
        },
        mails::SEND => match job.names("mail") {
            Some(mail) => mails::settle(tx, desk, mail, MailState::Failed, Some(error), now).await,
            None => Ok(()),
        },
        _ => Ok(()),
    };
    match done {
        // It was settled before, or is gone.
        Err(StoreError::Stale(_) | StoreError::NotFound(_)) => Ok(()),
        other => other,
    }
}

/// The job waits again, and so does what it is to do.
pub(super) async fn run_again(tx: &mut Tx, job: &Job, now: Timestamp) -> Result<()> {
    if let Some((addon, version)) = checked(job) {
        return reports::again(tx, &addon, &version).await;
    }
    let Some(desk) = job.desk else { return Ok(()) };
    match job.kind.as_str() {
        messages::DELIVER => {
            let sql = "UPDATE messages SET delivery = 'pending', delivery_job = NULL
                       WHERE desk_id = $1 AND id = $2 AND delivery IN ('failed', 'unclear')";
            execute!(tx, sql, desk, text(job, "message"))?;
        }
        mails::SEND => {
            let sql = "UPDATE mails SET state = 'waiting', error = NULL, updated_at = $3
                       WHERE desk_id = $1 AND id = $2 AND state = 'failed'";
            execute!(tx, sql, desk, text(job, "mail"), now)?;
        }
        _ => {}
    }
    Ok(())
}

/// The version whose package the job checks: no desk's.
fn checked(job: &Job) -> Option<(AddonId, Version)> {
    if job.kind == reports::CHECK { Some((job.names("addon")?, job.names("version")?)) } else { None }
}

fn text<'j>(job: &'j Job, name: &str) -> &'j str {
    job.payload.get(name).and_then(|id| id.as_str()).unwrap_or_default()
}

impl Job {
    /// The id under `name` in the payload.
    fn names<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        text(self, name).parse().ok()
    }
}
