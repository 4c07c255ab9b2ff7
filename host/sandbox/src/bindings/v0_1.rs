//! `annex:addon@0.1`: bindings of its three worlds, the linkers that offer exactly the imports of each, and the
//! typed exports of a component. The worlds share the types of their imports.

pub(crate) mod channel_types;
mod convert;
mod ui_types;

use annex_domain::addon::Kind;
use wasmtime::{
    Engine,
    component::{
        Component, ComponentExportIndex, ComponentNamedList, HasSelf, InstancePre, Lift, Linker, Lower,
        types::ComponentItem,
    },
};

pub(crate) use convert::Convert;

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

pub(crate) use channel::exports::annex::addon::messaging;
pub(crate) use language::exports::annex::addon::locale;
pub(crate) use plugin::{
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
        let exports = Exports::find(kind, component, &pre)?;
        Ok(Linked { pre, exports })
    }
}

/// A component that fits its world.
pub(crate) struct Linked {
    pub(crate) pre: InstancePre<State>,
    pub(crate) exports: Exports,
}

pub(crate) type Render = ((ui::Context,), (Result<ui::View, ui::Fault>,));
pub(crate) type Handle = ((ui::Context, ui::Event), (Result<ui::Reply, ui::Fault>,));
pub(crate) type OnEvent = ((events::Event,), (Result<(), String>,));
pub(crate) type Hook = ((), (Result<(), String>,));
pub(crate) type Update = ((String,), (Result<(), String>,));
pub(crate) type Receive = ((messaging::InboundRequest,), (Result<messaging::InboundReply, messaging::Fault>,));
pub(crate) type Send = ((messaging::OutboundMessage,), (Result<messaging::Receipt, messaging::Fault>,));
pub(crate) type Describe = ((), (locale::Facts,));
pub(crate) type Resources = ((), (Vec<locale::Resource>,));

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
    pub(crate) install: ComponentExportIndex,
    pub(crate) update: ComponentExportIndex,
    pub(crate) uninstall: ComponentExportIndex,
}

impl Exports {
    fn find(kind: Kind, component: &Component, pre: &InstancePre<State>) -> Result<Self, CompileError> {
        let find = Finder { component, pre };
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

/// The types of a function: parameters and result.
pub(crate) trait Signature {
    type Params: ComponentNamedList + Lower + std::marker::Send + Sync + 'static;
    type Return: ComponentNamedList + Lift + std::marker::Send + Sync + 'static;
}

impl<P, R> Signature for (P, R)
where
    P: ComponentNamedList + Lower + std::marker::Send + Sync + 'static,
    R: ComponentNamedList + Lift + std::marker::Send + Sync + 'static,
{
    type Params = P;
    type Return = R;
}

struct Finder<'a> {
    component: &'a Component,
    pre: &'a InstancePre<State>,
}

impl Finder<'_> {
    fn function<S: Signature>(&self, interface: &str, name: &str) -> Result<ComponentExportIndex, CompileError> {
        let mismatch = |what: String| CompileError::WitMismatch(what);
        let full = format!("annex:addon/{interface}@0.1.0");
        let instance = self
            .component
            .get_export_index(None, full.as_str())
            .ok_or_else(|| mismatch(format!("the component does not export `{full}`")))?;
        match self.component.get_export(Some(&instance), name) {
            Some((ComponentItem::ComponentFunc(function), index)) => {
                function
                    .typecheck::<S::Params, S::Return>(&self.pre.instance_type())
                    .map_err(|error| mismatch(format!("the export `{full}#{name}` has another type: {error:#}")))?;
                Ok(index)
            }
            _ => Err(mismatch(format!("the component does not export `{full}#{name}`"))),
        }
    }
}
