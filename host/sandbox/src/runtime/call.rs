//! One call, from a free slot to a report.

use std::{sync::Arc, time::Duration};

use annex_domain::{clock::Timestamp, ids::CallId, permission::Permission, ui::Fault};
use wasmtime::{Engine, Store, UpdateDeadline};

use super::{Sandbox, classify::classify, hook};
use crate::{
    admit::Admitted,
    bindings::{Function, Guest, Linked},
    budget::Budget,
    config::Deadlines,
    error::{CallError, EgressError},
    gate::Pace,
    guest_threads::{Switch, Turn},
    lent::Lent,
    report::{CallScope, Finished, Report},
    state::{Caller, State},
    traffic::Requests,
};

/// How long a call waits for a slot: while somebody waits for its answer, and when nobody does.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(30));
/// Background calls get this many times the fuel.
const BACKGROUND_FUEL: u64 = 5;

/// A call that is about to be made.
pub(super) struct Call<'a> {
    sandbox: &'a Sandbox,
    addon: &'a Admitted,
    scope: CallScope,
    pace: Pace,
    lent: Lent,
}

impl Sandbox {
    pub(super) fn call<'a>(&'a self, addon: &'a Admitted, scope: CallScope, pace: Pace) -> Call<'a> {
        Call { sandbox: self, addon, scope, pace, lent: Lent::default() }
    }
}

impl Call<'_> {
    /// Lends files to it.
    pub(super) fn lending(self, lent: Lent) -> Self {
        Self { lent, ..self }
    }

    /// Calls `function`; `check` turns its answer into the host's type, given the host names in force.
    pub(super) async fn invoke<F: Function, T: Send + 'static>(
        self,
        function: F,
        check: impl FnOnce(F::Answer, &[String]) -> Result<T, CallError> + Send + 'static,
    ) -> Finished<T> {
        let addon = metrics::SharedString::from_shared(self.addon.shared_name());
        let finished = self.run(function, check).await;
        let outcome = finished.result.as_ref().map_or_else(CallError::code, |_| "ok");
        metrics::counter!("annex_addon_calls_total", "addon" => addon.clone(), "call" => F::NAME, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("annex_addon_call_seconds", "addon" => addon, "call" => F::NAME)
            .record(finished.report.wall.as_secs_f64());
        finished
    }

    /// As [`Self::invoke`], for hooks, which languages do not have: those succeed without a call.
    pub(super) async fn invoke_hook(self, function: impl Function<Answer = Result<(), String>>) -> Finished<()> {
        if self.addon.manifest().kind == annex_domain::addon::Kind::Language {
            let report = Report::empty(self.scope.scope.call, self.sandbox.inner.services.clock.now());
            return Finished { result: Ok(()), report };
        }
        self.invoke(function, |answer, _| hook(answer)).await
    }

    async fn run<F: Function, T: Send + 'static>(
        self,
        function: F,
        check: impl FnOnce(F::Answer, &[String]) -> Result<T, CallError> + Send + 'static,
    ) -> Finished<T> {
        let inner = &self.sandbox.inner;
        let started = inner.services.clock.now();
        let (call, pace) = (self.scope.scope.call, self.pace);
        let failed = |error: CallError| Finished { result: Err(error), report: Report::empty(call, started) };
        let unavailable = |text: String| failed(CallError::Unavailable(text));
        let turn = Turn { desk: self.scope.scope.desk, installation: self.scope.scope.installation, pace };
        let place = match inner.slots.enter(turn.desk, turn.installation, pace, patience(pace)).await {
            Ok(place) => place,
            Err(_) if pace == Pace::Interactive => return failed(CallError::Busy),
            // Nobody waits: whoever asked tries again later.
            Err(_) => return unavailable(CallError::Busy.to_string()),
        };
        let linked = match inner.admission.linked(self.addon).await {
            Ok(linked) => linked,
            Err(text) => return unavailable(text),
        };
        let (budget, switch) = (budget(&inner.services.limits.deadlines, pace), Arc::<Switch>::default());
        let (services, manifest) = (Arc::clone(&inner.services), self.addon.shared_manifest());
        let (scope, lent, own) = (self.scope, self.lent, (Arc::clone(&budget), Arc::clone(&switch)));
        // In a box from the start: it is some kilobytes, which would be copied by each future around it.
        let work = Box::pin(async move {
            // Made where it is used and taken down: its memory does not pass from processor to processor.
            let state = State::new(services, manifest, scope, lent, own);
            let (finished, store) = match limited(linked.pre.engine(), state, pace) {
                Ok((store, fuel)) => {
                    let (finished, store) = finish((store, fuel), started, &linked, function, check).await;
                    (finished, Some(store))
                }
                Err(error) => {
                    let result = Err(CallError::Unavailable(format!("{error:#}")));
                    (Finished { result, report: Report::empty(call, started) }, None)
                }
            };
            // Nobody waits for what is taken down after the answer: the place last, which stands for the store's memory.
            (finished, (store, place))
        });
        let finished = inner.threads.run(turn, &budget, &switch, work).await;
        finished.unwrap_or_else(|| unavailable("the host failed".into()))
    }
}

fn patience(pace: Pace) -> Duration {
    match pace {
        Pace::Interactive => PATIENCE.0,
        Pace::Background => PATIENCE.1,
    }
}

/// The time of a call.
pub(super) fn budget(deadlines: &Deadlines, pace: Pace) -> Arc<Budget> {
    let own = match pace {
        Pace::Interactive => deadlines.interactive,
        Pace::Background => deadlines.background,
    };
    Arc::new(Budget::new(own, deadlines.waiting))
}

/// All that is done in turn but making its store and taking that down: the call itself, checking its answer.
async fn finish<F: Function, T>(
    (mut store, fuel): (Store<State>, u64),
    started: Timestamp,
    linked: &Linked,
    function: F,
    check: impl FnOnce(F::Answer, &[String]) -> Result<T, CallError>,
) -> (Finished<T>, Store<State>) {
    let budget = Arc::clone(&store.data().caller.budget);
    let answer = tokio::select! {
        biased;
        answer = function.call(linked.exports, Guest { store: &mut store, pre: &linked.pre }) => Ok(answer),
        () = budget.over() => Err(CallError::Deadline),
    };
    let result = match answer {
        Ok(Ok(answer)) => check_with_hosts(&mut store, answer, check).await,
        Ok(Err(error)) => Err(classify(&error, store.data().limiter.refused_memory)),
        Err(deadline) => Err(deadline),
    };
    let result = result.map_err(|error| for_the_operator(error.cleaned(), store.data().caller.overreached));
    let left = store.get_fuel().unwrap_or_default();
    let report = Report::of(store.data_mut(), started, fuel.saturating_sub(left));
    (Finished { result, report }, store)
}

/// A store with its limits; answers its fuel as well.
pub(super) fn limited(engine: &Engine, state: State, pace: Pace) -> wasmtime::Result<(Store<State>, u64)> {
    let limits = state.caller.services.limits;
    let fuel = match pace {
        Pace::Interactive => limits.fuel,
        Pace::Background => limits.fuel.saturating_mul(BACKGROUND_FUEL),
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_fuel(fuel)?;
    store.set_hostcall_fuel(limits.hostcall_bytes);
    store.set_max_component_handles(limits.handles);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| Ok(at_tick(&store.data().caller)));
    Ok((store, fuel))
}

/// What somebody may not do is no failure of the add-on, however it takes the refusal: it counts as no trap, and they are
/// told in their language.
fn for_the_operator(error: CallError, overreached: Option<Permission>) -> CallError {
    match (error, overreached) {
        (CallError::Fault(Fault::Denied(_) | Fault::Internal(_)) | CallError::Trap { .. }, Some(needed)) => {
            CallError::NotPermitted(needed)
        }
        (error, _) => error,
    }
}

/// At each tick a component that still has time makes way for others.
fn at_tick(caller: &Caller) -> UpdateDeadline {
    if caller.budget.left().is_zero() {
        return UpdateDeadline::Interrupt;
    }
    let switch = Arc::clone(&caller.switch);
    UpdateDeadline::YieldCustom(1, Box::pin(async move { switch.tick().await }))
}

/// Links and pictures of an answer are held against the host names in force.
async fn check_with_hosts<R, T>(
    store: &mut Store<State>,
    answer: R,
    check: impl FnOnce(R, &[String]) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let caller = &mut store.data_mut().caller;
    let resolved = if caller.hosts_need_settings() {
        let failed = || Err(EgressError::Unreachable("the host failed".into()));
        caller.outside(async |caller| caller.resolve_hosts().await).await.unwrap_or_else(failed)
    } else {
        caller.resolve_hosts().await
    };
    if let Err(error) = resolved {
        return Err(CallError::Unavailable(error.to_string()));
    }
    check(answer, caller.hosts.as_deref().map_or(&[], Vec::as_slice))
}

impl Report {
    pub(crate) fn empty(call: CallId, started: Timestamp) -> Self {
        Self {
            call,
            started,
            wall: Duration::ZERO,
            fuel: 0,
            peak_memory: 0,
            host_calls: Vec::new(),
            host_call_count: 0,
            requests: Requests::default(),
            logs: Vec::new(),
            logs_dropped: 0,
        }
    }

    fn of(state: &mut State, started: Timestamp, fuel: u64) -> Self {
        let State { caller, limiter, .. } = state;
        let (logs, logs_dropped) = caller.log.finish();
        Self {
            call: caller.scope.call,
            started,
            wall: caller.budget.elapsed(),
            fuel,
            peak_memory: limiter.peak as u64,
            host_calls: std::mem::take(&mut caller.meter.calls),
            host_call_count: caller.meter.count,
            requests: caller.traffic.seen(),
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
        self.requests = self.requests.joined(other.requests);
        self.logs.extend(other.logs);
        self.logs_dropped += other.logs_dropped;
        self
    }
}
