//! Carries a saga out: forward step by step, or back, with a record before and after each.

use std::{collections::BTreeMap, time::Duration};

use annex_domain::{
    clock::Timestamp,
    crash::{Verdict, When},
    installation::Notice,
    random::error_id,
};
use annex_store::sagas::{self, SagaState, StepState};
use futures::future::BoxFuture;
use serde_json::Value;

use super::{ATTEMPTS, End, LEASE, Run, Saga, Step, StepError, UNDO_GIVEN_UP, UNREADABLE};
use crate::Lifecycle;

/// The steps that were begun, by name: an upgrade may have added or moved some meanwhile.
pub(super) type Recorded = BTreeMap<&'static str, StepState>;

/// Finds what was done so far. Final: this version cannot carry it on.
pub(super) async fn load<S: Saga>(host: Lifecycle, saga: sagas::Saga) -> Result<(Run<S>, Recorded), StepError> {
    let params = serde_json::from_value(saga.params.clone()).map_err(|error| {
        StepError::last(UNREADABLE, format!("this version of the host cannot read what was asked for: {error}"))
    })?;
    let (mut recorded, mut outputs) = (BTreeMap::new(), BTreeMap::new());
    for stored in sagas::steps(&mut host.db.read().await?, saga.id).await? {
        let Some(step) = S::STEPS.iter().find(|step| step.name == stored.name) else {
            let text = format!("this version of the host does not know the step `{}` of `{}`", stored.name, S::KIND);
            return Err(StepError::last("unknown-step", text));
        };
        recorded.insert(step.name, stored.state);
        if let Some(output) = stored.output {
            outputs.insert(step.name, output);
        }
    }
    Ok((Run { host, params, package: None, outputs, saga, position: 0, ended: false }, recorded))
}

impl<S: Saga> Run<S> {
    pub(super) async fn advance(&mut self, recorded: &Recorded) -> Result<End, StepError> {
        let mut recorded = recorded.clone();
        if self.saga.state == SagaState::Running {
            for (step, position) in S::STEPS.iter().zip(0u32..) {
                if recorded.get(step.name) == Some(&StepState::Done) {
                    continue;
                }
                self.position = position;
                recorded.insert(step.name, StepState::Started);
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
        match self.notice() {
            notice if notice.code == UNDO_GIVEN_UP => self.leave_as_it_is(notice).await,
            _ => self.unwind(&recorded).await,
        }
    }

    /// A person decided that what is done is not undone.
    async fn leave_as_it_is(&mut self, notice: Notice) -> Result<End, StepError> {
        S::stuck(self, notice).await?;
        Ok(End::Over)
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
            if !matches!(recorded.get(step.name), Some(StepState::Started | StepState::Done)) {
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
            StepError::Waits => return Ok(Some(End::Later)),
            StepError::Later(text) if S::FORWARD_ONLY || self.saga.attempts < ATTEMPTS => {
                return self.postpone(&text).await.map(Some);
            }
            StepError::Later(text) => ("unavailable", text),
            // No later try reads it either.
            StepError::Final { code: UNREADABLE, text } if S::FORWARD_ONLY => {
                return Ok(Some(self.host.refuse(&self.saga, &text).await));
            }
            StepError::Final { text, .. } if S::FORWARD_ONLY => return self.postpone(&text).await.map(Some),
            StepError::Final { code, text } => (code, text),
        };
        let notice = Notice { error_id: error_id(), code: code.into(), text };
        tracing::warn!(saga = %self.saga.id, kind = S::KIND, installation = %self.subject(), code, error_id = notice.error_id,
            error = notice.text, "an operation failed and is undone");
        self.saga.state = SagaState::Unwinding;
        self.saga.error = serde_json::to_value(&notice).ok();
        self.saga.attempts = 0;
        self.save(self.now().after(LEASE), true).await?;
        Ok(None)
    }

    async fn undo_failed(&mut self, error: StepError) -> Result<End, StepError> {
        let text = match error {
            error @ (StepError::Lost | StepError::Waits) => return Err(error),
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
        self.save(self.now().after(pause), false).await?;
        Ok(End::Later)
    }

    async fn save(&self, lease_until: Timestamp, goes_on: bool) -> Result<(), StepError> {
        let mut tx = self.host.db.begin().await?;
        sagas::save(&mut tx, &self.saga, lease_until, goes_on, self.now()).await?;
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
            Verdict::Go => Ok(()),
            Verdict::Stop => Err(Halt::Stopped),
            Verdict::Fail => Err(Halt::Error(StepError::last("injected", "a test made this step fail"))),
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
