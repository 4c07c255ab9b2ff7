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
//! may pass (a busy database, an unreachable service) is tried again with growing pauses before it counts as final.

use std::{collections::BTreeMap, time::Duration};

use annex_billing::BillingError;
use annex_domain::{
    clock::Timestamp,
    crash::{At, When},
    ids::{DeskId, InstallationId},
    installation::{Installation, NotAllowed, Notice},
    random::error_id,
};
use annex_package::VerifiedPackage;
use annex_store::{
    StoreError, Tx, installations,
    sagas::{self, SagaState, StepState},
};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Lifecycle, LifecycleError, points::RECORD};

/// How long a worker holds a saga; it extends the lease at a third of that.
pub(crate) const LEASE: Duration = Duration::from_secs(15);
/// How often a passing failure is tried again before it is final.
pub(crate) const ATTEMPTS: u32 = 5;

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
            StoreError::Stale("the operation") => Self::Lost,
            // Somebody changed the row meanwhile: the step reads it again.
            StoreError::Stale(_) | StoreError::Busy(_) | StoreError::Database(_) => Self::Later(describe(&error)),
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

    /// What an earlier step answered; null when it did not happen.
    pub(crate) fn output(&self, step: &str) -> &Value {
        self.outputs.get(step).unwrap_or(&Value::Null)
    }

    /// A transaction that only commits while this worker holds the saga.
    pub(crate) async fn begin(&self) -> Result<Tx, StepError> {
        let mut tx = self.host.db.begin().await?;
        sagas::hold(&mut tx, &self.saga, LEASE, self.now()).await?;
        Ok(tx)
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
        sagas::save(&mut tx, &ended, now, now).await?;
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
    if host.crash.hit(S::KIND, RECORD, When::Before) != At::Go {
        return Err(LifecycleError::Conflict);
    }
    let params = serde_json::to_value(params).map_err(StoreError::from)?;
    let saga = sagas::begin(&mut tx, desk, S::KIND, installation, &params, LEASE, host.clock.now()).await?;
    tx.commit().await?;
    if host.crash.hit(S::KIND, RECORD, When::After) == At::Go {
        host.spawn(saga);
    }
    Ok(())
}

/// Executes a saga that this worker holds, as far as it gets.
pub(crate) async fn execute<S: Saga>(host: Lifecycle, saga: sagas::Saga) -> End {
    let (id, kind, installation) = (saga.id, S::KIND, saga.subject);
    let end = match load::<S>(host, saga).await {
        Ok((mut run, steps)) => run.advance(&steps).await,
        Err(error) => Err(error),
    };
    match end {
        Ok(end) => end,
        Err(StepError::Lost) => End::Lost,
        Err(StepError::Later(text) | StepError::Final { text, .. }) => {
            tracing::warn!(%id, kind, %installation, error = text, "the operation goes on when its lease ends");
            End::Later
        }
    }
}

type Recorded = BTreeMap<u32, StepState>;

async fn load<S: Saga>(host: Lifecycle, saga: sagas::Saga) -> Result<(Run<S>, Recorded), StepError> {
    let params = serde_json::from_value(saga.params.clone()).map_err(|error| StepError::Later(error.to_string()))?;
    let stored = sagas::steps(&mut host.db.read().await?, saga.id).await?;
    let recorded = stored.iter().map(|step| (step.position, step.state)).collect();
    let mut outputs = BTreeMap::new();
    for (step, position) in S::STEPS.iter().zip(0u32..) {
        let output = stored.iter().find(|stored| stored.position == position).and_then(|stored| stored.output.clone());
        outputs.insert(step.name, output.unwrap_or(Value::Null));
    }
    Ok((Run { host, params, package: None, outputs, saga, position: 0, ended: false }, recorded))
}

impl<S: Saga> Run<S> {
    async fn advance(&mut self, recorded: &Recorded) -> Result<End, StepError> {
        let mut recorded = recorded.clone();
        if self.saga.state == SagaState::Running {
            for (step, position) in S::STEPS.iter().zip(0u32..) {
                if recorded.get(&position) == Some(&StepState::Done) {
                    continue;
                }
                self.position = position;
                recorded.insert(position, StepState::Started);
                match self.forward(step).await {
                    Ok(()) if self.ended => return Ok(End::Over),
                    Ok(()) => {}
                    Err(Halt::Stopped) => return Ok(End::Stopped),
                    Err(Halt::Error(error)) => match self.failed(error).await? {
                        Some(end) => return Ok(end),
                        None => break,
                    },
                }
            }
        }
        self.unwind(&recorded).await
    }

    async fn forward(&mut self, step: &Step<S>) -> Result<(), Halt> {
        self.record(step.name, StepState::Started, None).await?;
        self.crash(step, When::Before)?;
        let mut output = self.alive(step.action).await?;
        if self.host.crash.repeats() && !self.ended {
            output = self.alive(step.action).await?;
        }
        match self.crash(step, When::After) {
            Err(Halt::Error(_)) if self.ended => {} // what has ended cannot fail any more
            other => other?,
        }
        if !self.ended {
            self.record(step.name, StepState::Done, Some(&output)).await?;
            self.outputs.insert(step.name, output);
            self.saga.attempts = 0;
        }
        Ok(())
    }

    /// Undoes what was started, last first.
    async fn unwind(&mut self, recorded: &Recorded) -> Result<End, StepError> {
        let steps: Vec<_> = S::STEPS.iter().zip(0u32..).collect();
        for (step, position) in steps.into_iter().rev() {
            if !matches!(recorded.get(&position), Some(StepState::Started | StepState::Done)) {
                continue;
            }
            self.position = position;
            match self.backward(step).await {
                Ok(()) => {}
                Err(Halt::Stopped) => return Ok(End::Stopped),
                Err(Halt::Error(error)) => return self.undo_failed(error).await,
            }
        }
        match S::undone(self, self.notice()).await {
            Ok(()) => Ok(End::Over),
            Err(error) => self.undo_failed(error).await,
        }
    }

    async fn backward(&mut self, step: &Step<S>) -> Result<(), Halt> {
        self.crash(step, When::UndoBefore)?;
        if let Some(undo) = step.undo {
            self.alive(undo).await?;
            if self.host.crash.repeats() {
                self.alive(undo).await?;
            }
        }
        self.crash(step, When::UndoAfter)?;
        Ok(self.record(step.name, StepState::Undone, None).await?)
    }

    /// Runs an action while a task beside it keeps extending the lease.
    async fn alive<T>(
        &mut self,
        action: for<'a> fn(&'a mut Self) -> BoxFuture<'a, Result<T, StepError>>,
    ) -> Result<T, StepError> {
        let (host, saga) = (self.host.clone(), self.saga.clone());
        // A task of its own: the action may hold the one writing connection of SQLite while it is not polled.
        let beat = AbortOnDrop(tokio::spawn(async move {
            loop {
                tokio::time::sleep(LEASE / 3).await;
                let extend = async {
                    let mut tx = host.db.begin().await?;
                    sagas::hold(&mut tx, &saga, LEASE, host.clock.now()).await?;
                    tx.commit().await
                };
                if let Err(error) = extend.await {
                    tracing::debug!(saga = %saga.id, %error, "the lease of an operation was not extended");
                }
            }
        }));
        let result = action(self).await;
        drop(beat);
        result
    }

    async fn record(&self, name: &str, state: StepState, output: Option<&Value>) -> Result<(), StepError> {
        let mut tx = self.begin().await?;
        sagas::save_step(&mut tx, &self.saga, self.position, name, state, output, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// A step failed: tried again later, or the saga turns around (`None`).
    async fn failed(&mut self, error: StepError) -> Result<Option<End>, StepError> {
        let (code, text) = match error {
            StepError::Lost => return Err(StepError::Lost),
            StepError::Later(text) if S::FORWARD_ONLY || self.saga.attempts < ATTEMPTS => {
                return self.postpone(&text).await.map(Some);
            }
            StepError::Later(text) => ("unavailable", text),
            StepError::Final { text, .. } if S::FORWARD_ONLY => return self.postpone(&text).await.map(Some),
            StepError::Final { code, text } => (code, text),
        };
        let notice = Notice { error_id: error_id(), code: code.into(), text };
        tracing::warn!(saga = %self.saga.id, kind = S::KIND, installation = %self.subject(), code, error_id = notice.error_id,
            error = notice.text, "an operation failed and is undone");
        self.saga.state = SagaState::Unwinding;
        self.saga.error = serde_json::to_value(&notice).ok();
        self.saga.attempts = 0;
        self.save(self.now().after(LEASE)).await?;
        Ok(None)
    }

    async fn undo_failed(&mut self, error: StepError) -> Result<End, StepError> {
        let text = match error {
            StepError::Lost => return Err(StepError::Lost),
            StepError::Later(text) if self.saga.attempts < ATTEMPTS => return self.postpone(&text).await,
            StepError::Later(text) | StepError::Final { text, .. } => text,
        };
        let first = self.notice();
        tracing::error!(saga = %self.saga.id, kind = S::KIND, installation = %self.subject(), error_id = first.error_id,
            error = text, "an operation could not be undone");
        S::stuck(self, Notice { text: format!("{}; and undoing it failed: {text}", first.text), ..first }).await?;
        Ok(End::Over)
    }

    /// Lets the lease end after a pause, so that a worker picks the saga up again.
    async fn postpone(&mut self, text: &str) -> Result<End, StepError> {
        self.saga.attempts += 1;
        let pause = Duration::from_secs(1 << self.saga.attempts.min(8));
        tracing::warn!(saga = %self.saga.id, kind = S::KIND, installation = %self.subject(), attempts = self.saga.attempts,
            error = text, "a step failed for now");
        self.save(self.now().after(pause)).await?;
        Ok(End::Later)
    }

    async fn save(&self, lease_until: Timestamp) -> Result<(), StepError> {
        let mut tx = self.host.db.begin().await?;
        sagas::save(&mut tx, &self.saga, lease_until, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Why the saga unwinds.
    fn notice(&self) -> Notice {
        let stored = self.saga.error.clone().and_then(|error| serde_json::from_value(error).ok());
        stored.unwrap_or_else(|| Notice {
            error_id: error_id(),
            code: "unknown".into(),
            text: "the operation did not go through".into(),
        })
    }

    fn crash(&self, step: &Step<S>, when: When) -> Result<(), Halt> {
        match self.host.crash.hit(S::KIND, step.name, when) {
            At::Go => Ok(()),
            At::Stop => Err(Halt::Stopped),
            At::Fail => Err(Halt::Error(StepError::last("injected", "a test made this step fail"))),
        }
    }
}

/// Why a step did not go through: an error, or a test that plays a crash.
enum Halt {
    Error(StepError),
    Stopped,
}

impl From<StepError> for Halt {
    fn from(error: StepError) -> Self {
        Self::Error(error)
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
