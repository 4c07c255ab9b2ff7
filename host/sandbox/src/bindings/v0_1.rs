//! `annex:addon@0.1`: bindings of its three worlds, the linkers that offer exactly the imports of each, and the
//! typed exports of a component. The worlds share the types of their imports.

mod calls;
mod channel_types;
mod hosts;
mod ui_types;

use annex_domain::addon::Kind;
use wasmtime::{
    Engine,
    component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker},
};

use super::{Finder, Linked};
use crate::{
    error::CompileError,
    state::{Caller, State},
};

mod plugin {
    wasmtime::component::bindgen!({
        path: "../../wit/annex-addon-0.1",
        world: "annex:addon/plugin",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

mod channel {
    wasmtime::component::bindgen!({
        path: "../../wit/annex-addon-0.1",
        world: "annex:addon/channel",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "annex:addon/http": super::plugin::annex::addon::http,
            "annex:addon/kv": super::plugin::annex::addon::kv,
            "annex:addon/settings": super::plugin::annex::addon::settings,
            "annex:addon/log": super::plugin::annex::addon::log,
        },
    });
}

mod language {
    wasmtime::component::bindgen!({
        path: "../../wit/annex-addon-0.1",
        world: "annex:addon/language",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "annex:addon/log": super::plugin::annex::addon::log },
    });
}

use channel::exports::annex::addon::messaging;
use language::exports::annex::addon::locale;
use plugin::{
    annex::addon::{contacts, http, kv, log, settings, tickets, ui},
    exports::annex::addon::events,
};

/// One linker per kind: what a world does not import cannot be linked.
pub(crate) struct Linkers {
    plugin: Linker<State>,
    channel: Linker<State>,
    language: Linker<State>,
}

impl Linkers {
    pub(crate) fn new(engine: &Engine) -> wasmtime::Result<Self> {
        type Own = HasSelf<Caller>;
        let mut language = Linker::new(engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut language)?;
        log::add_to_linker::<State, Own>(&mut language, |state| &mut state.caller)?;
        let mut channel = language.clone();
        http::add_to_linker::<State, Own>(&mut channel, |state| &mut state.caller)?;
        kv::add_to_linker::<State, Own>(&mut channel, |state| &mut state.caller)?;
        settings::add_to_linker::<State, Own>(&mut channel, |state| &mut state.caller)?;
        let mut plugin = channel.clone();
        tickets::add_to_linker::<State, Own>(&mut plugin, |state| &mut state.caller)?;
        contacts::add_to_linker::<State, Own>(&mut plugin, |state| &mut state.caller)?;
        Ok(Self { plugin, channel, language })
    }

    /// Links a component and checks that it fits the world of its kind.
    pub(crate) fn link(&self, kind: Kind, component: &Component) -> Result<Linked, CompileError> {
        let linker = match kind {
            Kind::Plugin => &self.plugin,
            Kind::Channel => &self.channel,
            Kind::Language => &self.language,
        };
        let pre = linker
            .instantiate_pre(component)
            .map_err(|error| CompileError::WitMismatch(format!("an import of the world `{kind}`: {error:#}")))?;
        let exports = super::Exports::V0_1(Exports::find(kind, component, &pre)?);
        Ok(Linked { pre, exports })
    }
}

type Render = ((ui::Context,), (Result<ui::View, ui::Fault>,));
type Handle = ((ui::Context, ui::Event), (Result<ui::Reply, ui::Fault>,));
type OnEvent = ((events::Event,), (Result<(), String>,));
type Hook = ((), (Result<(), String>,));
type Update = ((String,), (Result<(), String>,));
type Receive = ((messaging::InboundRequest,), (Result<messaging::InboundReply, messaging::Fault>,));
type Send = ((messaging::OutboundMessage,), (Result<messaging::Receipt, messaging::Fault>,));
type Describe = ((), (locale::Facts,));
type Resources = ((), (Vec<locale::Resource>,));

/// Where the functions of a component are, type-checked once instead of at each call.
#[derive(Clone, Copy)]
pub(crate) enum Exports {
    Plugin {
        life: LifeExports,
        render: ComponentExportIndex,
        handle: ComponentExportIndex,
        on_event: ComponentExportIndex,
    },
    Channel {
        life: LifeExports,
        receive: ComponentExportIndex,
        send: ComponentExportIndex,
    },
    Language {
        describe: ComponentExportIndex,
        resources: ComponentExportIndex,
    },
}

/// The interface `lifecycle`.
#[derive(Clone, Copy)]
pub(crate) struct LifeExports {
    install: ComponentExportIndex,
    update: ComponentExportIndex,
    uninstall: ComponentExportIndex,
}

impl Exports {
    fn find(kind: Kind, component: &Component, pre: &InstancePre<State>) -> Result<Self, CompileError> {
        let find = Finder { component, pre, version: "0.1.0" };
        Ok(match kind {
            Kind::Plugin => Self::Plugin {
                life: LifeExports::find(&find)?,
                render: find.function::<Render>("sidebar", "render")?,
                handle: find.function::<Handle>("sidebar", "handle")?,
                on_event: find.function::<OnEvent>("events", "on-event")?,
            },
            Kind::Channel => Self::Channel {
                life: LifeExports::find(&find)?,
                receive: find.function::<Receive>("messaging", "receive")?,
                send: find.function::<Send>("messaging", "send")?,
            },
            Kind::Language => Self::Language {
                describe: find.function::<Describe>("locale", "describe")?,
                resources: find.function::<Resources>("locale", "resources")?,
            },
        })
    }
}

impl LifeExports {
    fn find(find: &Finder<'_>) -> Result<Self, CompileError> {
        Ok(Self {
            install: find.function::<Hook>("lifecycle", "install")?,
            update: find.function::<Update>("lifecycle", "update")?,
            uninstall: find.function::<Hook>("lifecycle", "uninstall")?,
        })
    }
}
