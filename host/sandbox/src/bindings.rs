//! The generated side of the WIT packages: one module per published version, so that a new version never changes how
//! an old component is spoken to. The rest of the crate and of the host sees the types of `annex_domain`, which are those of the
//! newest version: a module lifts what its components say into them, and answers for what its version does not have.

mod convert;
mod v0_1;
mod v0_2;

use annex_domain::{
    addon::Kind,
    channel::{Answered, Facts, Inbound, InboundMail, InboundReply, InboundRequest, OutboundMessage, Outcome},
    configuration::{Choice, Verdict},
    language::LocaleFacts,
    manifest::Wit,
    schedule::Tick,
    ui::{Context, Event, Fault, Reply, View},
};
use bytes::Bytes;
use wasmtime::{
    Engine, Store,
    component::{Component, ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower, types::ComponentItem},
};

pub(crate) use convert::{Convert, records, variants};

use crate::{error::CompileError, runtime::events::Happening, state::State};

/// The linkers of all versions.
pub(crate) struct Linkers {
    v0_1: v0_1::Linkers,
    v0_2: v0_2::Linkers,
}

impl Linkers {
    pub(crate) fn new(engine: &Engine) -> wasmtime::Result<Self> {
        Ok(Self { v0_1: v0_1::Linkers::new(engine)?, v0_2: v0_2::Linkers::new(engine)? })
    }

    /// Links a component and checks that it fits the world of its kind, in the version that its manifest names.
    pub(crate) fn link(&self, (wit, kind): (Wit, Kind), component: &Component) -> Result<Linked, CompileError> {
        match wit {
            Wit::V0_1 => self.v0_1.link(kind, component),
            Wit::V0_2 => self.v0_2.link(kind, component),
        }
    }
}

/// Where the functions of a component are.
#[derive(Clone, Copy)]
pub(crate) enum Exports {
    V0_1(v0_1::Exports),
    V0_2(v0_2::Exports),
}

/// A component that fits its world.
pub(crate) struct Linked {
    pub(crate) pre: InstancePre<State>,
    pub(crate) exports: Exports,
}

/// A function that the host calls, with what it is asked, in the types of the domain.
pub(crate) trait Function: Send + 'static {
    /// As records of calls have it.
    const NAME: &'static str;
    /// What it answers.
    type Answer: Send + 'static;
    /// Calls it. [`NoSuchFunction`] when the world of the component has none.
    fn call(self, exports: Exports, guest: Guest<'_>) -> impl Future<Output = wasmtime::Result<Self::Answer>> + Send;
}

/// The world of the component has no such function: the host asked the wrong add-on.
#[derive(Debug, thiserror::Error)]
#[error("the add-on has no such function")]
pub(crate) struct NoSuchFunction;

/// `Name = "record": method { asked: Type } -> Answer`; each version has the method on its `Exports`.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $record:literal: $method:ident { $($asked:ident: $ty:ty),* } -> $answer:ty;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name { $(pub(crate) $asked: $ty),* }

        impl Function for $name {
            const NAME: &'static str = $record;
            type Answer = $answer;
            async fn call(self, exports: Exports, guest: Guest<'_>) -> wasmtime::Result<$answer> {
                let Self { $($asked),* } = self;
                match exports {
                    Exports::V0_1(exports) => exports.$method(guest, $($asked),*).await,
                    Exports::V0_2(exports) => exports.$method(guest, $($asked),*).await,
                }
            }
        }
    )+};
}

functions! {
    /// A view as it is first seen.
    Render = "render": render { context: Context } -> Result<View, Fault>;
    /// What an operator did in a view.
    Handle = "handle": handle { context: Context, event: Event } -> Result<Reply, Fault>;
    /// Something happened in the desk.
    OnEvent = "on-event": on_event { happening: Happening } -> Result<(), String>;
    /// A time that was planned has come.
    OnSchedule = "on-schedule": on_schedule { tick: Tick } -> Result<(), String>;
    /// Whether the settings work.
    Check = "check": check {} -> Result<Verdict, Fault>;
    /// What can be chosen for a setting.
    Choices = "choices": choices { key: String, typed: String } -> Result<Vec<Choice>, Fault>;
    /// A request to a plugin.
    Webhook = "webhook": webhook { request: InboundRequest } -> Result<Answered, Fault>;
    /// The hook of that name.
    Install = "install": install {} -> Result<(), String>;
    /// The hook of that name, with the version that ran before.
    Update = "update": update { from: String } -> Result<(), String>;
    /// The hook of that name.
    Uninstall = "uninstall": uninstall {} -> Result<(), String>;
    /// What a channel can carry.
    ChannelFacts = "describe": facts {} -> Result<Facts, Fault>;
    /// A mail of a mailbox of a channel, with its bytes.
    ReceiveMail = "receive-mail": receive_mail { mail: InboundMail, raw: Bytes } -> Result<Vec<Inbound>, Fault>;
    /// A request to a channel.
    Receive = "receive": receive { request: InboundRequest } -> Result<InboundReply, Fault>;
    /// A reply to be sent.
    Deliver = "send": send { message: OutboundMessage } -> Result<Outcome, Fault>;
    /// Which language it is.
    Describe = "describe": describe {} -> LocaleFacts;
    /// Its texts: names with Fluent.
    Resources = "resources": resources {} -> Vec<(String, String)>;
}

/// A component about to be called, once.
pub(crate) struct Guest<'a> {
    pub(crate) store: &'a mut Store<State>,
    pub(crate) pre: &'a InstancePre<State>,
}

impl Guest<'_> {
    async fn call<S: Signature>(self, export: ComponentExportIndex, params: S::Params) -> wasmtime::Result<S::Return> {
        let Self { store, pre } = self;
        let instance = pre.instantiate_async(&mut *store).await?;
        let function = instance.get_typed_func::<S::Params, S::Return>(&mut *store, &export)?;
        function.call_async(&mut *store, params).await
    }
}

/// The types of a function: parameters and result.
trait Signature {
    type Params: ComponentNamedList + Lower + Send + Sync + 'static;
    type Return: ComponentNamedList + Lift + Send + Sync + 'static;
}

impl<P, R> Signature for (P, R)
where
    P: ComponentNamedList + Lower + Send + Sync + 'static,
    R: ComponentNamedList + Lift + Send + Sync + 'static,
{
    type Params = P;
    type Return = R;
}

/// Finds the exports of a component.
struct Finder<'a> {
    component: &'a Component,
    pre: &'a InstancePre<State>,
    /// Of the WIT package: `0.1.0`.
    version: &'static str,
}

impl Finder<'_> {
    fn function<S: Signature>(&self, interface: &str, name: &str) -> Result<ComponentExportIndex, CompileError> {
        let mismatch = |what: String| CompileError::WitMismatch(what);
        let full = format!("annex:addon/{interface}@{}", self.version);
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
