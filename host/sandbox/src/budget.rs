//! The time of a call. What it waits for the host is added to its own time, up to a limit: a slow service or database is not
//! the component's fault. What it waits for a thread to run on is not counted at all: that is the others' doing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Budget {
    started: Instant,
    own: Duration,
    most_waiting: Duration,
    /// For the host.
    host: Waits,
    /// For a thread.
    thread: Waits,
}

/// Waits of one kind; one at a time.
#[derive(Debug, Default)]
struct Waits {
    /// Nanoseconds of waits that ended.
    ended: AtomicU64,
    /// Nanoseconds from the start to when the present wait began; 0 when there is none.
    since: AtomicU64,
}

impl Waits {
    fn so_far(&self, elapsed: u64) -> Duration {
        let present = match self.since.load(Ordering::Acquire) {
            0 => 0,
            since => elapsed.saturating_sub(since),
        };
        Duration::from_nanos(self.ended.load(Ordering::Acquire).saturating_add(present))
    }
}

impl Budget {
    pub(crate) fn new(own: Duration, most_waiting: Duration) -> Self {
        Self { started: Instant::now(), own, most_waiting, host: Waits::default(), thread: Waits::default() }
    }

    /// Since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn elapsed_nanos(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// What is left; zero when the time is over.
    pub(crate) fn left(&self) -> Duration {
        let elapsed = self.elapsed_nanos();
        let waited = self.host.so_far(elapsed).min(self.most_waiting) + self.thread.so_far(elapsed);
        (self.own + waited).saturating_sub(Duration::from_nanos(elapsed))
    }

    /// Ends when the time is over, however often it is extended meanwhile.
    pub(crate) async fn over(&self) {
        loop {
            let left = self.left();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }

    /// Time is the host's until the answer is dropped.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.begin(|budget| &budget.host)
    }

    /// It waits for a thread until the answer is dropped.
    pub(crate) fn queue(self: &Arc<Self>) -> Waiting {
        self.begin(|budget| &budget.thread)
    }

    fn begin(self: &Arc<Self>, of: fn(&Self) -> &Waits) -> Waiting {
        of(self).since.store(self.elapsed_nanos().max(1), Ordering::Release);
        Waiting { budget: Arc::clone(self), of }
    }
}

/// See [`Budget::wait`] and [`Budget::queue`].
#[derive(Debug)]
pub(crate) struct Waiting {
    budget: Arc<Budget>,
    of: fn(&Budget) -> &Waits,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let waits = (self.of)(&self.budget);
        let since = waits.since.swap(0, Ordering::AcqRel);
        waits.ended.fetch_add(self.budget.elapsed_nanos().saturating_sub(since), Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_not_charged_up_to_a_limit() {
        let budget = Arc::new(Budget::new(Duration::ZERO, Duration::from_secs(3600)));
        assert!(budget.left().is_zero());
        let budget = Arc::new(Budget::new(Duration::from_secs(3600), Duration::ZERO));
        let waiting = budget.wait();
        assert!(budget.left() < Duration::from_secs(3600));
        drop(waiting);
        assert_eq!(budget.host.since.load(Ordering::Acquire), 0);
    }

    #[test]
    fn standing_in_line_is_never_charged() {
        let budget = Arc::new(Budget::new(Duration::from_secs(3600), Duration::ZERO));
        let before = budget.left();
        let line = budget.queue();
        let held = Instant::now();
        while held.elapsed() < Duration::from_millis(5) {
            std::hint::spin_loop();
        }
        assert!(before - budget.left() < Duration::from_millis(5), "the present wait counts");
        drop(line);
        assert!(before - budget.left() < Duration::from_millis(5), "and so does one that ended");
    }
}
