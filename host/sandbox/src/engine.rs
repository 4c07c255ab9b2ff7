//! The engine: which WebAssembly is allowed, how instances are allocated, and the ticker that makes deadlines hold.
//!
//! Two engines share one configuration of the code: the host's, with the pooling allocator, and the compiler child's,
//! which runs under a limit on its address space and therefore must not reserve any. A test keeps their
//! compatibility hashes equal; they go into the name and the MAC of every artifact.

use std::{
    hash::{Hash as _, Hasher},
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy};

use crate::config::Limits;

/// How often running components look at the clock.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// What of a slot's memory and tables stays mapped between two calls. Only with `PAGEMAP_SCAN`, which resets just the
/// pages that were written; without it, keeping pages is slower than giving them back.
const KEEP_RESIDENT: usize = 1 << 20;

/// Slots that stay warm for a component while no call uses them: what they keep resident is all that is left of a rush.
const WARM: u32 = 32;

/// The engine of the host, with its ticker thread running for as long as the engine lives.
pub(crate) fn for_host(slots: u32, limits: &Limits) -> wasmtime::Result<Engine> {
    let mut config = code_config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(slots, limits)));
    let engine = Engine::new(&config)?;
    let weak = engine.weak();
    std::thread::Builder::new().name("annex-epoch".into()).spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    })?;
    Ok(engine)
}

/// What a compiler takes its time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// Fast code: what a host does.
    #[default]
    Optimise,
    /// To be done soon, for an author who waits: about half the time of compiling, and slower code. It does the same, so every host
    /// loads it.
    Hurry,
}

/// The engine of the compiler child.
pub(crate) fn for_compiler(effort: Effort) -> wasmtime::Result<Engine> {
    let mut config = code_config();
    if effort == Effort::Hurry {
        config.cranelift_opt_level(OptLevel::None);
    }
    Engine::new(&config)
}

/// SHA-256 over everything that decides whether an artifact of one engine may be loaded by another.
pub(crate) fn compatibility(engine: &Engine) -> [u8; 32] {
    struct Sha(Sha256);
    impl Hasher for Sha {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut sha = Sha(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut sha);
    sha.0.finalize().into()
}

/// Everything that changes the compiled code, or which components are accepted.
fn code_config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .wasm_component_model(true)
        .epoch_interruption(true)
        .consume_fuel(true)
        .memory_init_cow(true)
        .generate_address_map(false)
        .max_wasm_stack(512 << 10)
        // Proposals that no guest toolchain needs: each is code that could be wrong.
        .concurrency_support(false)
        .wasm_component_model_async(false)
        .wasm_threads(false)
        .shared_memory(false)
        .wasm_gc(false)
        .wasm_function_references(false)
        .wasm_exceptions(false)
        .gc_support(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_stack_switching(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    config
}

fn pool(slots: u32, limits: &Limits) -> PoolingAllocationConfig {
    let per_call = |count: usize| slots.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_stacks(slots)
        .total_core_instances(per_call(limits.instances))
        .total_memories(per_call(limits.memories))
        .total_tables(per_call(limits.tables))
        .max_memory_size(limits.memory)
        .table_elements(limits.table_elements)
        .max_tables_per_module(20)
        .max_unused_warm_slots(WARM);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.linear_memory_keep_resident(KEEP_RESIDENT).table_keep_resident(KEEP_RESIDENT).pagemap_scan(Enabled::Yes);
    }
    pool
}

#[cfg(test)]
mod tests {
    use annex_domain::addon::Digest;

    use super::*;
    use crate::artifacts::Artifacts;

    #[test]
    fn the_compiler_and_the_host_agree_on_artifacts() {
        let host = for_host(2, &Limits::default()).unwrap();
        assert_eq!(compatibility(&host), compatibility(&for_compiler(Effort::Optimise).unwrap()));
        let mut other = code_config();
        other.consume_fuel(false);
        assert_ne!(compatibility(&host), compatibility(&Engine::new(&other).unwrap()));
    }

    #[test]
    fn the_host_loads_what_was_compiled_in_a_hurry() {
        let wasm = wat::parse_str("(component (core module (func (export \"f\"))))").unwrap();
        let artifact = for_compiler(Effort::Hurry).unwrap().precompile_component(&wasm).unwrap();
        let host = for_host(2, &Limits::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open(folder.path(), [7; 32], compatibility(&host)).unwrap();
        artifacts.keep(&Digest::of(&wasm), artifact).unwrap().into_component(&host).unwrap();
    }
}
