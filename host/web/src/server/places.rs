//! How many connections and requests there may be: in all, and of one address, so that no single one can take all.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

/// How many places there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// In all.
    pub all: NonZeroUsize,
    /// Of one address; of one /64 with IPv6, which is what one line gets.
    pub of_one: NonZeroUsize,
}

/// Who has which places.
#[derive(Debug)]
pub(super) struct Places {
    most: Most,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// A place; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    counted: Option<IpAddr>,
}

impl Places {
    pub(super) fn new(most: Most) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// A place for a `kind` of thing, counted for an address; none when there is none left.
    pub(super) fn take(self: &Arc<Self>, counted: Option<IpAddr>, kind: &'static str) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = counted.map_or(0, |address| taken.by.get(&address).copied().unwrap_or(0));
        let full = if of_one >= self.most.of_one.get() {
            Some("address")
        } else if taken.all >= self.most.all.get() {
            Some("all")
        } else {
            None
        };
        if let Some(full) = full {
            drop(taken);
            metrics::counter!("annex_connections_refused_total", "kind" => kind, "full" => full).increment(1);
            return None;
        }
        taken.all += 1;
        if let Some(address) = counted {
            *taken.by.entry(address).or_default() += 1;
        }
        drop(taken);
        Some(Place { places: Arc::clone(self), counted })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let Some(address) = self.counted else { return };
        if let Some(count) = taken.by.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.by.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all: usize, of_one: usize) -> Arc<Places> {
        let most = |n| NonZeroUsize::new(n).unwrap();
        Arc::new(Places::new(Most { all: most(all), of_one: most(of_one) }))
    }

    #[test]
    fn one_address_cannot_take_all() {
        let places = places(4, 2);
        let (one, two) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
        let held: Vec<_> = (0..2).map(|_| places.take(one, "test").unwrap()).collect();
        assert!(places.take(one, "test").is_none());
        let others = [places.take(two, "test").unwrap(), places.take(None, "test").unwrap()];
        assert!(places.take(two, "test").is_none(), "all are taken");
        drop(others);
        drop(held);
        assert!(places.take(one, "test").is_some());
        assert!(places.taken.lock().unwrap().by.is_empty(), "nothing is kept of who left");
    }
}
