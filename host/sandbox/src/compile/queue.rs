//! Who may compile: two queues, so that what is in use never waits behind uploads. In each, publishers take turns, and one
//! publisher has one compiler at most: four packages that take a minute each hold up nobody else's.

use std::time::Duration;

use annex_domain::addon::PublisherSlug;

use crate::{
    error::CompileError,
    gate::{Gate, Most, Pace, Permit},
};

const UPLOADS: Most = Most { of_member: 1, of_group: 1, of_all: 2, waiting: 8 };
const USES: Most = Most { of_member: 1, of_group: 1, of_all: 1, waiting: 64 };
/// As long as a compiler may hang.
const PATIENCE: Duration = Duration::from_mins(10);

type Line = Gate<PublisherSlug, PublisherSlug>;

/// Why a component is compiled: each has a queue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// A publisher hands it in; publishers take turns.
    Upload,
    /// It is in use, and its artifact is from another engine, or gone.
    Use,
}

/// See the module.
pub(crate) struct Queues {
    uploads: Line,
    uses: Line,
}

impl Queues {
    pub(crate) fn new() -> Self {
        Self { uploads: Gate::new(UPLOADS), uses: Gate::new(USES) }
    }

    /// Waits for the turn of a publisher.
    ///
    /// # Errors
    /// [`CompileError::Unavailable`] when too many of its packages wait: that says nothing about the package.
    pub(crate) async fn enter(
        &self,
        errand: Errand,
        publisher: PublisherSlug,
    ) -> Result<Permit<PublisherSlug, PublisherSlug>, CompileError> {
        let line = match errand {
            Errand::Upload => &self.uploads,
            Errand::Use => &self.uses,
        };
        let busy = |_| CompileError::Unavailable("too many packages of this publisher wait: try again later".into());
        line.enter(publisher.clone(), publisher, Pace::Background, PATIENCE).await.map_err(busy)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn four_slow_packages_of_one_publisher_hold_up_nobody_else() {
        let queues = Queues::new();
        let enter = |errand, publisher: &str| Box::pin(queues.enter(errand, publisher.parse().unwrap()));
        let slow = enter(Errand::Upload, "slow").await.unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| enter(Errand::Upload, "slow")).collect();
        assert!(waiting.iter_mut().all(|slow| slow.now_or_never().is_none()), "one publisher, one compiler");
        let good = enter(Errand::Upload, "good").now_or_never().unwrap().unwrap();
        let mut third = enter(Errand::Upload, "third");
        assert!((&mut third).now_or_never().is_none());
        assert!(enter(Errand::Use, "slow").now_or_never().unwrap().is_ok(), "what is in use has a queue of its own");
        drop(good);
        assert!(third.now_or_never().unwrap().is_ok());
        drop(slow);
        assert!(waiting.remove(0).now_or_never().unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_full_queue_is_the_hosts_matter() {
        let queues = Queues::new();
        let _first = queues.enter(Errand::Upload, "slow".parse().unwrap()).await.unwrap();
        let mut waiting: Vec<_> = Vec::new();
        for _ in 0..UPLOADS.waiting {
            let mut one = Box::pin(queues.enter(Errand::Upload, "slow".parse().unwrap()));
            assert!((&mut one).now_or_never().is_none());
            waiting.push(one);
        }
        let full = queues.enter(Errand::Upload, "slow".parse().unwrap()).now_or_never().unwrap();
        assert!(matches!(full, Err(CompileError::Unavailable(_))));
    }
}
