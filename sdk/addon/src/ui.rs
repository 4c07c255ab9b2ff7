//! What a plugin shows: builders for its views, and what an operator did in it.
//!
//! The host draws the panel from typed data and refuses views that break its limits. The builders leave little to get
//! wrong: ids are derived and unique, a group has one primary button, a table's rows have as many cells as columns,
//! inputs exist only in forms, texts and lists stop at the host's limits.
//!
//! ```
//! use annex_sdk::prelude::*;
//!
//! let view = View::new("Order 7")
//!     .subtitle("Paid")
//!     .section(
//!         Section::new()
//!             .block(Pairs::new().text("Customer", "Ada").copyable("E-mail", "ada@example.com"))
//!             .block(Actions::new().primary(Button::invoke("ship", "Ship it")).button(Button::copy("7", "Copy number"))),
//!     )
//!     .section(Form::new("note", "Save note").input(TextInput::line("text", "Note").required()));
//! # let _ = view;
//! ```

mod actions;
mod blocks;
mod context;
mod event;
mod fit;
mod ids;
mod inputs;
mod lists;
mod reply;
mod rich;
mod view;

pub use crate::bindings::plugin::annex::addon::ui::{
    ComposerPlace, ContactPlace, Context, Entry, Event, Location, TextKind, TicketPlace, Tone, Value,
};
pub use actions::{Actions, Button, HasPrimary, NoPrimary};
pub use blocks::{Badge, Banner, Block, Cell, Divider, Empty, Image, Pairs, Progress, Skeleton, Steps, Text};
pub use inputs::{Choice, ChoiceInput, DateInput, FileInput, Input, NumberInput, TextInput, Toggle};
pub use lists::{Column, Item, List, Pages, Row, Table};
pub use reply::{Reply, Toast};
pub use rich::{Chart, Deferred, Markdown, Tabs};
pub use view::{Form, Section, View};

pub(crate) use crate::bindings::plugin::annex::addon::ui as wire;

/// Items of a list, rows of a table: what the host shows of one page. More are left out; use [`Pages`].
pub const MAX_ROWS: usize = 100;
/// Choices of an input; more are left out; use [`ChoiceInput::lookup`].
pub const MAX_CHOICES: usize = 50;
/// Buttons of a group; more are left out.
pub const MAX_BUTTONS: usize = 10;
/// Pairs, badges or steps of a block; more are left out.
pub const MAX_PARTS: usize = 50;
/// Seconds between two refreshes, at least.
pub const MIN_REFRESH: u32 = 15;
