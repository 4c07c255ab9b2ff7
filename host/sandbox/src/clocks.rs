//! The clocks of a component. A fine clock is a tool to learn what else a machine does, from how long things take: these tick as
//! coarsely as timers that wait for a service need.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use annex_domain::clock::Clock;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// What browsers give to pages that are not isolated: 100 µs.
const TICK: Duration = Duration::from_micros(100);

/// Time since the call began.
pub(crate) struct SinceStart(Instant);

impl SinceStart {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl HostMonotonicClock for SinceStart {
    fn resolution(&self) -> u64 {
        u64::try_from(TICK.as_nanos()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        let elapsed = u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX);
        elapsed - elapsed % self.resolution()
    }
}

/// The host's time of day, in milliseconds.
pub(crate) struct TimeOfDay(pub(crate) Arc<dyn Clock>);

impl HostWallClock for TimeOfDay {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::clock::{ManualClock, Timestamp};

    use super::*;

    #[test]
    fn clocks_tick_coarsely() {
        let since = SinceStart(Instant::now().checked_sub(Duration::from_nanos(1_234_567_891)).unwrap());
        assert_eq!((since.resolution(), since.now() % 100_000), (100_000, 0));
        assert!(since.now() >= 1_234_500_000);
        let day = TimeOfDay(Arc::new(ManualClock::at(Timestamp(1_700_000_000_123))));
        assert_eq!((day.resolution(), day.now()), (Duration::from_millis(1), Duration::from_millis(1_700_000_000_123)));
    }
}
