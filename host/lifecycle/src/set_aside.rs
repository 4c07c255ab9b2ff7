//! Background work that waits for a person: jobs that were given up, and jobs and operations that stopped the host again
//! and again or that this version cannot carry on. By hand they are tried again or given up.

use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, InstallationId, JobId, SagaId},
    installation::Notice,
    operator::Actor,
    random::error_id,
};
use annex_store::{
    Db, StoreError, audit, installations, jobs,
    sagas::{self, SagaState},
};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, resume::forward_only};

/// Code of the notice of an operation that was given up by hand while it was being undone: it is left as it is.
pub(crate) const UNDO_GIVEN_UP: &str = "undoing-given-up";
/// The newest of them are enough to look at.
const MOST: u32 = 200;

/// What waits.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAside {
    /// Which one.
    pub work: Work,
    /// A job's or an operation's kind, such as `send-mail` or `install`.
    pub kind: String,
    /// The add-on whose operation it is, and its installation.
    pub addon: Option<(InstallationId, String)>,
    /// Why.
    pub error: String,
    /// How often it stopped the host.
    pub deaths: u32,
    /// Since when.
    pub at: Timestamp,
    /// False for an operation that never turns back: it can only be tried again.
    pub can_give_up: bool,
}

/// A job or an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A job.
    Job(JobId),
    /// An operation of an installation.
    Operation(SagaId),
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Job(id) => write!(f, "job-{id}"),
            Self::Operation(id) => write!(f, "operation-{id}"),
        }
    }
}

impl std::str::FromStr for Work {
    type Err = LifecycleError;
    fn from_str(text: &str) -> Result<Self, LifecycleError> {
        let none = LifecycleError::NotFound("work");
        match text.split_once('-') {
            Some(("job", id)) => id.parse().map(Self::Job).map_err(|_| none),
            Some(("operation", id)) => id.parse().map(Self::Operation).map_err(|_| none),
            _ => Err(none),
        }
    }
}

impl From<jobs::FailedJob> for SetAside {
    fn from(failed: jobs::FailedJob) -> Self {
        let jobs::FailedJob { job, error, failed_at } = failed;
        Self {
            work: Work::Job(job.id),
            kind: job.kind,
            addon: None,
            error,
            deaths: job.deaths,
            at: failed_at,
            can_give_up: true,
        }
    }
}

impl From<sagas::SetAside> for SetAside {
    fn from(found: sagas::SetAside) -> Self {
        let sagas::SetAside { saga, reason, at } = found;
        Self {
            work: Work::Operation(saga.id),
            can_give_up: !forward_only(&saga.kind),
            kind: saga.kind,
            addon: None,
            error: reason,
            deaths: saga.deaths,
            at,
        }
    }
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It runs again, as if nothing had happened.
    TryAgain,
    /// A job is not done; what an operation has done is undone. One that never turns back cannot be given up.
    GiveUp,
}

/// What waits for a person in a desk, and of the host's own work where there is no other desk; newest first. `None`: only the
/// host's own, for whoever runs it.
///
/// # Errors
/// When the database fails.
pub async fn set_aside(db: &Db, desk: Option<DeskId>) -> Result<Vec<SetAside>, StoreError> {
    let mut conn = db.read().await?;
    let mut all: Vec<SetAside> = jobs::put_away(&mut conn, desk, MOST).await?.into_iter().map(Into::into).collect();
    // Every operation is a desk's.
    let Some(desk) = desk else { return Ok(all) };
    for found in sagas::put_away(&mut conn, desk).await? {
        let installation = found.saga.subject;
        let addon = installations::get(&mut conn, desk, installation).await?;
        let addon = addon.map(|installed| (installation, installed.addon.to_string()));
        all.push(SetAside { addon, ..found.into() });
    }
    all.sort_by_key(|work| std::cmp::Reverse(work.at));
    Ok(all)
}

/// Writes down what becomes of it, with its audit row; a host that runs takes it up. `desk` as for [`set_aside`].
///
/// # Errors
/// [`LifecycleError::NotFound`] for what [`set_aside`] does not show to the same; [`LifecycleError::CannotGiveUp`] for an
/// operation that never turns back: it stays set aside.
pub async fn decide(
    db: &Db,
    desk: Option<DeskId>,
    work: Work,
    decision: Decision,
    by: Actor,
    now: Timestamp,
) -> Result<(), LifecycleError> {
    let mut tx = db.begin().await?;
    let found: SetAside = match (work, decision) {
        (Work::Job(id), Decision::TryAgain) => jobs::run_again(&mut tx, desk, id, now).await?.into(),
        (Work::Job(id), Decision::GiveUp) => jobs::drop_failed(&mut tx, desk, id).await?.into(),
        (Work::Operation(id), Decision::TryAgain) => {
            sagas::try_again(&mut tx, desk.ok_or(LifecycleError::NotFound("operation"))?, id, now).await?.into()
        }
        (Work::Operation(id), Decision::GiveUp) => {
            let desk = desk.ok_or(LifecycleError::NotFound("operation"))?;
            let found = sagas::get_set_aside(&mut tx, desk, id).await?;
            if forward_only(&found.saga.kind) {
                return Err(LifecycleError::CannotGiveUp);
            }
            sagas::turn_around(&mut tx, desk, id, &json!(given_up(&found)), now).await?.into()
        }
    };
    let action = match decision {
        Decision::TryAgain => Action::WorkTryAgain,
        Decision::GiveUp => Action::WorkGiveUp,
    };
    let detail = json!({ "kind": found.kind, "error": found.error });
    audit::append(&mut tx, desk, by, action, &work.to_string(), &detail, now).await?;
    Ok(tx.commit().await?)
}

impl Lifecycle {
    /// [`set_aside`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_aside(&self, desk: DeskId) -> Result<Vec<SetAside>, StoreError> {
        set_aside(&self.db, Some(desk)).await
    }

    /// [`decide`], and takes it up at once.
    ///
    /// # Errors
    /// As [`decide`].
    pub async fn decide(&self, desk: DeskId, work: Work, decision: Decision, by: Actor) -> Result<(), LifecycleError> {
        decide(&self.db, Some(desk), work, decision, by, self.clock.now()).await?;
        if let Work::Operation(_) = work {
            self.resume_due().await?;
        }
        Ok(())
    }
}

/// What the installation's page will say.
fn given_up(found: &sagas::SetAside) -> Notice {
    let code = if found.saga.state == SagaState::Unwinding { UNDO_GIVEN_UP } else { "given-up" };
    let text = format!("it was given up by hand: {}", found.reason);
    Notice { error_id: error_id(), code: code.into(), text }
}
