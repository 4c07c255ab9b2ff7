//! What can go wrong, in four places: starting the sandbox, admitting a component, calling it, and its requests.

use annex_domain::{
    fluent::TextError,
    permission::Permission,
    text,
    ui::{Fault, UiError},
};

/// The sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The engine refuses its configuration: usually too little address space for that many slots.
    #[error("the WebAssembly engine cannot start: {0}")]
    Engine(String),
    /// The threads that run components cannot be started.
    #[error("the threads of add-ons cannot start: {0}")]
    Threads(std::io::Error),
    /// The folder of artifacts cannot be made or written.
    #[error("the folder of compiled artifacts cannot be used: {0}")]
    Artifacts(std::io::Error),
    /// TLS or name resolution cannot be set up.
    #[error("outbound HTTP cannot start: {0}")]
    Egress(String),
}

/// A component cannot be admitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// Not a component, or malformed.
    #[error("the component is malformed: {0}")]
    Malformed(String),
    /// Larger than what the host compiles.
    #[error("the component is over a limit: {0}")]
    OverLimit(String),
    /// It uses a WebAssembly feature that the host has switched off.
    #[error("the component cannot be compiled: {0}")]
    Refused(String),
    /// The compiler used up its time or memory.
    #[error("compiling the component took more than {0}")]
    Budget(&'static str),
    /// Its imports or exports are not those of the world that the manifest names.
    #[error("the component does not fit its world: {0}")]
    WitMismatch(String),
    /// The compiler could not be started, or the artifact not be kept.
    #[error("the compiler is not available: {0}")]
    Unavailable(String),
}

impl CompileError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "component-malformed",
            Self::OverLimit(_) => "component-over-limit",
            Self::Refused(_) => "component-refused",
            Self::Budget(_) => "compile-budget",
            Self::WitMismatch(_) => "wit-mismatch",
            Self::Unavailable(_) => "compiler-unavailable",
        }
    }
}

/// Why a component was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrapKind {
    /// `unreachable`: what a panic becomes.
    Unreachable,
    /// Recursion too deep.
    StackOverflow,
    /// Memory or table access out of bounds.
    OutOfBounds,
    /// Division by zero, overflow, bad conversion.
    Arithmetic,
    /// An indirect call of nothing, or with another signature.
    BadCall,
    /// A value that breaks the component ABI: a bad discriminant, pointer, text or handle.
    BadValue,
    /// More instances, tables, handles, resources or bytes handed over than allowed.
    Limit,
    /// It ended itself with `exit`.
    Exit,
    /// Anything else.
    Other,
}

/// A call did not give an answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallError {
    /// The component says why; each is a screen of the host.
    #[error("{0}")]
    Fault(Fault),
    /// It failed because it tried what the operator for whom it was called may not do.
    #[error("{}", .0.refusal())]
    NotPermitted(Permission),
    /// A channel: the service refused this message for good.
    #[error("refused by the service: {0}")]
    Rejected(String),
    /// A lifecycle hook or an event handler answered an error.
    #[error("{0}")]
    Hook(String),
    /// The component was stopped.
    #[error("the add-on was stopped: {message}")]
    Trap {
        /// Why.
        kind: TrapKind,
        /// For the author.
        message: String,
    },
    /// Out of time.
    #[error("the add-on did not answer in time")]
    Deadline,
    /// Out of instructions.
    #[error("the add-on used up its instructions")]
    Fuel,
    /// Out of memory.
    #[error("the add-on used up its memory")]
    Memory,
    /// The answer breaks a rule.
    #[error("the add-on's answer is not valid: {0}")]
    BadOutput(UiError),
    /// Too many calls of the installation, its desk or the host are under way or wait already.
    #[error("too many calls of the add-on are waiting: try again in a moment")]
    Busy,
    /// A text of a language breaks a rule.
    #[error("a text of the language is not valid: {0}")]
    BadTexts(TextError),
    /// What it wrote would have gone on for ever: it was not told to those who would have answered.
    #[error("{0}")]
    Chain(String),
    /// The host's own fault: no artifact, a defect; in the background also no slot in time.
    #[error("the add-on cannot run now: {0}")]
    Unavailable(String),
}

impl CallError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fault(Fault::NeedsConfig(_)) => "needs-config",
            Self::Fault(Fault::NeedsAuth(_)) => "needs-auth",
            Self::Fault(Fault::Upstream(_)) => "upstream",
            Self::Fault(Fault::Denied(_)) => "denied",
            Self::Fault(Fault::Internal(_)) => "internal",
            Self::NotPermitted(_) => "not-permitted",
            Self::Rejected(_) => "rejected",
            Self::Hook(_) => "hook-failed",
            Self::Trap { .. } => "trap",
            Self::Deadline => "deadline",
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::BadOutput(_) => "bad-output",
            Self::Busy => "busy",
            Self::BadTexts(error) => error.code,
            Self::Chain(_) => "endless-chain",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Without what could forge lines of a log, or turn text around: an add-on chose the words.
    #[must_use]
    pub(crate) fn cleaned(mut self) -> Self {
        let text = match &mut self {
            Self::Fault(
                Fault::NeedsConfig(text)
                | Fault::NeedsAuth(text)
                | Fault::Upstream(text)
                | Fault::Denied(text)
                | Fault::Internal(text),
            )
            | Self::Rejected(text)
            | Self::Hook(text) => text,
            _ => return self,
        };
        text::clean(text, true);
        self
    }

    /// True when the host had to stop the component, or what it led to: three of these within an hour suspend the installation (R64).
    #[must_use]
    pub fn is_trap(&self) -> bool {
        matches!(self, Self::Trap { .. } | Self::Deadline | Self::Fuel | Self::Memory | Self::Chain(_))
    }
}

/// An outbound request was not sent, or its answer not taken. Texts never carry a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The request is malformed.
    #[error("{0}")]
    Invalid(String),
    /// The host is not declared, or not granted.
    #[error("{0}")]
    Denied(String),
    /// A setting that a credential needs is missing or empty.
    #[error("the setting `{0}` is missing")]
    NeedsSetting(String),
    /// No resolution, connection or TLS, or not a public address.
    #[error("{0}")]
    Unreachable(String),
    /// Out of time.
    #[error("no answer in time")]
    Timeout,
    /// The request or the answer.
    #[error("{0}")]
    TooLarge(String),
    /// The desk's rate; milliseconds until the next.
    #[error("too many requests: try again in {0} ms")]
    RateLimited(u32),
}

impl EgressError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-request",
            Self::Denied(_) => "denied",
            Self::NeedsSetting(_) => "needs-setting",
            Self::Unreachable(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::TooLarge(_) => "too-large",
            Self::RateLimited(_) => "rate-limited",
        }
    }
}
