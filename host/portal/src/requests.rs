//! Requests for an account of a publisher: asked for by anybody, decided by the platform.

mod approve;
mod ask;
mod refuse;

pub use approve::{Approved, Making, approve};
pub use ask::{ABOUT, Ask, ask};
pub use refuse::{REASON, refuse};
