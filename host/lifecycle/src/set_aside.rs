//! Background work that waits for a person: jobs that were given up, and jobs and operations that stopped the host again
//! and again or that this version cannot carry on. By hand they are tried again or given up.

use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, InstallationId, JobId, SagaId},
    installation::Notice,
    mail::MailFacts,
    operator::Actor,
    permission::Permission,
    random::error_id,
};
use annex_store::{
    Db, StoreError, Tx, audit, installations,
    jobs::{self, DEATHS, Job},
    mails::{self, NewMail},
    messages, operators,
    sagas::{self, Saga, SagaState},
};
use serde_json::json;

use crate::{
    Lifecycle, LifecycleError,
    cancel::Cancel,
    events::ADDON_EVENT,
    letters,
    saga::{Saga as _, UNDO_GIVEN_UP},
    schedules::ADDON_SCHEDULE,
    uninstall::Uninstall,
};

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

/// Tells everybody who manages the desk that an operation waits for them; once each time that it is set aside.
pub(crate) async fn tell_of_operation(tx: &mut Tx, saga: &Saga, now: Timestamp) -> Result<(), StoreError> {
    let Some(installation) = installations::get(tx, saga.desk, saga.subject).await? else { return Ok(()) };
    let facts = MailFacts::SetAside {
        addon: Some(letters::addon(tx, &installation).await?),
        work: saga.kind.clone(),
        anchor: Work::Operation(saga.id).to_string(),
        deaths: fatal(saga.deaths),
        can_give_up: !forward_only(&saga.kind),
    };
    put_to_deciders(tx, saga.desk, &format!("set-aside:{}:{}", saga.id, saga.fence), &facts, now).await
}

/// Tells everybody who manages the desk that a job failed for good, unless that shows elsewhere; once for each job. Of the
/// host's own work only the log tells.
pub(crate) async fn tell_of_job(tx: &mut Tx, job: &Job, now: Timestamp) -> Result<(), StoreError> {
    let Some(desk) = job.desk.filter(|_| !shows_elsewhere(job)) else { return Ok(()) };
    let facts = MailFacts::SetAside {
        addon: None,
        work: job.kind.clone(),
        anchor: Work::Job(job.id).to_string(),
        deaths: fatal(job.deaths),
        can_give_up: true,
    };
    put_to_deciders(tx, desk, &format!("set-aside:job:{}", job.id), &facts, now).await
}

fn shows_elsewhere(job: &Job) -> bool {
    match job.kind.as_str() {
        // In the outbox, and a mail about it may fail as well; in the ticket.
        mails::SEND | messages::DELIVER => true,
        // In the health and the log of the add-on, and there may be one for each event while its service is away.
        ADDON_EVENT | ADDON_SCHEDULE => job.deaths < DEATHS,
        _ => false,
    }
}

/// Fewer deaths are not why something waits.
fn fatal(deaths: u32) -> u32 {
    if deaths < DEATHS { 0 } else { deaths }
}

/// Writes a mail to everybody who manages the desk; once to each for each `key`.
async fn put_to_deciders(
    tx: &mut Tx,
    desk: DeskId,
    key: &str,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    for listed in operators::list(tx, desk).await? {
        let one = listed.operator;
        if one.active && one.permissions.has(Permission::DeskManage) {
            let (operator, unique_key) = (Some(one.id), format!("{key}:{}", one.id));
            let mail = NewMail { desk, operator, to: one.email, kind: facts.kind(), args: facts.args(), unique_key };
            mails::put(tx, &mail, now).await?;
        }
    }
    Ok(())
}

/// True when an operation never turns back.
fn forward_only(kind: &str) -> bool {
    [(Cancel::KIND, Cancel::FORWARD_ONLY), (Uninstall::KIND, Uninstall::FORWARD_ONLY)]
        .iter()
        .any(|(known, forward_only)| *known == kind && *forward_only)
}
