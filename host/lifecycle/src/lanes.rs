//! The lanes of background work: each kind of job has workers of its own, so that slow mails hold up no event, and a slow
//! payment gateway holds up neither. Within a lane everybody has a turn (an installation, else a desk): one that has had
//! its turn in a round comes after all that have not, and has only some of the workers at once. So an add-on that takes
//! nine seconds for each event delays its own.

use std::{collections::BTreeSet, time::Duration};

use annex_store::{
    StoreError,
    jobs::{self, Claimed, Job, Kinds},
    mailboxes, mails, messages, publisher_events, reports, tickets,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    Lifecycle,
    chores::{BILL_DESK, DUN, RECONCILE, SWEEP, TOP_UP},
    events::ADDON_EVENT,
    saga::describe,
    schedules::ADDON_SCHEDULE,
    set_aside,
};

/// How long a worker holds a job: longer than any call may take. Chores extend it.
pub(crate) const LEASE: Duration = Duration::from_secs(120);
/// The longest pause between two looks.
pub(crate) const LOOK: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub(crate) struct Lane {
    name: &'static str,
    kinds: Kinds<'static>,
    /// Jobs that run at once on this node.
    workers: usize,
    /// Of one installation or desk at once, on all nodes.
    of_one: u32,
}

/// Kinds that have a lane of their own.
const OWN: [&str; 13] = [
    mails::SEND,
    messages::DELIVER,
    mailboxes::CAME,
    tickets::HAPPENING,
    ADDON_EVENT,
    ADDON_SCHEDULE,
    publisher_events::DELIVER,
    // What waits for a payment gateway.
    BILL_DESK,
    RECONCILE,
    SWEEP,
    DUN,
    TOP_UP,
    // A stranger's component and its scenarios take up to a minute.
    reports::CHECK,
];

pub(crate) static LANES: [Lane; 10] = [
    Lane { name: "mails", kinds: Kinds::Only(&[mails::SEND]), workers: 4, of_one: 2 },
    Lane { name: "deliveries", kinds: Kinds::Only(&[messages::DELIVER]), workers: 8, of_one: 2 },
    // One at a time keeps their order, as far as none fails.
    Lane { name: "mailboxes", kinds: Kinds::Only(&[mailboxes::CAME]), workers: 4, of_one: 1 },
    Lane { name: "happenings", kinds: Kinds::Only(&[tickets::HAPPENING]), workers: 2, of_one: 1 },
    Lane { name: "events", kinds: Kinds::Only(&[ADDON_EVENT]), workers: 8, of_one: 2 },
    Lane { name: "schedules", kinds: Kinds::Only(&[ADDON_SCHEDULE]), workers: 4, of_one: 1 },
    // One at a time keeps their order.
    Lane { name: "publishers", kinds: Kinds::Only(&[publisher_events::DELIVER]), workers: 8, of_one: 1 },
    Lane { name: "renewals", kinds: Kinds::Only(&[BILL_DESK, RECONCILE, SWEEP, DUN, TOP_UP]), workers: 2, of_one: 1 },
    Lane { name: "reports", kinds: Kinds::Only(&[reports::CHECK]), workers: 1, of_one: 1 },
    Lane { name: "rest", kinds: Kinds::Except(&OWN), workers: 2, of_one: 2 },
];

/// Who has had a turn since everybody had one.
#[derive(Debug, Default)]
pub(crate) struct Round(BTreeSet<String>);

impl Round {
    fn took(&mut self, turn: Option<&str>) {
        let Some(turn) = turn else { return };
        // Whoever comes again had nobody before it that has not had its turn: a new round.
        if !self.0.insert(turn.to_owned()) {
            self.0.clear();
            self.0.insert(turn.to_owned());
        }
    }
}

impl Lifecycle {
    /// Runs a lane until it is told to stop and what is under way is done.
    pub(crate) async fn run_lane(self, lane: &'static Lane, mut stopped: watch::Receiver<bool>) {
        let mut wakes = self.db.job_wakes();
        let (mut round, mut running) = (Round::default(), JoinSet::new());
        while !*stopped.borrow() {
            wakes.mark_unchanged();
            if let Err(error) = self.fill(lane, &mut round, &mut running).await {
                tracing::warn!(lane = lane.name, error = describe(&error), "a worker could not claim a job");
            }
            metrics::gauge!("annex_jobs_running", "lane" => lane.name).set(running.len() as f64);
            tokio::select! {
                _ = wakes.changed(), if running.len() < lane.workers => {}
                Some(ended) = running.join_next() => note(lane, ended),
                _ = stopped.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        while let Some(ended) = running.join_next().await {
            note(lane, ended);
        }
    }

    /// Starts what is due, as far as there are workers.
    async fn fill(&self, lane: &'static Lane, round: &mut Round, running: &mut JoinSet<()>) -> Result<(), StoreError> {
        while running.len() < lane.workers {
            let Some(job) = self.claim(lane, round).await? else { return Ok(()) };
            running.spawn(work(self.clone(), job));
        }
        Ok(())
    }

    /// The job of a lane whose turn it is. Those that died too often are set aside on the way, with a mail.
    pub(crate) async fn claim(&self, lane: &Lane, round: &mut Round) -> Result<Option<Job>, StoreError> {
        loop {
            let now = self.clock.now();
            let lane = jobs::Lane { kinds: lane.kinds, of_one: lane.of_one, served: &round.0 };
            if !jobs::any_due(&mut self.db.read().await?, now, lane).await? {
                return Ok(None);
            }
            let mut tx = self.db.begin().await?;
            let Some(claimed) = jobs::claim_in(&mut tx, now, LEASE, lane).await? else { return Ok(None) };
            if let Claimed::SetAside(job) = &claimed {
                set_aside::tell_of_job(&mut tx, job, now).await?;
            }
            tx.commit().await?;
            match claimed {
                Claimed::ToDo(job) => {
                    round.took(job.turn.as_deref());
                    return Ok(Some(job));
                }
                Claimed::SetAside(_) => {}
                Claimed::Unreadable(error) => return Err(error),
            }
        }
    }
}

async fn work(host: Lifecycle, job: Job) {
    if let Err(error) = host.run_claimed(&job).await {
        tracing::warn!(job = %job.id, error = describe(&error), "a worker could not settle a job");
    }
}

fn note(lane: &Lane, ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(lane = lane.name, %error, "the host failed while it ran a job");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_ends_when_somebody_comes_again() {
        let mut round = Round::default();
        for turn in ["a", "b", "c"] {
            round.took(Some(turn));
        }
        round.took(None);
        assert_eq!(round.0.len(), 3);
        round.took(Some("a"));
        assert_eq!(round.0, ["a".to_owned()].into(), "all others come before it now");
    }

    /// The store names them in the SQL that claims jobs.
    #[test]
    fn the_bill_of_a_suspended_desk_goes_on() {
        let kinds = [BILL_DESK, annex_billing::settle::RENEWAL_PAID, mails::SEND];
        assert_eq!(kinds, ["bill-desk", "renewal-paid", "send-mail"]);
    }

    #[test]
    fn each_kind_is_in_one_lane() {
        let own = LANES.iter().filter_map(|lane| match lane.kinds {
            Kinds::Only(kinds) => Some(kinds),
            Kinds::Except(_) => None,
        });
        assert!(own.flatten().eq(&OWN));
    }
}
