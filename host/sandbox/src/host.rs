//! What components can ask of the host: one file per interface of the newest WIT package, in the types of the domain; the modules
//! of the versions (`bindings`) speak them to components. Every function checks the
//! capability first and answers the typed error when it is missing, counts and times the call, gives the store a
//! deadline, and turns a panic of the host into an error of this one call.

pub(crate) mod contacts;
mod files;
pub(crate) mod http;
mod kv;
mod mail;
mod operators;
mod schedule;
pub(crate) mod settings;
pub(crate) mod tickets;

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use annex_domain::{capability::Access, permission::Permission, ports::RecordError};
use futures::FutureExt as _;

use crate::{report::Outcome, state::Caller};

/// How long the store may take for one answer.
const STORE_DEADLINE: Duration = Duration::from_secs(5);

/// A port's error, or a capability that is missing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("{0}")]
    Denied(String),
    #[error("{0}")]
    Record(#[from] RecordError),
}

/// What a component is answered, unless the host fails.
pub(crate) type Answer<T> = wasmtime::Result<Result<T, Refused>>;

/// A panic in a host function: the host's defect, not the component's.
#[derive(Debug, thiserror::Error)]
#[error("the host failed in `{0}`")]
pub(crate) struct HostPanic(pub(crate) &'static str);

impl Caller {
    /// Runs `work`, a host function called `name`, and records it. The time does not count as the component's.
    async fn host_call<T>(
        &mut self,
        name: &'static str,
        detail: &str,
        work: impl AsyncFnOnce(&mut Self) -> T,
        outcome: impl FnOnce(&T) -> Outcome,
    ) -> wasmtime::Result<T> {
        let (answer, wall) = self.timed(name, work).await?;
        self.meter.record(name, detail, wall, outcome(&answer));
        Ok(answer)
    }

    /// The same without the record; answers how long it took.
    async fn timed<T>(
        &mut self,
        name: &'static str,
        work: impl AsyncFnOnce(&mut Self) -> T,
    ) -> wasmtime::Result<(T, Duration)> {
        let started = Instant::now();
        let Some(answer) = self.outside(work).await else {
            tracing::error!(call = %self.scope.call, addon = %self.scope.addon, name, "a host function panicked");
            return Err(HostPanic(name).into());
        };
        Ok((answer, started.elapsed()))
    }

    /// [`Self::host_call`], unless `check` refuses it. The refusal costs the component's own time and no change of thread: one
    /// that goes on calling in a loop ends at its deadline, and keeps nobody busy but itself.
    async fn checked_call<C, T, E: std::fmt::Display>(
        &mut self,
        name: &'static str,
        detail: &str,
        check: impl FnOnce(&mut Self) -> Result<C, E>,
        work: impl AsyncFnOnce(&mut Self, C) -> Result<T, E>,
    ) -> wasmtime::Result<Result<T, E>> {
        match check(self) {
            Ok(checked) => {
                self.host_call(name, detail, async |state: &mut Self| work(state, checked).await, outcome).await
            }
            Err(refused) => {
                let refused = Err(refused);
                self.meter.refused(name, detail, outcome(&refused));
                Ok(refused)
            }
        }
    }

    /// The capability first, then what the operator may do for whom the call is made.
    fn check_access(&mut self, access: Access, needed: Permission) -> Result<(), Refused> {
        match self.denied_for(access, needed) {
            Some(text) => Err(Refused::Denied(text)),
            None => Ok(()),
        }
    }

    /// A write of `bytes` to records by the host function `name`.
    fn may_write(&mut self, name: &'static str, bytes: usize) -> Result<(), RecordError> {
        self.writes.record(&self.services.limits, name, bytes)
    }

    /// Does `work` where the call was made, holding no permit, in time that is not the component's. `None`: it panicked.
    pub(crate) async fn outside<T>(&mut self, work: impl AsyncFnOnce(&mut Self) -> T) -> Option<T> {
        let switch = Arc::clone(&self.switch);
        switch.leave().await;
        let waiting = self.budget.wait();
        let result = AssertUnwindSafe(work(self)).catch_unwind().await;
        drop(waiting);
        switch.come_back().await;
        result.ok()
    }
}

/// The answer of the store, or `late` after [`STORE_DEADLINE`].
async fn in_time<T, E>(work: impl Future<Output = Result<T, E>>, late: E) -> Result<T, E> {
    tokio::time::timeout(STORE_DEADLINE, work).await.unwrap_or(Err(late))
}

/// How many are asked for: 1 to `most`.
fn page_size(limit: u32, most: u32) -> u32 {
    limit.clamp(1, most)
}

fn outcome<T, E: std::fmt::Display>(result: &Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Outcome::Ok(String::new()),
        Err(error) => Outcome::Error(error.to_string()),
    }
}
