//! HTML that was made harmless, kept in memory: so much of it, the oldest goes first. It is kept by what it was made of, so it
//! never is out of date.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use annex_domain::addon::Digest;
use annex_html::Clean;

/// Bytes that are kept: some hundreds of mails.
const MOST: usize = 16 * 1024 * 1024;

/// What an entry takes beside its text.
const ENTRY: usize = 512;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    clean: HashMap<Digest, Arc<Clean>>,
    /// The oldest first.
    order: VecDeque<Digest>,
    bytes: usize,
}

impl Kept {
    pub(crate) fn get(&self, key: &Digest) -> Option<Arc<Clean>> {
        self.inner().clean.get(key).cloned()
    }

    pub(crate) fn put(&self, key: Digest, clean: Arc<Clean>) {
        let mut inner = self.inner();
        let bytes = cost(&clean);
        // Two may have made it at the same time.
        if bytes > MOST || inner.clean.insert(key.clone(), clean).is_some() {
            return;
        }
        inner.order.push_back(key);
        inner.bytes += bytes;
        while inner.bytes > MOST {
            let Some(oldest) = inner.order.pop_front() else { return };
            let gone = inner.clean.remove(&oldest).map_or(0, |clean| cost(&clean));
            inner.bytes = inner.bytes.saturating_sub(gone);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a message takes: with its keys, so that what is nothing when it is clean is counted as well.
fn cost(clean: &Clean) -> usize {
    clean.html.len() + ENTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: usize) -> Arc<Clean> {
        Arc::new(Clean { html: "x".repeat(bytes), held_back: 0 })
    }

    #[test]
    fn the_oldest_goes_when_there_is_too_much() {
        let kept = Kept::default();
        let [first, second, third, huge] = [b"1", b"2", b"3", b"4"].map(|text| Digest::of(text));
        kept.put(first.clone(), of(MOST / 2 - ENTRY));
        kept.put(first.clone(), of(MOST / 2 - ENTRY));
        kept.put(second.clone(), of(MOST / 2 - ENTRY));
        assert!(kept.get(&first).is_some() && kept.get(&second).is_some());
        kept.put(third.clone(), of(1));
        assert!(kept.get(&first).is_none() && kept.get(&second).is_some() && kept.get(&third).is_some());
        kept.put(huge.clone(), of(MOST + 1));
        assert!(kept.get(&huge).is_none() && kept.get(&third).is_some());
    }
    #[test]
    fn what_is_nothing_when_it_is_clean_is_counted_as_well() {
        let kept = Kept::default();
        let key = |number: usize| Digest::of(&number.to_be_bytes());
        for number in 0..=MOST / ENTRY {
            kept.put(key(number), of(0));
        }
        assert!(kept.get(&key(0)).is_none() && kept.get(&key(1)).is_some());
    }
}
