//! Tokens of a publisher, for its programs: in CI, and beside its service.

mod create;
mod revoke;

pub use create::{Create, create};
pub use revoke::{give_back, revoke};
