//! Publishers themselves: what they are called, and whether they may do anything.

mod set_status;
mod update;

pub use set_status::set_status;
pub use update::{Details, update};
