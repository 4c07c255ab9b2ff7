//! Runs add-ons: WebAssembly components in fresh, limited instances that reach the world only through the host's
//! narrow interfaces. The only crate that knows wasmtime, and the home of outbound HTTP.
//!
//! Invariants:
//! - Only what [`Sandbox::admit`] made of a verified package can be called, so nothing unverified runs.
//! - Every call gets a fresh store and instance: no state is left for the next call or for another desk.
//! - A component reaches only what its manifest declares **and** the desk granted.
//! - No secret enters a component, an error text or a log line.
//! - Components run on threads of their own, in turn: see [`guest_threads`]. How many calls are under way is bounded
//!   by installation, desk and host, and queues are served in turn: see [`gate`].
//! - Compiled artifacts are deserialized only after their MAC was checked.

mod admit;
mod artifacts;
mod bindings;
mod budget;
mod cache;
mod clocks;
mod compile;
mod config;
pub mod egress;
mod engine;
mod error;
#[cfg(test)]
mod figures;
mod fixed_data;
pub mod gate;
mod guest_threads;
mod host;
mod lent;
mod log_capture;
mod report;
mod runtime;
mod state;
mod traffic;
mod turns;
mod writes;

pub use admit::Admitted;
pub use compile::{check::check_component, child::compile_main, queue::Errand};
pub use config::{Compiler, CompilerCommand, Deadlines, EgressConfig, Limits, SandboxConfig, Slots};
pub use engine::Effort;
pub use error::{CallError, CompileError, EgressError, SandboxError, TrapKind};
pub use fixed_data::FixedData;
pub use lent::Entered;
pub use report::{CallScope, Finished, HostCall, LogLine, Outcome, Report};
pub use runtime::{
    Sandbox,
    events::{Beside, Changed, Happening, What},
};
pub use traffic::{Ended, Requests};
