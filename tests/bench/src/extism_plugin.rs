//! The same panel as an Extism plugin: compiled once, a new plugin for each call, JSON in and out, the answer read into
//! the same typed view.

use annex_domain::ui::View;
use extism::{CompiledPlugin, Manifest, Plugin, PluginBuilder, Wasm};

use crate::{Failure, ours};

pub struct Extism {
    compiled: CompiledPlugin,
    input: String,
}

impl Extism {
    pub fn new(module: &[u8], pooling: bool) -> Result<Self, Failure> {
        let manifest = Manifest::new([Wasm::data(module.to_vec())]);
        let mut builder = PluginBuilder::new(manifest).with_wasi(false);
        if pooling {
            let mut config = wasmtime_of_extism::Config::new();
            config.allocation_strategy(wasmtime_of_extism::InstanceAllocationStrategy::pooling());
            builder = builder.with_wasmtime_config(config);
        }
        let compiled = CompiledPlugin::new(builder)?;
        Ok(Self { compiled, input: serde_json::to_string(&ours::context())? })
    }

    pub fn render(&self) -> Result<View, Failure> {
        let mut plugin = Plugin::new_from_compiled(&self.compiled)?;
        let answer = plugin.call::<&str, &[u8]>("render", &self.input)?;
        Ok(serde_json::from_slice(answer)?)
    }
}
