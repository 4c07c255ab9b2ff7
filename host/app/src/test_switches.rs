//! Switches for tests of the binary, by environment variables: another time, a way of charging that is wrong on purpose, a
//! death at a named point. A release build does not start with the first two, and ignores the last.

use std::sync::Arc;

use annex_domain::clock::{Clock, SystemClock, Timestamp};
use anyhow::{Context as _, bail};

/// The system's clock, shifted by `ANNEX_CLOCK_OFFSET` seconds.
///
/// # Errors
/// When that is no number, or this is a release build.
pub(crate) fn clock() -> anyhow::Result<Arc<dyn Clock>> {
    let Some(offset) = given("ANNEX_CLOCK_OFFSET")? else { return Ok(Arc::new(SystemClock)) };
    let seconds: i64 = offset.trim().parse().context("ANNEX_CLOCK_OFFSET is not a number of seconds")?;
    let ms = seconds.checked_mul(1000).context("ANNEX_CLOCK_OFFSET is too large")?;
    Ok(Arc::new(Shifted(ms)))
}

/// A variable that only debug builds know; empty is as good as none.
///
/// # Errors
/// When it is set in a release build: the host would not do what whoever set it believes.
pub(crate) fn given(name: &str) -> anyhow::Result<Option<String>> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_some() && !cfg!(debug_assertions) {
        bail!("{name} is for tests of debug builds: unset it");
    }
    Ok(value)
}

/// Ends the process as a power cut would: nothing is flushed, nobody is told.
pub(crate) fn die(point: &str) {
    tracing::error!(point, "crashing on purpose");
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    // Should the signal be late.
    std::process::abort();
}

#[derive(Debug)]
struct Shifted(i64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0.saturating_add(self.0))
    }
}
