//! Plugins: views at the places that the manifest names, events of the desk, schedules, requests of other systems and public forms.

use std::marker::PhantomData;

use crate::{
    Error, Result,
    bindings::{
        plugin::{
            annex::addon::{
                types::{Fault, OutboundAnswer},
                ui as wire,
            },
            exports::annex::addon::{events, views, webhooks},
        },
        shared::exports::annex::addon::{configuration, lifecycle, schedules},
    },
    configuration::{Choice, Verdict},
    logger,
    schedule::Tick,
    ui::{Context, Event, Reply, View},
    webhook::{Answer, InboundRequest},
};

pub use crate::bindings::plugin::exports::annex::addon::events::{
    Actor, Change, ContactChange, Event as Notice, Happening, Merge, TicketChange, Written,
};

/// A plugin. Only [`render`](Plugin::render) has to be written.
///
/// ```
/// use annex_sdk::prelude::*;
///
/// struct Counter;
///
/// impl Plugin for Counter {
///     fn render(_: &Context) -> Result<View> {
///         let count: u32 = kv::get("count")?.unwrap_or(0);
///         Ok(View::new("Counter").section(
///             Section::new()
///                 .text(format!("Pressed {count} times"))
///                 .block(Actions::new().primary(Button::invoke("press", "Press"))),
///         ))
///     }
///
///     fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
///         match event.verb.as_str() {
///             "press" => {
///                 kv::update("count", |count: Option<u32>| count.unwrap_or(0) + 1)?;
///                 Ok(Reply::replace(Self::render(ctx)?).toast(Toast::success("Pressed")))
///             }
///             _ => Err(event.unknown()),
///         }
///     }
/// }
///
/// # use annex_sdk::testing::{self, Host};
/// let _host = Host::new();
/// Counter::handle(&testing::context(), &Event::new("press")).unwrap();
/// assert_eq!(kv::get("count"), Ok(Some(1)));
/// ```
pub trait Plugin {
    /// The view as it is first seen: `ctx.location` says where, `ctx.view` which one. At most 2 seconds, unless the host waits for
    /// requests to other systems.
    ///
    /// # Errors
    /// The kind of error chooses the screen; see [`Error`].
    fn render(ctx: &Context) -> Result<View>;

    /// What an operator did in a view; also called for each [`Deferred`](crate::ui::Deferred) part. Without it, every action is unknown.
    ///
    /// # Errors
    /// As [`render`](Plugin::render).
    fn handle(_ctx: &Context, event: &Event) -> Result<Reply> {
        Err(event.unknown())
    }

    /// What happened in the desk, for the events in the manifest, with what was true then. Delivered at least once: `notice.id` is the
    /// same when it comes again.
    ///
    /// # Errors
    /// The host tries again later.
    fn on_event(_notice: &Notice) -> Result<()> {
        Ok(())
    }

    /// A time of `[[schedules]]` in the manifest, or one that was planned with [`schedule::at`](crate::schedule::at), has come.
    ///
    /// # Errors
    /// The host tries again, three times.
    fn on_schedule(_tick: &Tick) -> Result<()> {
        Ok(())
    }

    /// A request to the installation's address, after the host has checked what the manifest's `[inbound]` asks for. Without it, all are
    /// answered that there is nothing.
    ///
    /// # Errors
    /// The service is answered 502 or 503 with `Retry-After`.
    fn on_request(_request: &InboundRequest) -> Result<Answer> {
        Ok(Answer::status(404))
    }

    /// Whether the settings work: **Test connection**. Tries what is entered at the moment, secrets too, and writes nothing. Without
    /// it, they always do.
    ///
    /// # Errors
    /// Nothing is known then: the operator reads why.
    fn check() -> Result<Verdict> {
        Ok(Verdict::works())
    }

    /// What can be chosen for the setting `key`, whose manifest says `choices_from = "addon"`; `typed` is what was typed so far. At most
    /// 200.
    ///
    /// # Errors
    /// The operator reads why nothing can be chosen.
    fn choices(key: &str, _typed: &str) -> Result<Vec<Choice>> {
        Err(Error::Internal(format!("unknown setting `{key}`")))
    }

    /// Runs when the add-on is installed.
    ///
    /// # Errors
    /// Ends the installation; the operator reads the text.
    fn install() -> Result<()> {
        Ok(())
    }

    /// Runs when this version takes the place of `from`; stored data is still the old version's.
    ///
    /// # Errors
    /// Data and old version are restored; the operator reads the text.
    fn update(_from: &str) -> Result<()> {
        Ok(())
    }

    /// Runs before the add-on is removed.
    ///
    /// # Errors
    /// Shown to the operator, who can remove it all the same.
    fn uninstall() -> Result<()> {
        Ok(())
    }
}

/// Exports a type that implements [`Plugin`]; once per add-on. Natively it only checks that it does.
#[macro_export]
macro_rules! export_plugin {
    ($addon:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type AnnexExport = $crate::plugin::Export<$addon>;
    $crate::bindings::shared::export_shared_world!(AnnexExport with_types_in $crate::bindings::shared);
    $crate::bindings::plugin::export_plugin_world!(AnnexExport with_types_in $crate::bindings::plugin);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: $crate::plugin::Export<$addon> = $crate::plugin::Export::new();
    };
}

/// Stands between the component's exports and a [`Plugin`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Export<T>(PhantomData<T>);

impl<T: Plugin> Export<T> {
    /// Proof that `T` is a plugin.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only used in a constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Plugin> views::Guest for Export<T> {
    fn render(ctx: wire::Context) -> Result<wire::View, Fault> {
        logger::init();
        Ok(T::render(&ctx)?.into_wire())
    }

    fn handle(ctx: wire::Context, event: wire::Event) -> Result<wire::Reply, Fault> {
        logger::init();
        Ok(T::handle(&ctx, &event)?.into_wire())
    }
}

impl<T: Plugin> events::Guest for Export<T> {
    fn on_event(notice: Notice) -> Result<(), String> {
        logger::init();
        T::on_event(&notice).map_err(String::from)
    }
}

impl<T: Plugin> schedules::Guest for Export<T> {
    fn on_schedule(tick: Tick) -> Result<(), String> {
        logger::init();
        T::on_schedule(&tick).map_err(String::from)
    }
}

impl<T: Plugin> webhooks::Guest for Export<T> {
    fn receive(request: InboundRequest) -> Result<OutboundAnswer, Fault> {
        logger::init();
        Ok(T::on_request(&request)?.into_wire())
    }
}

impl<T: Plugin> configuration::Guest for Export<T> {
    fn check() -> Result<Verdict, Fault> {
        logger::init();
        Ok(T::check()?)
    }

    fn choices(key: String, typed: String) -> Result<Vec<Choice>, Fault> {
        logger::init();
        Ok(T::choices(&key, &typed)?)
    }
}

impl<T: Plugin> lifecycle::Guest for Export<T> {
    fn install() -> Result<(), String> {
        logger::init();
        T::install().map_err(String::from)
    }

    fn update(previous: String) -> Result<(), String> {
        logger::init();
        T::update(&previous).map_err(String::from)
    }

    fn uninstall() -> Result<(), String> {
        logger::init();
        T::uninstall().map_err(String::from)
    }
}

impl Notice {
    /// A notice of what a requester did, for tests.
    #[must_use]
    pub fn new(happening: Happening) -> Self {
        let (id, at) = ("e1".into(), 1_767_225_600_000);
        Self { id, at, actor: Actor::Requester("c1".into()), causes: vec![], happening }
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}
