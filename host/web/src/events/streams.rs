//! How many streams a session or token has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Streams of one session or token at the same time.
const MOST: usize = 8;

/// Who has how many streams.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<String, usize>>);

/// One of them; free again when it is dropped.
pub(crate) struct Slot {
    streams: Arc<Streams>,
    of: String,
}

impl Streams {
    /// `None`: it has as many as it may.
    pub(crate) fn take(self: &Arc<Self>, of: String) -> Option<Slot> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(of.clone()).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Slot { streams: Arc::clone(self), of })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.of) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.of);
            }
        }
    }
}
