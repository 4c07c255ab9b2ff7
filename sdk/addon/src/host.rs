//! The one place where the crate meets the host: in a component, the imports of the WIT package; natively, the answers
//! of [`testing::Host`](crate::testing::Host).

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::bindings::{
    channel::annex::addon::mail,
    plugin::annex::addon::{about, contacts, files, http, kv, log, operators, schedule, settings, tickets},
};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use crate::testing::answers::{
    about, contacts, files, http, kv, log, mail, operators, schedule, settings, tickets,
};
