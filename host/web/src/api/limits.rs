//! Rate limits of this node: a burst, then a steady rate, per caller of the API and per installation of a channel.
//! They keep one runaway script from starving the others; they are not a quota across nodes.

use std::{hash::Hash, num::NonZeroU32, sync::Arc};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};

/// A limit per `K`. Cheap to clone.
#[derive(Debug)]
pub(crate) struct Limit<K: Hash + Eq + Clone>(Arc<RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>>);

impl<K: Hash + Eq + Clone> Clone for Limit<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Keys that are kept before those at rest are dropped.
const TIDY_ABOVE: usize = 10_000;

impl<K: Hash + Eq + Clone> Limit<K> {
    /// `burst` at once, then `per_second`.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let [per_second, burst] = [per_second, burst].map(|n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Self(Arc::new(RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst))))
    }

    /// Counts one request.
    ///
    /// # Errors
    /// Whole seconds (at least 1) after which the next one passes.
    pub(crate) fn check(&self, key: &K) -> Result<(), u64> {
        if self.0.len() > TIDY_ABOVE {
            self.0.retain_recent();
        }
        self.0.check_key(key).map_err(|early| early.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_burst() {
        let limit = Limit::new(1, 2);
        assert!(limit.check(&"a").is_ok() && limit.check(&"a").is_ok());
        assert!(limit.check(&"a").is_err_and(|seconds| seconds >= 1));
        assert!(limit.check(&"b").is_ok());
    }
}
