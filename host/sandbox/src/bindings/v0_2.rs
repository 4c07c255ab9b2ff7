//! `annex:addon@0.2`, the newest: bindings of its worlds, the linkers that offer exactly the imports of each, and the typed exports.

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
        path: "../../wit/annex-addon-0.2",
        world: "annex:addon/plugin",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

mod channel {
    wasmtime::component::bindgen!({
        path: "../../wit/annex-addon-0.2",
        world: "annex:addon/channel",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "annex:addon/types": super::plugin::annex::addon::types,
            "annex:addon/about": super::plugin::annex::addon::about,
            "annex:addon/http": super::plugin::annex::addon::http,
            "annex:addon/kv": super::plugin::annex::addon::kv,
            "annex:addon/settings": super::plugin::annex::addon::settings,
            "annex:addon/log": super::plugin::annex::addon::log,
            "annex:addon/files": super::plugin::annex::addon::files,
            "annex:addon/schedule": super::plugin::annex::addon::schedule,
        },
    });
}

mod language {
    wasmtime::component::bindgen!({
        path: "../../wit/annex-addon-0.2",
        world: "annex:addon/language",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "annex:addon/log": super::plugin::annex::addon::log },
    });
}

use channel::{annex::addon::mail, exports::annex::addon::messaging};
use language::exports::annex::addon::locale;
use plugin::{
    annex::addon::{about, contacts, files, http, kv, log, operators, schedule, settings, tickets, types, ui},
    exports::annex::addon::{configuration, events, schedules},
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
        let mut both = language.clone();
        about::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        http::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        kv::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        settings::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        files::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        schedule::add_to_linker::<State, Own>(&mut both, |state| &mut state.caller)?;
        let (mut channel, mut plugin) = (both.clone(), both);
        mail::add_to_linker::<State, Own>(&mut channel, |state| &mut state.caller)?;
        tickets::add_to_linker::<State, Own>(&mut plugin, |state| &mut state.caller)?;
        contacts::add_to_linker::<State, Own>(&mut plugin, |state| &mut state.caller)?;
        operators::add_to_linker::<State, Own>(&mut plugin, |state| &mut state.caller)?;
        Ok(Self { plugin, channel, language })
    }

    /// Links a component and checks that it fits the world of its kind.
    pub(crate) fn link(&self, kind: Kind, component: &Component) -> Result<Linked, CompileError> {
        let linker = match kind {
            Kind::Plugin => &self.plugin,
            Kind::Language => &self.language,
            Kind::Channel => &self.channel,
        };
        let pre = linker
            .instantiate_pre(component)
            .map_err(|error| CompileError::WitMismatch(format!("an import of the world `{kind}`: {error:#}")))?;
        let exports = super::Exports::V0_2(Exports::find(kind, component, &pre)?);
        Ok(Linked { pre, exports })
    }
}

type Render = ((ui::Context,), (Result<ui::View, types::Fault>,));
type Handle = ((ui::Context, ui::Event), (Result<ui::Reply, types::Fault>,));
type OnEvent = ((events::Event,), (Result<(), String>,));
type OnSchedule = ((schedules::Tick,), (Result<(), String>,));
type Check = ((), (Result<configuration::Verdict, types::Fault>,));
type Choices = ((String, String), (Result<Vec<configuration::Choice>, types::Fault>,));
type Answer = ((types::InboundRequest,), (Result<types::OutboundAnswer, types::Fault>,));
type Facts = ((), (Result<messaging::Facts, types::Fault>,));
type Receive = ((types::InboundRequest,), (Result<messaging::InboundReply, types::Fault>,));
type ReceiveMail = ((messaging::InboundMail,), (Result<Vec<messaging::Inbound>, types::Fault>,));
type Send = ((messaging::OutboundMessage,), (Result<messaging::Outcome, types::Fault>,));
type Hook = ((), (Result<(), String>,));
type Update = ((String,), (Result<(), String>,));
type Describe = ((), (locale::Facts,));
type Resources = ((), (Vec<locale::Resource>,));

/// Where the functions of a component are, type-checked once instead of at each call.
#[derive(Clone, Copy)]
pub(crate) enum Exports {
    Plugin {
        both: BothExports,
        render: ComponentExportIndex,
        handle: ComponentExportIndex,
        on_event: ComponentExportIndex,
        answer: ComponentExportIndex,
    },
    Channel {
        both: BothExports,
        describe: ComponentExportIndex,
        receive: ComponentExportIndex,
        receive_mail: ComponentExportIndex,
        send: ComponentExportIndex,
    },
    Language {
        describe: ComponentExportIndex,
        resources: ComponentExportIndex,
    },
}

/// What plugins share with channels: `lifecycle`, `configuration` and `schedules`.
#[derive(Clone, Copy)]
pub(crate) struct BothExports {
    install: ComponentExportIndex,
    update: ComponentExportIndex,
    uninstall: ComponentExportIndex,
    check: ComponentExportIndex,
    choices: ComponentExportIndex,
    on_schedule: ComponentExportIndex,
}

impl Exports {
    fn find(kind: Kind, component: &Component, pre: &InstancePre<State>) -> Result<Self, CompileError> {
        let find = Finder { component, pre, version: "0.2.0" };
        Ok(match kind {
            Kind::Plugin => Self::Plugin {
                both: BothExports::find(&find)?,
                render: find.function::<Render>("views", "render")?,
                handle: find.function::<Handle>("views", "handle")?,
                on_event: find.function::<OnEvent>("events", "on-event")?,
                answer: find.function::<Answer>("webhooks", "receive")?,
            },
            Kind::Channel => Self::Channel {
                both: BothExports::find(&find)?,
                describe: find.function::<Facts>("messaging", "describe")?,
                receive: find.function::<Receive>("messaging", "receive")?,
                receive_mail: find.function::<ReceiveMail>("messaging", "receive-mail")?,
                send: find.function::<Send>("messaging", "send")?,
            },
            Kind::Language => Self::Language {
                describe: find.function::<Describe>("locale", "describe")?,
                resources: find.function::<Resources>("locale", "resources")?,
            },
        })
    }
}

impl BothExports {
    fn find(find: &Finder<'_>) -> Result<Self, CompileError> {
        Ok(Self {
            install: find.function::<Hook>("lifecycle", "install")?,
            update: find.function::<Update>("lifecycle", "update")?,
            uninstall: find.function::<Hook>("lifecycle", "uninstall")?,
            check: find.function::<Check>("configuration", "check")?,
            choices: find.function::<Choices>("configuration", "choices")?,
            on_schedule: find.function::<OnSchedule>("schedules", "on-schedule")?,
        })
    }
}
