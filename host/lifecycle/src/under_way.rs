//! What this process is at: let go when it stops in good order, so that it does not count as a death ([`jobs::DEATHS`]).
//! And what counts as one although the process lives on: a panic.

use std::{
    any::Any,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use annex_domain::ids::{JobId, SagaId};
use annex_store::{
    StoreError,
    jobs::{self, Job},
    sagas::{self, Saga},
};

use crate::{
    Lifecycle,
    saga::{End, describe},
    set_aside,
};

/// Jobs and operations that are being done in this process.
#[derive(Debug, Default, Clone)]
pub(crate) struct UnderWay(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    jobs: BTreeMap<JobId, Job>,
    sagas: BTreeMap<SagaId, Saga>,
}

/// Takes a job or an operation off the list when it is dropped.
pub(crate) struct Entry(UnderWay, What);

enum What {
    Job(JobId),
    Saga(SagaId),
}

impl UnderWay {
    pub(crate) fn job(&self, job: &Job) -> Entry {
        self.change(|held| held.jobs.insert(job.id, job.clone()));
        Entry(self.clone(), What::Job(job.id))
    }

    pub(crate) fn saga(&self, saga: &Saga) -> Entry {
        self.change(|held| held.sagas.insert(saga.id, saga.clone()));
        Entry(self.clone(), What::Saga(saga.id))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Self(under_way, what) = self;
        under_way.change(|held| match what {
            What::Job(id) => drop(held.jobs.remove(id)),
            What::Saga(id) => drop(held.sagas.remove(id)),
        });
    }
}

impl Lifecycle {
    /// Call it last, before the process ends in good order: what is cut off goes on at the next start, and nobody takes it
    /// for what stopped the host.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn let_go(&self) -> Result<(), StoreError> {
        let held = self.under_way.change(std::mem::take);
        if held.jobs.is_empty() && held.sagas.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for job in held.jobs.values() {
            jobs::let_go(&mut tx, job).await?;
        }
        for saga in held.sagas.values() {
            sagas::let_go(&mut tx, saga).await?;
        }
        tx.commit().await
    }

    /// Writes down why an operation ended as a death does; it counts when its lease ends.
    pub(crate) async fn note_death(&self, saga: &Saga, text: &str) {
        let noted = async {
            let mut tx = self.db.begin().await?;
            sagas::died(&mut tx, saga, text).await?;
            tx.commit().await
        };
        let noted: Result<(), StoreError> = noted.await;
        if let Err(error) = noted {
            tracing::warn!(saga = %saga.id, error = describe(&error), "why an operation ended could not be written");
        }
    }

    /// Sets an operation aside that this version cannot carry on, with a mail to those who decide.
    pub(crate) async fn refuse(&self, saga: &Saga, text: &str) -> End {
        let refused = async {
            let mut tx = self.db.begin().await?;
            let now = self.clock.now();
            sagas::set_aside(&mut tx, saga, text, now).await?;
            set_aside::tell_of_operation(&mut tx, saga, now).await?;
            tx.commit().await
        };
        let refused: Result<(), StoreError> = refused.await;
        match refused {
            Ok(()) => End::SetAside,
            Err(StoreError::Lost(_)) => End::Lost,
            Err(error) => {
                tracing::warn!(saga = %saga.id, error = describe(&error), "an operation could not be set aside");
                End::Later
            }
        }
    }
}

/// The words of a panic.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    format!("a part of the host panicked: {text}")
}
