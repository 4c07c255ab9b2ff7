//! What belongs to one call: its scope, budget, limits, log and meter. Lives in the wasmtime store, dies with it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use annex_domain::{
    capability::{Access, Grant},
    clock::Clock,
    manifest::Manifest,
    ports::{AddonData, Scope},
};
use wasmtime::{ResourceLimiter, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::{
    config::Limits,
    egress::Egress,
    log_capture::{LogCapture, Source},
    report::{HostCall, Outcome},
};

/// What all calls share.
pub(crate) struct Services {
    pub(crate) data: Arc<dyn AddonData>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) egress: Egress,
    pub(crate) limits: Limits,
}

/// The data of a store.
pub(crate) struct State {
    pub(crate) caller: Caller,
    pub(crate) limiter: Limiter,
    table: ResourceTable,
    /// Made at the first use: most calls never touch WASI, and its random generators are not free.
    wasi: Option<WasiCtx>,
}

/// What host interfaces work with: who calls, what is in force, and what it costs.
pub(crate) struct Caller {
    pub(crate) services: Arc<Services>,
    pub(crate) scope: Scope,
    pub(crate) manifest: Arc<Manifest>,
    /// What the manifest declares and the desk granted.
    pub(crate) in_force: Grant,
    pub(crate) log: LogCapture,
    pub(crate) meter: Meter,
    pub(crate) budget: Arc<Budget>,
    /// Host names in force, once a request or a view needed them.
    pub(crate) hosts: Option<Arc<Vec<String>>>,
}

impl State {
    pub(crate) fn new(
        services: Arc<Services>,
        manifest: Arc<Manifest>,
        scope: Scope,
        grant: &Grant,
        own: Duration,
    ) -> Self {
        let limits = services.limits;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        let caller = Caller {
            in_force: grant.within(&manifest.capabilities),
            log: LogCapture::new(&limits, Arc::clone(&services.clock)),
            meter: Meter::default(),
            budget: Arc::new(Budget::new(own, limits.deadlines.waiting)),
            hosts: None,
            services,
            scope,
            manifest,
        };
        let limiter = Limiter { limits, memory: 0, peak: 0, tables: 0, refused_memory: false };
        Self { caller, limiter, table, wasi: None }
    }
}

impl Caller {
    /// The text of a `denied` error, when `access` is not in force.
    pub(crate) fn denied(&self, access: Access) -> Option<String> {
        let declared = self.manifest.capabilities.iter().any(|capability| capability.access == access);
        match (declared, self.in_force.allows(access)) {
            (_, true) => None,
            (true, false) => Some(format!("the desk did not grant `{access}`")),
            (false, false) => Some(format!("the manifest does not declare `{access}`")),
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| empty_wasi(&self.caller.log));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

/// No files, sockets, environment or arguments; output goes to the log.
fn empty_wasi(log: &LogCapture) -> WasiCtx {
    WasiCtx::builder()
        .stdout(log.writer(Source::Stdout))
        .stderr(log.writer(Source::Stderr))
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .max_random_size(64 << 10)
        .build()
}

/// The calls of host interfaces. The list is bounded: a component that calls in a loop must not fill memory.
#[derive(Default)]
pub(crate) struct Meter {
    pub(crate) calls: Vec<HostCall>,
    pub(crate) count: u32,
}

impl Meter {
    const KEPT: usize = 100;
    const DETAIL: usize = 200;

    pub(crate) fn record(&mut self, name: &'static str, detail: &str, wall: Duration, outcome: Outcome) {
        metrics::histogram!("annex_addon_host_call_seconds", "call" => name).record(wall.as_secs_f64());
        self.count = self.count.saturating_add(1);
        if self.calls.len() < Self::KEPT {
            let detail = detail.chars().filter(|c| !c.is_control()).take(Self::DETAIL).collect();
            self.calls.push(HostCall { name, detail, wall, outcome });
        }
    }
}

/// The time of a call. What it waits for the host is added to its own time, up to a limit: a slow service or database
/// is not the component's fault.
pub(crate) struct Budget {
    started: Instant,
    own: Duration,
    most_waiting: Duration,
    /// Nanoseconds of waits that ended.
    waited: AtomicU64,
    /// Nanoseconds from the start to when the present wait began; 0 when there is none.
    waiting_since: AtomicU64,
}

impl Budget {
    pub(crate) fn new(own: Duration, most_waiting: Duration) -> Self {
        Self { started: Instant::now(), own, most_waiting, waited: AtomicU64::new(0), waiting_since: AtomicU64::new(0) }
    }

    /// Since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn elapsed_nanos(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// What is left; zero when the time is over.
    pub(crate) fn left(&self) -> Duration {
        let elapsed = self.elapsed_nanos();
        let present = match self.waiting_since.load(Ordering::Acquire) {
            0 => 0,
            since => elapsed.saturating_sub(since),
        };
        let waited = Duration::from_nanos(self.waited.load(Ordering::Acquire).saturating_add(present));
        (self.own + waited.min(self.most_waiting)).saturating_sub(Duration::from_nanos(elapsed))
    }

    /// Ends when the time is over, however often it is extended meanwhile.
    pub(crate) async fn over(&self) {
        loop {
            let left = self.left();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }

    /// Time is not the component's until the answer is dropped.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.waiting_since.store(self.elapsed_nanos().max(1), Ordering::Release);
        Waiting(Arc::clone(self))
    }
}

/// See [`Budget::wait`].
pub(crate) struct Waiting(Arc<Budget>);

impl Drop for Waiting {
    fn drop(&mut self) {
        let since = self.0.waiting_since.swap(0, Ordering::AcqRel);
        self.0.waited.fetch_add(self.0.elapsed_nanos().saturating_sub(since), Ordering::AcqRel);
    }
}

/// Memories, tables and instances of a store.
pub(crate) struct Limiter {
    limits: Limits,
    memory: usize,
    pub(crate) peak: usize,
    tables: usize,
    /// A growth was refused: the trap that follows is about memory.
    pub(crate) refused_memory: bool,
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.memory.saturating_sub(current).saturating_add(desired);
        if total > self.limits.memory {
            self.refused_memory = true;
            return Ok(false);
        }
        if maximum.is_none_or(|maximum| desired <= maximum) {
            self.memory = total;
            self.peak = self.peak.max(total);
        }
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.tables.saturating_sub(current).saturating_add(desired);
        if total > self.limits.table_elements {
            return Ok(false);
        }
        if maximum.is_none_or(|maximum| desired <= maximum) {
            self.tables = total;
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.tables
    }

    fn memories(&self) -> usize {
        self.limits.memories
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_count_together() {
        let limits = Limits::default();
        let mut limiter = Limiter { limits, memory: 0, peak: 0, tables: 0, refused_memory: false };
        assert!(limiter.memory_growing(0, 40 << 20, None).unwrap());
        assert!(!limiter.memory_growing(0, 40 << 20, None).unwrap());
        assert!(limiter.refused_memory);
        assert!(limiter.memory_growing(0, 24 << 20, None).unwrap());
        assert_eq!(limiter.peak, 64 << 20);
    }

    #[test]
    fn waiting_is_not_charged_up_to_a_limit() {
        let budget = Arc::new(Budget::new(Duration::ZERO, Duration::from_secs(3600)));
        assert!(budget.left().is_zero());
        let budget = Arc::new(Budget::new(Duration::from_secs(3600), Duration::ZERO));
        let waiting = budget.wait();
        assert!(budget.left() < Duration::from_secs(3600));
        drop(waiting);
        assert_eq!(budget.waiting_since.load(Ordering::Acquire), 0);
    }
}
