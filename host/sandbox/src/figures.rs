//! What is counted and measured, for tests to look at.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::Ordering},
};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, atomics::AtomicU64};

/// Notes the names of what is counted and measured, and adds up what is counted.
#[derive(Default)]
pub(crate) struct Figures {
    names: Mutex<Vec<String>>,
    counts: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
}

impl Figures {
    /// The names in their order, each as often as something was counted or measured under it.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.lock().unwrap().clone()
    }

    /// What was counted under a name, over all its labels.
    pub(crate) fn counted(&self, name: &str) -> u64 {
        self.counts.lock().unwrap().get(name).map_or(0, |count| count.load(Ordering::Acquire))
    }

    fn note(&self, key: &Key) {
        self.names.lock().unwrap().push(key.name().to_owned());
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.note(key);
        let mut counts = self.counts.lock().unwrap();
        Counter::from_arc(Arc::clone(counts.entry(key.name().to_owned()).or_default()))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.note(key);
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.note(key);
        Histogram::noop()
    }
}
