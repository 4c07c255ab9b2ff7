//! The least that wasmtime needs for the same render: tuned as ours is (pooling, copy-on-write, resident pages), but
//! without limits, epochs, fuel, metering, capabilities and validation, and without an async stack. What it shows is
//! lifted into typed values and dropped.

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
    component::{Component, ComponentExportIndex, InstancePre, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::Failure;

mod bindings {
    wasmtime::component::bindgen!({ path: "../../wit/annex-addon-0.2", world: "annex:addon/plugin" });
}

use bindings::annex::addon::{
    types::Fault,
    ui::{Context, Location, TicketPlace, View},
};

#[derive(Default)]
struct State {
    table: ResourceTable,
    wasi: Option<WasiCtx>,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| WasiCtx::builder().build());
        WasiCtxView { ctx, table: &mut self.table }
    }
}

pub struct Bare {
    pre: InstancePre<State>,
    render: ComponentExportIndex,
}

impl Bare {
    pub fn new(component: &[u8]) -> Result<Self, Failure> {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(100).total_memories(20).total_tables(100).max_tables_per_module(20);
        if PoolingAllocationConfig::is_pagemap_scan_available() {
            pool.linear_memory_keep_resident(1 << 20).table_keep_resident(1 << 20).pagemap_scan(Enabled::Yes);
        }
        let mut config = Config::new();
        config
            .concurrency_support(false)
            .wasm_component_model_async(false)
            .wasm_function_references(false)
            .wasm_exceptions(false)
            .wasm_gc(false)
            .gc_support(false)
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::new(&engine, component)?;
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
        linker.define_unknown_imports_as_traps(&component)?;
        let views = component.get_export_index(None, "annex:addon/views@0.2.0").ok_or("no views")?;
        let render = component.get_export_index(Some(&views), "render").ok_or("no render")?;
        Ok(Self { pre: linker.instantiate_pre(&component)?, render })
    }

    pub fn render(&self) -> Result<(), Failure> {
        let context = Context {
            view: "panel".into(),
            location: Location::TicketSidebar(TicketPlace {
                ticket: crate::ours::TICKET.into(),
                requester: "c".into(),
                requester_email: Some(crate::ours::EMAIL.into()),
            }),
            operator: "o".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            dark: false,
            licensed: true,
        };
        let mut store = Store::new(self.pre.engine(), State::default());
        let instance = self.pre.instantiate(&mut store)?;
        let render = instance.get_typed_func::<(Context,), (Result<View, Fault>,)>(&mut store, &self.render)?;
        let (view,) = render.call(&mut store, (context,))?;
        let view = view.map_err(|fault| format!("{fault:?}"))?;
        assert_eq!(view.sections.len(), 3);
        Ok(())
    }
}
