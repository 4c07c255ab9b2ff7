//! What belongs to one call: its scope, budget, limits, log and meter. Lives in the wasmtime store, dies with it.

use std::{sync::Arc, time::Duration};

use annex_domain::{
    capability::{Access, Grant},
    clock::Clock,
    manifest::Manifest,
    permission::Permission,
    ports::{AddonData, Scope},
};
use wasmtime::{ResourceLimiter, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::{
    budget::Budget,
    clocks::{SinceStart, TimeOfDay},
    config::Limits,
    egress::Egress,
    guest_threads::Switch,
    lent::Lent,
    log_capture::{LogCapture, Source},
    report::{CallScope, HostCall, Outcome},
    traffic::Traffic,
    writes::Writes,
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
    /// What the add-on tried for an operator who may not do it themselves.
    pub(crate) overreached: Option<Permission>,
    pub(crate) log: LogCapture,
    pub(crate) meter: Meter,
    pub(crate) budget: Arc<Budget>,
    /// Tells the threads of guests why it pauses.
    pub(crate) switch: Arc<Switch>,
    pub(crate) traffic: Traffic,
    pub(crate) writes: Writes,
    /// Host names in force, once a request or a view needed them.
    pub(crate) hosts: Option<Arc<Vec<String>>>,
    pub(crate) lent: Lent,
}

impl State {
    pub(crate) fn new(
        services: Arc<Services>,
        manifest: Arc<Manifest>,
        CallScope { scope, grant }: CallScope,
        lent: Lent,
        (budget, switch): (Arc<Budget>, Arc<Switch>),
    ) -> Self {
        let limits = services.limits;
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        let caller = Caller {
            in_force: grant.within(&manifest.capabilities),
            overreached: None,
            log: LogCapture::new(&limits, Arc::clone(&services.clock)),
            meter: Meter::default(),
            budget,
            switch,
            traffic: Traffic::default(),
            writes: Writes::default(),
            hosts: None,
            lent,
            services,
            scope,
            manifest,
        };
        let limiter = Limiter { limits, memory: 0, peak: 0, tables: 0, refused_memory: false };
        Self { caller, limiter, table, wasi: None }
    }
}

impl Caller {
    /// The text of a `denied` error, when `access` is not in force, or `needed` is a permission that the operator has not for
    /// whom this call is made. Without one (events, hooks, channels) the add-on acts for itself.
    pub(crate) fn denied_for(&mut self, access: Access, needed: Permission) -> Option<String> {
        if let Some(text) = self.denied(access) {
            return Some(text);
        }
        let acts_for = self.scope.acts_for.as_ref()?;
        if acts_for.permissions.has(needed) {
            return None;
        }
        self.overreached = Some(needed);
        Some(needed.refusal().to_owned())
    }

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
        let ctx = self.wasi.get_or_insert_with(|| empty_wasi(&self.caller));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

/// No files, sockets, environment or arguments; output goes to the log, and clocks are coarse.
fn empty_wasi(Caller { log, services, .. }: &Caller) -> WasiCtx {
    WasiCtx::builder()
        .monotonic_clock(SinceStart::new())
        .wall_clock(TimeOfDay(Arc::clone(&services.clock)))
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

    /// One that was done, well or not.
    pub(crate) fn record(&mut self, name: &'static str, detail: &str, wall: Duration, outcome: Outcome) {
        metrics::histogram!("annex_addon_host_call_seconds", "call" => name).record(wall.as_secs_f64());
        self.keep(name, detail, wall, outcome);
    }

    /// One that was refused before anything was done. It is counted and not measured: its time says nothing about what such
    /// calls take, and a component that is refused in a loop would do little but fill the figures.
    pub(crate) fn refused(&mut self, name: &'static str, detail: &str, outcome: Outcome) {
        metrics::counter!("annex_addon_host_calls_refused_total", "call" => name).increment(1);
        self.keep(name, detail, Duration::ZERO, outcome);
    }

    fn keep(&mut self, name: &'static str, detail: &str, wall: Duration, outcome: Outcome) {
        self.count = self.count.saturating_add(1);
        if self.calls.len() < Self::KEPT {
            let detail = detail.chars().filter(|c| !c.is_control()).take(Self::DETAIL).collect();
            self.calls.push(HostCall { name, detail, wall, outcome });
        }
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
    use crate::figures::Figures;

    #[test]
    fn what_is_refused_is_counted_and_not_measured() {
        let (figures, mut meter) = (Figures::default(), Meter::default());
        metrics::with_local_recorder(&figures, || {
            meter.record("kv.set", "a", Duration::from_millis(2), Outcome::Ok(String::new()));
            meter.refused("kv.set", "a", Outcome::Error("too much".into()));
        });
        assert_eq!(figures.names(), ["annex_addon_host_call_seconds", "annex_addon_host_calls_refused_total"]);
        assert_eq!((meter.count, meter.calls.len(), meter.calls[1].wall), (2, 2, Duration::ZERO));
    }

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
}
