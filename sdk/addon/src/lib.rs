//! Write add-ons for Annex.
//!
//! An add-on is a WebAssembly component of one of three kinds: a [`Plugin`] shows views, hears events, runs at set times and
//! answers requests, a [`Channel`] lets requesters write and be answered, a [`Language`] translates the panel. Implement the
//! trait, export the type, and `annex addon build` does the rest:
//!
//! ```
//! use annex_sdk::prelude::*;
//!
//! struct Hello;
//!
//! impl Plugin for Hello {
//!     fn render(ctx: &Context) -> Result<View> {
//!         let who = ctx.requester_email().unwrap_or("stranger");
//!         Ok(View::new("Hello").section(Section::new().text(format!("Hello, {who}"))))
//!     }
//! }
//!
//! annex_sdk::export_plugin!(Hello);
//! ```
//!
//! The guide begins with a first add-on in five minutes, shows every block as hosts draw it, and has a cookbook: it is at
//! `/developers` of every host, that of `annex addon dev` included. Of what is documented here it has, among others:
//!
//! | here | in the guide |
//! |---|---|
//! | [`Plugin`], [`kv`], [`ui::View::state`] | `/developers/how-a-call-runs` |
//! | [`ui`] | `/developers/blocks`, `/developers/cookbook` |
//! | [`Plugin::on_event`] | `/developers/desk-events` |
//! | [`Channel`] | `/developers/channels` |
//! | [`Language`], [`Texts`] | `/developers/languages` |
//! | [`Error`], [`http::Error`] | `/developers/errors` |
//! | limits of all of it | `/developers/limits` |
//!
//! An instance lives for one call: keep what must last in [`kv`], and what belongs to a panel in [`ui::View::state`].
//! `cargo test` runs the same code natively: [`testing::Host`] answers what the host would.

#![warn(missing_docs)]

pub mod about;
#[cfg_attr(not(target_arch = "wasm32"), doc(hidden))]
pub mod arena;
#[doc(hidden)]
pub mod bindings;
pub mod channel;
pub mod configuration;
pub mod contacts;
mod error;
pub mod files;
mod host;
pub mod http;
pub mod kv;
pub mod language;
#[doc(hidden)]
pub mod logger;
pub mod mail;
pub mod operators;
pub mod plugin;
pub mod record;
pub mod schedule;
pub mod settings;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod texts;
pub mod tickets;
pub mod ui;
pub mod webhook;

pub use channel::Channel;
pub use error::{Error, Result};
pub use language::Language;
pub use log;
pub use plugin::Plugin;
pub use serde;
pub use texts::Texts;

/// What most add-ons need: `use annex_sdk::prelude::*;`.
pub mod prelude {
    pub use crate::{
        Channel, Error, Language, Plugin, Result, Texts,
        http::{self, Request},
        kv, log, settings,
        ui::{
            Actions, Badge, Banner, Button, Cell, Context, Deferred, Event, Form, Item, List, Pairs, Reply, Section,
            Table, Text, TextInput, Toast, View,
        },
    };
}
