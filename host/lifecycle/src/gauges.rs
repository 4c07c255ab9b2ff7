//! Figures about the queues, for `/metrics`: how many jobs there are of each kind, and how far the workers are behind.

use std::collections::BTreeSet;

use annex_domain::clock::Timestamp;
use annex_store::{StoreError, jobs, sagas};

use crate::Lifecycle;

/// Series that were set: what is gone has to become zero.
#[derive(Debug, Default)]
pub(crate) struct Gauges(BTreeSet<(String, String)>);

impl Lifecycle {
    /// Looks at the queues and sets the figures.
    pub(crate) async fn measure_queues(&self, known: &mut Gauges, now: Timestamp) -> Result<(), StoreError> {
        let mut conn = self.db.read().await?;
        let (counts, operations) = (jobs::counts(&mut conn).await?, sagas::counts(&mut conn).await?);
        drop(conn);
        let mut gone = std::mem::take(&mut known.0);
        for count in counts {
            let late = now.since(Timestamp(count.oldest_run_at)).as_secs_f64();
            set(&count.kind, &count.state, count.jobs, if count.state == "waiting" { late } else { 0.0 });
            let series = (count.kind, count.state);
            gone.remove(&series);
            known.0.insert(series);
        }
        for (kind, state) in gone {
            set(&kind, &state, 0, 0.0);
        }
        for (state, count) in operations {
            metrics::gauge!("annex_operations", "state" => state).set(count as f64);
        }
        Ok(())
    }
}

fn set(kind: &str, state: &str, jobs: i64, late: f64) {
    metrics::gauge!("annex_jobs", "kind" => kind.to_owned(), "state" => state.to_owned()).set(jobs as f64);
    if state == "waiting" {
        metrics::gauge!("annex_jobs_late_seconds", "kind" => kind.to_owned()).set(late);
    }
}
