//! The one place where the crate meets the host: in a component, the imports of the WIT package; natively, the answers
//! of [`testing::Host`](crate::testing::Host).

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::bindings::common::annex::addon::{contacts, http, kv, log, settings, tickets};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use crate::testing::answers::{contacts, http, kv, log, settings, tickets};
