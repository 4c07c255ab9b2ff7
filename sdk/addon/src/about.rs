//! Which installation this is. Needs no capability.
//!
//! ```
//! use annex_sdk::{about, testing::Host};
//!
//! let _host = Host::new();
//! assert_eq!(about::get().desk, "Test desk");
//! ```

use crate::host;

pub use crate::bindings::plugin::annex::addon::about::Installation;

/// What the host knows of the installation that is called. It does not change within a call.
#[must_use]
pub fn get() -> Installation {
    host::about::get()
}
