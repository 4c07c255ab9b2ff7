//! What of a call's requests left this host. A channel that fails may have sent its message all the same; only the host knows
//! whether a request went out and whether its answer came back, also when the call was cut off in the middle.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

/// What became of the requests of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// Requests that left, or may have left.
    pub sent: u32,
    /// So many of them were answered, and the answer was read to its end.
    pub answered: u32,
    /// So many of the answers said that the other side did what it was asked: 2xx.
    pub accepted: u32,
    /// How the last request ended that ended.
    pub last: Option<Ended>,
    /// Seconds that the last answer asked to wait for, in its header `Retry-After`.
    pub retry_after: Option<u32>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Refused by the host, or no connection: nothing left.
    NotSent,
    /// With that HTTP status.
    Status(u16),
}

impl Requests {
    /// True when a request left and its answer is not known: the other side may have done what it was asked.
    #[must_use]
    pub fn any_unanswered(&self) -> bool {
        self.sent > self.answered
    }

    /// Those of two calls that belong together.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            answered: self.answered + other.answered,
            accepted: self.accepted + other.accepted,
            last: other.last.or(self.last),
            retry_after: other.retry_after.or(self.retry_after),
        }
    }
}

/// Counts while the requests are under way. A request counts as sent from before it leaves, so that one which is dropped
/// on its way is not forgotten.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    sent: AtomicU32,
    answered: AtomicU32,
    accepted: AtomicU32,
    /// 0: none ended; 1: not sent; else a status.
    last: AtomicU16,
    retry_after: AtomicU32,
}

const NOT_SENT: u16 = 1;

impl Traffic {
    pub(crate) fn leaves(&self) {
        self.sent.fetch_add(1, Ordering::AcqRel);
    }

    /// One that left after all did not: there was no connection.
    pub(crate) fn not_connected(&self) {
        self.sent.fetch_sub(1, Ordering::AcqRel);
        self.stayed();
    }

    /// One was refused by the host itself.
    pub(crate) fn stayed(&self) {
        self.last.store(NOT_SENT, Ordering::Release);
        self.retry_after.store(0, Ordering::Release);
    }

    pub(crate) fn answered(&self, status: u16, retry_after: Option<u32>) {
        self.answered.fetch_add(1, Ordering::AcqRel);
        if (200..300).contains(&status) {
            self.accepted.fetch_add(1, Ordering::AcqRel);
        }
        self.last.store(status, Ordering::Release);
        self.retry_after.store(retry_after.unwrap_or(0), Ordering::Release);
    }

    pub(crate) fn seen(&self) -> Requests {
        let retry_after = self.retry_after.load(Ordering::Acquire);
        Requests {
            sent: self.sent.load(Ordering::Acquire),
            answered: self.answered.load(Ordering::Acquire),
            accepted: self.accepted.load(Ordering::Acquire),
            last: match self.last.load(Ordering::Acquire) {
                0 => None,
                NOT_SENT => Some(Ended::NotSent),
                status => Some(Ended::Status(status)),
            },
            retry_after: (retry_after > 0).then_some(retry_after),
        }
    }
}
