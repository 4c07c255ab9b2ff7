//! Runs sagas: linear, persisted, each step idempotent with an undo.
//!
//! ```text
//! record ──► step ──► step ──► last step, whose transaction also ends the saga        (done)
//!              │ fails for good
//!              ▼
//!            undo ◄── undo of what was started, last first; then `undone` ends it     (undone)
//! ```
//! Before an action its step is written as started, afterwards as done with its output. A worker holds a saga by a lease
//! that it keeps extending; whoever takes over raises the fence, and the former worker's next write fails. A failure that
//! may pass (a busy database, an unreachable service) is tried again with growing pauses before it counts as final. A step that
//! needs somebody's word sleeps until there is one ([`Run::wait`]). A saga that takes the process with it three times is set aside
//! ([`crate::set_aside`]), and so is one that this version cannot read.

mod engine;

use std::{collections::BTreeMap, time::Duration};

use annex_billing::BillingError;
use annex_domain::{
    clock::Timestamp,
    crash::{Verdict, When},
    ids::{DeskId, InstallationId},
    installation::{Installation, NotAllowed, Notice},
};
use annex_package::VerifiedPackage;
use annex_store::{
    StoreError, Tx, billing, installations,
    sagas::{self, SagaState, StepState},
};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Lifecycle, LifecycleError};

/// The transaction that starts every saga, as crash points name it.
pub(crate) const RECORD: &str = "record";
/// How long a worker holds a saga; it extends the lease at a third of that.
pub(crate) const LEASE: Duration = Duration::from_secs(15);
/// How often a passing failure is tried again before it is final.
pub(crate) const ATTEMPTS: u32 = 5;
/// Code of the notice of an operation that was given up by hand while it was being undone: it is left as it is.
pub(crate) const UNDO_GIVEN_UP: &str = "undoing-given-up";
/// Code of what another version of the host wrote, and this one cannot read.
const UNREADABLE: &str = "unreadable";

/// A kind of saga: its parameters, and the steps as functions.
pub(crate) trait Saga: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the log and in crash points.
    const KIND: &'static str;
    /// What happens, in order. The last step's action ends the saga itself, by [`Run::end`].
    const STEPS: &'static [Step<Self>];
    /// True when it never gives up and never turns back.
    const FORWARD_ONLY: bool = false;

    /// Everything is undone: writes that, and ends the saga by [`Run::end`] with [`SagaState::Undone`].
    fn undone<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>>;

    /// Undoing failed for good: writes that, and ends the saga by [`Run::end`] with [`SagaState::Stuck`].
    fn stuck<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>>;
}

pub(crate) type Action<S> = for<'a> fn(&'a mut Run<S>) -> BoxFuture<'a, Result<Value, StepError>>;
pub(crate) type Undo<S> = for<'a> fn(&'a mut Run<S>) -> BoxFuture<'a, Result<(), StepError>>;

/// A step.
pub(crate) struct Step<S: 'static> {
    pub(crate) name: &'static str,
    pub(crate) action: Action<S>,
    pub(crate) undo: Option<Undo<S>>,
}

/// Why a step did not happen.
#[derive(Debug)]
pub(crate) enum StepError {
    /// For good: the saga unwinds, and the operator reads the text.
    Final { code: &'static str, text: String },
    /// For now.
    Later(String),
    /// It waits for somebody, as [`Run::wait`] has written down.
    Waits,
    /// Another worker has taken over, or the operation was abandoned: stop at once, write nothing.
    Lost,
}

impl StepError {
    pub(crate) fn last(code: &'static str, text: impl Into<String>) -> Self {
        Self::Final { code, text: text.into() }
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Lost(_) => Self::Lost,
            // Somebody changed the row meanwhile: the step reads it again.
            error if error.may_pass() || matches!(error, StoreError::Stale(_)) => Self::Later(describe(&error)),
            other => Self::last(other.code(), describe(&other)),
        }
    }
}

impl From<BillingError> for StepError {
    fn from(error: BillingError) -> Self {
        match error {
            // A test plays a crash: nothing more is written.
            BillingError::Stopped(_) => Self::Lost,
            BillingError::Store(error) => error.into(),
            error if error.is_passing() => Self::Later(error.to_string()),
            error => Self::last(error.code(), error.to_string()),
        }
    }
}

impl From<NotAllowed> for StepError {
    fn from(error: NotAllowed) -> Self {
        Self::last("not-allowed", error.to_string())
    }
}

/// An error with its sources, for logs.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// How an attempt at a saga ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is over: done, undone or stuck.
    Over,
    /// It waits for a person.
    SetAside,
    /// It goes on later, by a worker.
    Later,
    /// Another worker has it.
    Lost,
    /// A test asked for it.
    Stopped,
}

/// A saga being executed.
pub(crate) struct Run<S> {
    pub(crate) host: Lifecycle,
    pub(crate) params: S,
    /// The package that an earlier step of this attempt has verified, to spare doing it again.
    pub(crate) package: Option<VerifiedPackage>,
    outputs: BTreeMap<&'static str, Value>,
    saga: sagas::Saga,
    position: u32,
    ended: bool,
}

impl<S: Saga> Run<S> {
    pub(crate) fn desk(&self) -> DeskId {
        self.saga.desk
    }

    pub(crate) fn subject(&self) -> InstallationId {
        self.saga.subject
    }

    pub(crate) fn id(&self) -> annex_domain::ids::SagaId {
        self.saga.id
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.host.clock.now()
    }

    /// How often the step that is under way has failed for now.
    pub(crate) fn attempts(&self) -> u32 {
        self.saga.attempts
    }

    /// What an earlier step answered; `None` when it did not happen, or had nothing to tell.
    pub(crate) fn output<T: DeserializeOwned>(&self, step: &str) -> Result<Option<T>, StepError> {
        let Some(output) = self.outputs.get(step).filter(|output| !output.is_null()) else { return Ok(None) };
        serde_json::from_value(output.clone()).map_err(|error| {
            StepError::last(UNREADABLE, format!("what the step `{step}` made cannot be read: {error}"))
        })
    }

    /// A transaction that only commits while this worker holds the saga.
    pub(crate) async fn begin(&self) -> Result<Tx, StepError> {
        let mut tx = self.host.db.begin().await?;
        sagas::hold(&mut tx, &self.saga, LEASE, self.now()).await?;
        Ok(tx)
    }

    /// As [`Self::begin`], for what concerns the desk's billing or users too. The desk's lock comes first, as everywhere: a
    /// forced uninstall holds it when it takes the saga away.
    pub(crate) async fn begin_locked(&self) -> Result<Tx, StepError> {
        let mut tx = self.host.db.begin().await?;
        billing::lock(&mut tx, self.desk()).await?;
        sagas::hold(&mut tx, &self.saga, LEASE, self.now()).await?;
        Ok(tx)
    }

    /// Commits, and lets the saga sleep until somebody wakes it ([`sagas::wake`]), or `until`: then the step that answers this is begun
    /// again. Neither is a failure.
    pub(crate) async fn wait(&self, mut tx: Tx, until: Timestamp) -> Result<StepError, StepError> {
        sagas::save(&mut tx, &self.saga, until, false, self.now()).await?;
        tx.commit().await?;
        Ok(StepError::Waits)
    }

    /// The installation as it is now.
    pub(crate) async fn installation(&self, tx: &mut Tx) -> Result<Installation, StepError> {
        installations::get(tx, self.desk(), self.subject())
            .await?
            .ok_or_else(|| StepError::last("not-found", "the installation is gone"))
    }

    /// Ends the saga in the transaction of its last step, and commits.
    pub(crate) async fn end(&mut self, mut tx: Tx, state: SagaState) -> Result<(), StepError> {
        let now = self.now();
        if state == SagaState::Done {
            let name = S::STEPS.get(self.position as usize).map_or("", |step| step.name);
            sagas::save_step(&mut tx, &self.saga, self.position, name, StepState::Done, None, now).await?;
        }
        let ended = sagas::Saga { state, ..self.saga.clone() };
        sagas::save(&mut tx, &ended, now, false, now).await?;
        tx.commit().await?;
        self.ended = true;
        Ok(())
    }
}

/// Records a saga in the transaction that changes the installation, commits, and sets it going in the background.
pub(crate) async fn start<S: Saga>(
    host: &Lifecycle,
    mut tx: Tx,
    desk: DeskId,
    installation: InstallationId,
    params: &S,
) -> Result<(), LifecycleError> {
    if host.crash.hit(S::KIND, RECORD, When::Before) != Verdict::Go {
        return Err(LifecycleError::Conflict);
    }
    let params = serde_json::to_value(params).map_err(StoreError::from)?;
    let saga = sagas::begin(&mut tx, desk, S::KIND, installation, &params, LEASE, host.clock.now()).await?;
    tx.commit().await?;
    if host.crash.hit(S::KIND, RECORD, When::After) == Verdict::Go {
        host.spawn(saga);
    }
    Ok(())
}

/// Executes a saga that this worker holds, as far as it gets. One that cannot be carried on by this version is set aside.
pub(crate) async fn execute<S: Saga>(host: Lifecycle, saga: sagas::Saga) -> End {
    let (id, kind, installation) = (saga.id, S::KIND, saga.subject);
    let end = match engine::load::<S>(host.clone(), saga.clone()).await {
        Ok((mut run, steps)) => run.advance(&steps).await,
        Err(StepError::Final { text, .. }) => return host.refuse(&saga, &text).await,
        Err(error) => Err(error),
    };
    match end {
        Ok(end) => end,
        Err(StepError::Lost) => End::Lost,
        Err(StepError::Waits) => End::Later,
        Err(StepError::Later(text) | StepError::Final { text, .. }) => {
            tracing::warn!(%id, kind, %installation, error = text, "the operation goes on when its lease ends");
            host.note_death(&saga, &text).await;
            End::Later
        }
    }
}
