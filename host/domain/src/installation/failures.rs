//! When a failed installation is tried again by itself (R31): once for each cause at first, then with growing pauses.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, provisioning::DECLINED};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// The pauses before the host tries again by itself. After the last one, people have to.
const PAUSES: [u64; 6] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR];

/// Failures in a row for the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The code of the notice.
    pub cause: String,
    /// How many.
    pub count: u32,
    /// From when on the host tries again, when somebody looks. None: not any more.
    pub retry_at: Option<Timestamp>,
}

impl Failures {
    /// After one more for `cause`.
    #[must_use]
    pub fn another(before: Option<&Self>, cause: &str, now: Timestamp) -> Self {
        let same = before.filter(|before| before.cause == cause);
        let count = same.map_or(1, |before| before.count.saturating_add(1));
        // A publisher that said no is asked again by people only.
        let pause = usize::try_from(count - 1).ok().filter(|_| cause != DECLINED).and_then(|at| PAUSES.get(at));
        Self { cause: cause.to_owned(), count, retry_at: pause.map(|seconds| now.after(Duration::from_secs(*seconds))) }
    }

    /// True for the first of its cause: people are told once.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.count == 1
    }

    /// True when the host may try again by itself.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.retry_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_people_have_to_look() {
        let mut now = Timestamp(0);
        let mut failures = Failures::another(None, "trap", now);
        assert!(failures.is_news() && !failures.is_due(now));
        let mut tries = 0;
        while let Some(at) = failures.retry_at {
            assert!(at > now && failures.is_due(at));
            now = at;
            failures = Failures::another(Some(&failures), "trap", now);
            assert!(!failures.is_news());
            tries += 1;
        }
        assert_eq!(tries, PAUSES.len());
        assert!(now > Timestamp(0).after(Duration::from_secs(24 * HOUR)));
    }

    #[test]
    fn a_publisher_that_declined_is_not_asked_by_loading_a_page() {
        let declined = Failures::another(None, DECLINED, Timestamp(0));
        assert!(declined.is_news() && declined.retry_at.is_none());
    }

    #[test]
    fn another_cause_is_news() {
        let first = Failures::another(None, "trap", Timestamp(0));
        let second = Failures::another(Some(&first), "unavailable", Timestamp(9));
        assert!(second.is_news() && second.retry_at.is_some());
    }
}
