//! Which pages of forms were sent: each is good once. What one network has sent is bounded, so that few do not fill the list for all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use annex_domain::clock::Timestamp;
use annex_lifecycle::Lifecycle;

/// Pages that are remembered as sent, and those of them that one network has sent: few networks must not fill it for all.
const MOST_SPENT: usize = 50_000;
const MOST_SPENT_OF_ONE: usize = 500;

/// Who asks, as far as it is known.
pub(super) type Network = Option<IpAddr>;

/// The pages that were sent.
#[derive(Default)]
pub(super) struct Spent(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// By their ids: when, and by whom.
    sent: HashMap<String, (Timestamp, Network)>,
    /// How many of them each has sent.
    of: HashMap<Network, usize>,
}

impl Spent {
    /// True for one that was not; it is from then on.
    pub(super) fn spend(&self, id: &str, by: Network, now: Timestamp) -> bool {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.is_full(by) {
            pages.forget_old(now);
        }
        if pages.is_full(by) || pages.sent.contains_key(id) {
            return false;
        }
        pages.sent.insert(id.to_owned(), (now, by));
        *pages.of.entry(by).or_default() += 1;
        true
    }
}

impl Pages {
    fn is_full(&self, by: Network) -> bool {
        self.sent.len() >= MOST_SPENT || self.of.get(&by).is_some_and(|sent| *sent >= MOST_SPENT_OF_ONE)
    }

    fn forget_old(&mut self, now: Timestamp) {
        self.sent.retain(|_, (at, _)| now.0 - at.0 < Lifecycle::FORM_LASTS_MS);
        self.of.clear();
        for (_, by) in self.sent.values() {
            *self.of.entry(*by).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_good_once() {
        let spent = Spent::default();
        assert!(spent.spend("a", None, Timestamp(0)) && spent.spend("b", None, Timestamp(0)));
        assert!(!spent.spend("a", Some(IpAddr::from([192, 0, 2, 1])), Timestamp(1)));
    }

    #[test]
    fn one_network_does_not_fill_for_all_what_is_remembered() {
        let (spent, [one, other]) = (Spent::default(), [1, 2].map(|end| Some(IpAddr::from([192, 0, 2, end]))));
        for page in 0..MOST_SPENT_OF_ONE {
            assert!(spent.spend(&page.to_string(), one, Timestamp(0)));
        }
        assert!(!spent.spend("one more", one, Timestamp(1)) && spent.spend("another", other, Timestamp(1)));
        assert!(spent.spend("one more", one, Timestamp(Lifecycle::FORM_LASTS_MS)), "the others are too old to be sent");
    }
}
