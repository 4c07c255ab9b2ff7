//! How a call pauses: it says why, and whoever polls it reads that.

use std::{
    future::poll_fn,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
};

/// Why a call paused: set by the call, read by whoever polls it.
#[derive(Debug, Default)]
pub(crate) struct Switch {
    made_way: AtomicBool,
    outside: AtomicBool,
}

impl Switch {
    /// Makes way for others.
    pub(crate) async fn tick(&self) {
        pause(|| self.made_way.store(true, Ordering::Release)).await;
    }

    /// Off the guest thread, for a host function.
    pub(crate) async fn leave(&self) {
        pause(|| self.outside.store(true, Ordering::Release)).await;
    }

    /// Back to a guest thread, in turn.
    pub(crate) async fn come_back(&self) {
        pause(|| self.outside.store(false, Ordering::Release)).await;
    }

    /// Whether it made way since this was last asked.
    pub(super) fn has_made_way(&self) -> bool {
        self.made_way.swap(false, Ordering::AcqRel)
    }

    /// It is in a host function.
    pub(super) fn is_outside(&self) -> bool {
        self.outside.load(Ordering::Acquire)
    }
}

/// Pending once. Wakes at once, so that it also goes on where no guest thread polls.
async fn pause(first: impl Fn()) {
    let mut paused = false;
    poll_fn(|cx| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        first();
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
