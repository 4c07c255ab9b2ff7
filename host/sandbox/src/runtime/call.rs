//! One call, from a free slot to a report.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use annex_domain::{clock::Timestamp, ids::CallId, manifest::Manifest};
use tokio::sync::SemaphorePermit;
use wasmtime::{Store, UpdateDeadline, component::ComponentExportIndex};

use super::{Inner, Sandbox, classify::classify, life};
use crate::{
    Admitted,
    bindings::v0_1::{Exports, LifeExports, Linked, Signature},
    error::CallError,
    report::{CallScope, Finished, Report},
    state::{Budget, State},
};

/// How long a call waits for a slot.
const SLOT_DEADLINE: Duration = Duration::from_secs(5);
/// Background calls get this many times the fuel.
const BACKGROUND_FUEL: u64 = 5;

/// Whether somebody waits for the answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    Interactive,
    Background,
}

/// A call that is about to be made.
pub(super) struct Call<'a, S> {
    name: &'static str,
    sandbox: &'a Sandbox,
    addon: &'a Admitted,
    scope: CallScope,
    pace: Pace,
    signature: PhantomData<S>,
}

impl Sandbox {
    pub(super) fn call<'a, S: Signature>(
        &'a self,
        name: &'static str,
        addon: &'a Admitted,
        scope: CallScope,
        pace: Pace,
    ) -> Call<'a, S> {
        Call { name, sandbox: self, addon, scope, pace, signature: PhantomData }
    }
}

impl<S: Signature> Call<'_, S> {
    /// Calls the function at `index`; `check` turns its answer into the host's type, given the host names in force.
    pub(super) async fn invoke<T>(
        self,
        index: impl FnOnce(&Exports) -> Option<ComponentExportIndex>,
        params: S::Params,
        check: impl FnOnce(S::Return, &[String]) -> Result<T, CallError>,
    ) -> Finished<T> {
        let (name, addon) = (self.name, metrics::SharedString::from_shared(self.addon.shared_name()));
        let finished = self.run(index, params, check).await;
        let outcome = finished.result.as_ref().map_or_else(CallError::code, |_| "ok");
        metrics::counter!("annex_addon_calls_total", "addon" => addon.clone(), "call" => name, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("annex_addon_call_seconds", "addon" => addon, "call" => name)
            .record(finished.report.wall.as_secs_f64());
        finished
    }

    /// As [`Self::invoke`], for functions that languages do not have: those succeed without a call.
    pub(super) async fn invoke_hook<T: Default>(
        self,
        index: impl FnOnce(LifeExports) -> ComponentExportIndex,
        params: S::Params,
        check: impl FnOnce(S::Return, &[String]) -> Result<T, CallError>,
    ) -> Finished<T> {
        if self.addon.manifest().kind == annex_domain::addon::Kind::Language {
            let report = Report::empty(self.scope.scope.call, self.sandbox.inner.services.clock.now());
            return Finished { result: Ok(T::default()), report };
        }
        self.invoke(|exports| life(exports).map(index), params, check).await
    }

    async fn run<T>(
        self,
        index: impl FnOnce(&Exports) -> Option<ComponentExportIndex>,
        params: S::Params,
        check: impl FnOnce(S::Return, &[String]) -> Result<T, CallError>,
    ) -> Finished<T> {
        let inner = &self.sandbox.inner;
        let started = inner.services.clock.now();
        let call = self.scope.scope.call;
        let unavailable =
            |text: String| Finished { result: Err(CallError::Unavailable(text)), report: Report::empty(call, started) };
        let linked = match inner.linked(self.addon).await {
            Ok(linked) => linked,
            Err(text) => return unavailable(text),
        };
        let Some(index) = index(&linked.exports) else {
            return unavailable(format!("a {} has no `{}`", self.addon.manifest().kind, self.name));
        };
        let Some(_slot) = inner.slot().await else {
            return unavailable("too many calls at once".into());
        };
        let (mut store, fuel) = match self.sandbox.store(self.addon.shared_manifest(), self.scope, self.pace) {
            Ok(made) => made,
            Err(error) => return unavailable(format!("{error:#}")),
        };
        let budget = Arc::clone(&store.data().caller.budget);
        let answer = tokio::select! {
            biased;
            answer = enter::<S>(&mut store, &linked, index, params) => Ok(answer),
            () = budget.over() => Err(CallError::Deadline),
        };
        let result = match answer {
            Ok(Ok(answer)) => check_with_hosts(&mut store, answer, check).await,
            Ok(Err(error)) => Err(classify(&error, store.data().limiter.refused_memory)),
            Err(deadline) => Err(deadline),
        };
        let left = store.get_fuel().unwrap_or_default();
        Finished { result, report: Report::of(store.into_data(), started, fuel.saturating_sub(left)) }
    }
}

impl Sandbox {
    /// A store with its limits; answers its fuel as well.
    pub(super) fn store(
        &self,
        manifest: Arc<Manifest>,
        scope: CallScope,
        pace: Pace,
    ) -> wasmtime::Result<(Store<State>, u64)> {
        let limits = &self.inner.services.limits;
        let (own, fuel) = match pace {
            Pace::Interactive => (limits.deadlines.interactive, limits.fuel),
            Pace::Background => (limits.deadlines.background, limits.fuel.saturating_mul(BACKGROUND_FUEL)),
        };
        let services = Arc::clone(&self.inner.services);
        let state = State::new(services, manifest, scope.scope, &scope.grant, own);
        let budget = Arc::clone(&state.caller.budget);
        let mut store = Store::new(&self.inner.engine, state);
        store.limiter(|state| &mut state.limiter);
        store.set_fuel(fuel)?;
        store.set_hostcall_fuel(limits.hostcall_bytes);
        store.set_max_component_handles(limits.handles);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| Ok(at_tick(&budget)));
        Ok((store, fuel))
    }
}

impl Inner {
    /// A place among the calls that run at once; none when there was none in time.
    async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(slot) = self.slots.try_acquire() {
            return Some(slot);
        }
        tokio::time::timeout(SLOT_DEADLINE, self.slots.acquire()).await.ok()?.ok()
    }
}

/// At each tick a component that still has time lets others run first: it must not hold a thread of the server.
fn at_tick(budget: &Budget) -> UpdateDeadline {
    if budget.left().is_zero() {
        UpdateDeadline::Interrupt
    } else {
        UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now()))
    }
}

async fn enter<S: Signature>(
    store: &mut Store<State>,
    linked: &Linked,
    index: ComponentExportIndex,
    params: S::Params,
) -> wasmtime::Result<S::Return> {
    let instance = linked.pre.instantiate_async(&mut *store).await?;
    let function = instance.get_typed_func::<S::Params, S::Return>(&mut *store, &index)?;
    function.call_async(&mut *store, params).await
}

/// Links and pictures of an answer are held against the host names in force.
async fn check_with_hosts<R, T>(
    store: &mut Store<State>,
    answer: R,
    check: impl FnOnce(R, &[String]) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let caller = &mut store.data_mut().caller;
    if let Err(error) = caller.resolve_hosts().await {
        return Err(CallError::Unavailable(error.to_string()));
    }
    check(answer, caller.hosts.as_deref().map_or(&[], Vec::as_slice))
}

impl Report {
    fn empty(call: CallId, started: Timestamp) -> Self {
        Self {
            call,
            started,
            wall: Duration::ZERO,
            fuel: 0,
            peak_memory: 0,
            host_calls: Vec::new(),
            host_call_count: 0,
            logs: Vec::new(),
            logs_dropped: 0,
        }
    }

    fn of(state: State, started: Timestamp, fuel: u64) -> Self {
        let State { caller, limiter, .. } = state;
        let (logs, logs_dropped) = caller.log.finish();
        Self {
            call: caller.scope.call,
            started,
            wall: caller.budget.elapsed(),
            fuel,
            peak_memory: limiter.peak as u64,
            host_calls: caller.meter.calls,
            host_call_count: caller.meter.count,
            logs,
            logs_dropped,
        }
    }

    /// One report of two calls that belong together.
    pub(super) fn joined(mut self, other: Self) -> Self {
        self.wall += other.wall;
        self.fuel += other.fuel;
        self.peak_memory = self.peak_memory.max(other.peak_memory);
        self.host_calls.extend(other.host_calls);
        self.host_call_count += other.host_call_count;
        self.logs.extend(other.logs);
        self.logs_dropped += other.logs_dropped;
        self
    }
}
