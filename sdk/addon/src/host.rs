//! The one place where the crate meets the host: in a component, the imports of the WIT package; natively, the answers
//! of [`testing::Host`](crate::testing::Host). Channels speak an older version: with their feature, what they may import is that of
//! [`channel::host`](crate::channel).

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::bindings::plugin::annex::addon::{about, contacts, files, operators, schedule, tickets};
#[cfg(all(target_arch = "wasm32", not(feature = "channel")))]
pub(crate) use crate::bindings::plugin::annex::addon::{http, kv, log, settings};
#[cfg(all(target_arch = "wasm32", feature = "channel"))]
pub(crate) use crate::channel::host::{http, kv, log, settings};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use crate::testing::answers::{
    about, contacts, files, http, kv, log, operators, schedule, settings, tickets,
};
