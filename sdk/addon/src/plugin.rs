//! Plugins: a panel in the ticket sidebar, and events of the desk.

use std::marker::PhantomData;

use crate::{
    Error, Result,
    bindings::{
        common::exports::annex::addon::lifecycle,
        plugin::{
            annex::addon::ui as wire,
            exports::annex::addon::{events, sidebar},
        },
    },
    logger,
    ui::{Context, Event, Reply, View},
};

pub use crate::bindings::plugin::exports::annex::addon::events::{Event as Notice, Happening, MessageRef, TicketRef};

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
    /// The panel for a ticket. At most 2 seconds, unless the host waits for requests to other systems.
    ///
    /// # Errors
    /// The kind of error chooses the screen; see [`Error`].
    fn render(ctx: &Context) -> Result<View>;

    /// What an operator did in the panel. Without it, every action is unknown.
    ///
    /// # Errors
    /// As [`render`](Plugin::render).
    fn handle(_ctx: &Context, event: &Event) -> Result<Reply> {
        Err(event.unknown())
    }

    /// What happened in the desk, for the events in the manifest. Delivered at least once: `notice.id` is the same when
    /// it comes again.
    ///
    /// # Errors
    /// The host tries again later.
    fn on_event(_notice: &Notice) -> Result<()> {
        Ok(())
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
    $crate::bindings::common::export_lifecycle!(AnnexExport with_types_in $crate::bindings::common);
    $crate::bindings::plugin::export_plugin_only!(AnnexExport with_types_in $crate::bindings::plugin);
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

impl<T: Plugin> sidebar::Guest for Export<T> {
    fn render(ctx: wire::Context) -> Result<wire::View, wire::Fault> {
        logger::init();
        Ok(T::render(&ctx)?.into_wire())
    }

    fn handle(ctx: wire::Context, event: wire::Event) -> Result<wire::Reply, wire::Fault> {
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

impl<T: Plugin> lifecycle::Guest for Export<T> {
    fn install() -> Result<(), String> {
        logger::init();
        T::install().map_err(String::from)
    }

    fn update(from_version: String) -> Result<(), String> {
        logger::init();
        T::update(&from_version).map_err(String::from)
    }

    fn uninstall() -> Result<(), String> {
        logger::init();
        T::uninstall().map_err(String::from)
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}
