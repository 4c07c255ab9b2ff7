//! Components that are loaded and linked, by digest and kind, bounded by the bytes of their code: the least recently
//! used goes first. A call that runs keeps its component alive whatever happens here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use annex_domain::{
    addon::{Digest, Kind},
    manifest::Wit,
};

/// The same bytes can be asked for as another kind or version, whose world they do not fit.
pub(crate) type Key = (Digest, World);
/// Which world a component is to fit.
pub(crate) type World = (Wit, Kind);

/// See the module.
pub(crate) struct Cache<T> {
    most_bytes: u64,
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    entries: HashMap<Key, Entry<T>>,
    bytes: u64,
    /// Counts uses, to tell older from newer.
    uses: u64,
}

struct Entry<T> {
    value: Arc<T>,
    bytes: u64,
    used: u64,
}

impl<T> Cache<T> {
    pub(crate) fn new(most_bytes: u64) -> Self {
        Self { most_bytes, inner: Mutex::new(Inner { entries: HashMap::new(), bytes: 0, uses: 0 }) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<T>> {
        let mut inner = self.lock();
        inner.uses += 1;
        let now = inner.uses;
        let entry = inner.entries.get_mut(key)?;
        entry.used = now;
        Some(Arc::clone(&entry.value))
    }

    pub(crate) fn remove(&self, key: &Key) {
        let mut inner = self.lock();
        if let Some(gone) = inner.entries.remove(key) {
            inner.bytes -= gone.bytes;
        }
    }

    /// Adds a component, and drops others until all fit. One that is larger than everything stays alone.
    pub(crate) fn put(&self, key: Key, value: Arc<T>, bytes: u64) {
        let mut inner = self.lock();
        inner.uses += 1;
        let used = inner.uses;
        if let Some(before) = inner.entries.insert(key, Entry { value, bytes, used }) {
            inner.bytes -= before.bytes;
        }
        inner.bytes += bytes;
        inner.shrink_to(self.most_bytes);
        metrics::gauge!("annex_sandbox_loaded_bytes").set(inner.bytes as f64);
        metrics::gauge!("annex_sandbox_loaded_components").set(inner.entries.len() as f64);
    }
}

impl<T> Inner<T> {
    fn shrink_to(&mut self, most_bytes: u64) {
        while self.bytes > most_bytes && self.entries.len() > 1 {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
            let Some(gone) = oldest.and_then(|key| self.entries.remove(&key)) else { break };
            self.bytes -= gone.bytes;
        }
    }
}

#[cfg(test)]
impl<T> Cache<T> {
    pub(crate) fn shrink_to(&self, most_bytes: u64) {
        self.lock().shrink_to(most_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: u8) -> Key {
        (Digest::of(&[of]), (Wit::V0_1, Kind::Plugin))
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let cache = Cache::new(100);
        cache.put(key(1), Arc::new(1), 40);
        cache.put(key(2), Arc::new(2), 40);
        assert_eq!(cache.get(&key(1)).as_deref(), Some(&1));
        cache.put(key(3), Arc::new(3), 40);
        assert!(cache.get(&key(2)).is_none());
        assert!(cache.get(&key(1)).is_some() && cache.get(&key(3)).is_some());
        cache.put(key(4), Arc::new(4), 1000);
        assert_eq!(cache.lock().entries.len(), 1);
        assert!(cache.get(&key(4)).is_some());
    }

    #[test]
    fn replacing_does_not_count_twice() {
        let cache = Cache::new(100);
        for _ in 0..10 {
            cache.put(key(1), Arc::new(1), 60);
        }
        assert_eq!(cache.lock().bytes, 60);
        cache.put((key(1).0, (Wit::V0_1, Kind::Channel)), Arc::new(2), 30);
        assert_eq!(cache.get(&key(1)).as_deref(), Some(&1));
    }
}
