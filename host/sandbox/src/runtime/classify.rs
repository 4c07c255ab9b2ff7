//! Says why a call ended without an answer: the component's fault (and which), or the host's.

use annex_domain::text;
use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use crate::{
    bindings::NoSuchFunction,
    error::{CallError, TrapKind},
    host::HostPanic,
};

const LONGEST_MESSAGE: usize = 2_000;

/// `refused_memory`: the limiter refused a growth during this call, so that a trap is what became of it.
pub(super) fn classify(error: &wasmtime::Error, refused_memory: bool) -> CallError {
    if let Some(panic) = error.downcast_ref::<HostPanic>() {
        return CallError::Unavailable(panic.to_string());
    }
    if let Some(missing) = error.downcast_ref::<NoSuchFunction>() {
        return CallError::Unavailable(missing.to_string());
    }
    if error.is::<PoolConcurrencyLimitError>() {
        return CallError::Unavailable("too many calls at once".into());
    }
    let kind = match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => return CallError::Deadline,
        Some(Trap::OutOfFuel) => return CallError::Fuel,
        _ if refused_memory => return CallError::Memory,
        Some(trap) => kind(*trap),
        None if error.is::<I32Exit>() => TrapKind::Exit,
        None => by_text(error),
    };
    // Names of functions come from the component.
    let mut message = format!("{error:#}").chars().take(LONGEST_MESSAGE).collect();
    text::clean(&mut message, true);
    CallError::Trap { kind, message }
}

fn kind(trap: Trap) -> TrapKind {
    match trap {
        Trap::UnreachableCodeReached => TrapKind::Unreachable,
        Trap::StackOverflow => TrapKind::StackOverflow,
        Trap::MemoryOutOfBounds | Trap::TableOutOfBounds | Trap::HeapMisaligned => TrapKind::OutOfBounds,
        Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => TrapKind::Arithmetic,
        Trap::IndirectCallToNull | Trap::BadSignature => TrapKind::BadCall,
        Trap::InvalidChar
        | Trap::InvalidDiscriminant
        | Trap::StringOutOfBounds
        | Trap::ListOutOfBounds
        | Trap::UnalignedPointer
        | Trap::CannotEnterComponent
        | Trap::CannotLeaveComponent => TrapKind::BadValue,
        _ => TrapKind::Other,
    }
}

/// The engine has no types for these errors. Anything else that it reports while it moves values is a bad value.
fn by_text(error: &wasmtime::Error) -> TrapKind {
    const LIMITS: [&str; 5] = [
        "fuel allocated for hostcalls",
        "handle limit exceeded",
        "resource limit exceeded",
        "table has no free keys",
        "exceeds",
    ];
    let text = format!("{error:#}");
    if LIMITS.iter().any(|limit| text.contains(limit)) { TrapKind::Limit } else { TrapKind::BadValue }
}
