//! Calls at times that were planned: the interface `schedules` of the WIT package.

use crate::clock::Timestamp;

/// Why a call is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// The manifest plans it, under this key.
    Regular(String),
    /// The add-on planned it, under this key.
    Once(String),
}

/// A time that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The same when it is delivered again.
    pub id: String,
    /// Which plan.
    pub plan: Plan,
    /// For when it was planned.
    pub due: Timestamp,
    /// What the add-on gave along.
    pub data: Vec<u8>,
}
