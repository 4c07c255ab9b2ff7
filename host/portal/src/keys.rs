//! The keys that a publisher signs packages with. Those that the command line trusts are the same ones.

mod enrol;
mod read;
mod remove;

pub use enrol::enrol;
pub use read::read;
pub use remove::remove;
