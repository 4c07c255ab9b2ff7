//! What a call is given, and what it cost: recorded per installation, shown to authors by `annex addon dev`.

use std::time::Duration;

use annex_domain::{capability::Grant, clock::Timestamp, ids::CallId, log::Level, ports::Scope};

use crate::{error::CallError, traffic::Requests};

/// On whose behalf a component is called, and what the desk granted. In force is only what the manifest of the
/// admitted package declares as well.
#[derive(Debug, Clone)]
pub struct CallScope {
    /// Desk, installation, add-on, call.
    pub scope: Scope,
    /// What the desk consented to.
    pub grant: Grant,
}

/// A call that ended, well or not, with what it cost.
#[derive(Debug, Clone)]
pub struct Finished<T> {
    /// The answer.
    pub result: Result<T, CallError>,
    /// The cost.
    pub report: Report,
}

impl<T> Finished<T> {
    /// A fault of an add-on that the host found without calling it.
    #[must_use]
    pub fn without_call(error: CallError, at: Timestamp) -> Self {
        Self { result: Err(error), report: Report::empty(CallId::new(), at) }
    }

    /// The same call with another answer.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Finished<U> {
        Finished { result: self.result.map(change), report: self.report }
    }
}

/// What a call cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The call.
    pub call: CallId,
    /// When it started.
    pub started: Timestamp,
    /// From start to end.
    pub wall: Duration,
    /// WebAssembly instructions, roughly.
    pub fuel: u64,
    /// The most linear memory at once, in bytes.
    pub peak_memory: u64,
    /// The first 100 calls of host interfaces.
    pub host_calls: Vec<HostCall>,
    /// All calls of host interfaces.
    pub host_call_count: u32,
    /// What became of its requests to other systems.
    pub requests: Requests,
    /// At most 200 lines and 64 KiB.
    pub logs: Vec<LogLine>,
    /// Lines that were dropped at those limits.
    pub logs_dropped: u32,
}

/// A call of a host interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCall {
    /// Such as `http.send`.
    pub name: &'static str,
    /// What it was about, such as `GET api.example.com`; never a secret.
    pub detail: String,
    /// How long it took.
    pub wall: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a call of a host interface ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Well; a word about the answer, such as `200` or `none`.
    Ok(String),
    /// With that typed error.
    Error(String),
}

/// A line that a component wrote, through `log` or to stdout and stderr. Control characters are taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How important.
    pub level: Level,
    /// One line.
    pub message: String,
    /// When.
    pub at: Timestamp,
}
