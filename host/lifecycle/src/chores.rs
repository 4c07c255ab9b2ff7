//! Chores, in the background of every node. Most are about money: monthly bills, looking again at what is unfinished, orphans at
//! the gateway, trials, entitlements, unpaid invoices. Desks and files whose time is over go as well.
//!
//! Several nodes may do all of it at once: whatever must happen once is a unique row or a transition by compare-and-set.
//! Jobs with a unique key spare them doing the same work side by side. The first round is at the start, so that what
//! happened while no host ran is made up for within seconds.

use annex_billing::{reconcile, settle, top_up};
use annex_desk::{
    Desk,
    attachments::{self, Files, Rules},
};
use annex_domain::{clock::Timestamp, ids::DeskId};
use annex_store::{
    StoreError,
    billing::desks,
    jobs::{self, Job, NewJob},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::json;
use std::time::Duration;

use crate::{Lifecycle, gauges::Gauges, lost::CHECK_PACKAGES, saga::describe};

/// The job that makes a desk's monthly bill out and charges it.
pub(crate) const BILL_DESK: &str = settle::BILL_DESK;
/// The job that looks again at all that is unfinished at the gateway.
pub(crate) const RECONCILE: &str = "reconcile-billing";
/// The job that cancels intents that nobody knows of.
pub(crate) const SWEEP: &str = "sweep-orphans";
/// The job that tops up a desk's credit that has fallen below its threshold.
pub(crate) const TOP_UP: &str = top_up::TOP_UP;
/// The job that deals with invoices that stay unpaid.
pub(crate) const DUN: &str = "dun";

const OFTEN: Duration = Duration::from_secs(5);
const MINUTELY: Duration = Duration::from_secs(60);
const HOURLY: Duration = Duration::from_secs(3600);
const DAILY: Duration = Duration::from_secs(24 * 3600);
/// Desks whose bill is put in line at once.
const DESKS: u32 = 1000;

/// When each chore was last done by this node.
#[derive(Debug, Default)]
pub(crate) struct Chores {
    often: Option<Timestamp>,
    minutely: Option<Timestamp>,
    reconciled: Option<Timestamp>,
    hourly: Option<Timestamp>,
    daily: Option<Timestamp>,
    gauges: Gauges,
}

#[cfg(test)]
impl Chores {
    /// What comes every hour or day was done just now.
    pub(crate) fn frequent(now: Timestamp) -> Self {
        Self { hourly: Some(now), daily: Some(now), ..Self::default() }
    }
}

fn is_due(last: Option<Timestamp>, now: Timestamp, every: Duration) -> bool {
    // A clock that was set back must not put the chores off until it has caught up.
    last.is_none_or(|last| now < last || now.since(last) >= every)
}

impl Lifecycle {
    /// Does what is due. What fails is logged and done at the next round.
    pub(crate) async fn do_chores(&self, done: &mut Chores) {
        let now = self.clock.now();
        if is_due(done.reconciled, now, reconcile::EVERY) && self.put_in_line(RECONCILE, now).await {
            done.reconciled = Some(now);
        }
        if is_due(done.hourly, now, HOURLY) {
            self.delete_left(now).await;
            self.sweep_files(now).await;
            let (swept, dunned) = (self.put_in_line(SWEEP, now).await, self.put_in_line(DUN, now).await);
            done.hourly = (swept && dunned).then_some(now);
        }
        if is_due(done.daily, now, DAILY) && self.put_in_line(CHECK_PACKAGES, now).await {
            done.daily = Some(now);
        }
        if is_due(done.often, now, OFTEN) {
            done.often = Some(now);
            log("bills could not be put in line", self.put_bills_in_line(now).await);
            log("trials could not be ended", self.end_trials().await);
            log("planned calls could not be put in line", self.put_planned_calls_in_line(now).await);
            log("the queues could not be measured", self.measure_queues(&mut done.gauges, now).await);
        }
        if is_due(done.minutely, now, MINUTELY) {
            done.minutely = Some(now);
            log("add-ons could not be ended", self.end_addons().await);
            log("lost packages could not be looked for", self.find_again().await);
            log("reminders could not be sent", self.remind_of_trials().await);
            log("publishers could not be told of outages", self.tell_of_outages().await);
            log("entitlements could not be refreshed", self.refresh_entitlements().await.map(drop));
        }
    }

    /// Deletes the desks whose time is over.
    async fn delete_left(&self, now: Timestamp) {
        if let Err(refusal) = annex_desk::desks::delete_left(&Desk::new(self.db.clone()), now).await {
            tracing::warn!(error = describe(&refusal), "desks that left are deleted at the next time");
        }
    }

    /// Deletes files of messages that are nobody's.
    async fn sweep_files(&self, now: Timestamp) {
        let files = Files::new(Desk::new(self.db.clone()), self.blobs.clone(), Rules::default());
        if let Err(refusal) = attachments::sweep(&files, now).await {
            tracing::warn!(error = describe(&refusal), "files that are nobody's are deleted at the next time");
        }
    }

    /// Enqueues a chore of the host, unless one waits already.
    async fn put_in_line(&self, kind: &'static str, now: Timestamp) -> bool {
        let enqueue = async {
            let mut tx = self.db.begin().await?;
            let job = NewJob { kind, desk: None, payload: json!({}), run_at: now, unique_key: Some(kind.into()) };
            jobs::enqueue(&mut tx, job, now).await?;
            tx.commit().await
        };
        let done: Result<(), StoreError> = enqueue.await;
        let fine = done.is_ok();
        log("a chore could not be put in line", done);
        fine
    }

    async fn put_bills_in_line(&self, now: Timestamp) -> Result<(), StoreError> {
        let asked = now.before(annex_billing::ANSWER_WITHIN);
        let due = desks::due(&mut self.db.read().await?, now, asked, DESKS).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for bill in due {
            jobs::enqueue(&mut tx, bill_at(bill.desk, now), now).await?;
        }
        tx.commit().await
    }

    /// Puts the next try of a bill whose day has come in line, a minute later, before this one begins: so there is no other
    /// one meanwhile. False when the day has not come.
    async fn put_next_try_in_line(&self, desk: DeskId) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let due = desks::get(&mut tx, desk).await?.is_some_and(|bill| bill.next_bill_at <= now);
        if due {
            jobs::enqueue(&mut tx, bill_at(desk, now.after(MINUTELY)), now).await?;
        }
        tx.commit().await?;
        Ok(due)
    }

    /// Runs a chore that stood in line, and keeps its lease meanwhile.
    pub(crate) async fn run_chore(&self, job: &Job) -> Result<(), StoreError> {
        let comes_again = match (job.kind.as_str(), job.desk) {
            (BILL_DESK, Some(desk)) => self.put_next_try_in_line(desk).await?,
            _ => job.desk.is_none(),
        };
        let beat = self.keep_job(job);
        let Some(chore) = self.chore(job) else { return self.give_up(job, "the job names no desk").await };
        let done = chore.await;
        drop(beat);
        match done {
            Ok(()) => self.finish_job(job).await,
            // The host's own chores come again by themselves, and a bill that is not made out has its next try in line.
            Err(error) if comes_again => {
                tracing::warn!(
                    kind = job.kind,
                    desk = job.desk.map(tracing::field::display),
                    error,
                    "a chore is done at its next time"
                );
                self.finish_job(job).await
            }
            Err(error) => self.try_later(job, &error, None).await,
        }
    }

    /// Boxed here, where nobody waits: all of them together would fill much of a thread's stack in a debug build.
    fn chore<'a>(&'a self, job: &'a Job) -> Option<BoxFuture<'a, Result<(), String>>> {
        let billing = &self.billing;
        Some(match (job.kind.as_str(), job.desk) {
            (BILL_DESK, Some(desk)) => async move {
                let billed = billing.bill_desk(desk).await.map(drop).map_err(|error| describe(&error));
                let withdrawn = self.withdraw_late(desk).await.map_err(|error| describe(&error));
                billed.and(withdrawn)
            }
            .boxed(),
            (TOP_UP, Some(desk)) => {
                async move { billing.top_up_by_rule(desk).await.map(drop).map_err(|error| describe(&error)) }.boxed()
            }
            (RECONCILE, _) => {
                async move { billing.reconcile().await.map(drop).map_err(|error| describe(&error)) }.boxed()
            }
            (SWEEP, _) => {
                async move { billing.sweep_orphans().await.map(drop).map_err(|error| describe(&error)) }.boxed()
            }
            (CHECK_PACKAGES, _) => async move { self.look_for_lost().await.map_err(|error| describe(&error)) }.boxed(),
            (DUN, _) => async move { self.dun().await.map(drop).map_err(|error| describe(&error)) }.boxed(),
            _ => return None,
        })
    }
}

/// A look at the bill of a desk; there is one in line at most.
pub(crate) fn bill_at(desk: DeskId, run_at: Timestamp) -> NewJob {
    let unique_key = Some(settle::bill_desk_key(desk));
    NewJob { kind: BILL_DESK, desk: Some(desk), payload: json!({}), run_at, unique_key }
}

fn log(what: &'static str, done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::warn!(error = describe(&error), what, "a chore is done at its next time");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_puts_nothing_off() {
        let now = Timestamp(1_000_000_000);
        assert!(is_due(None, now, HOURLY));
        assert!(!is_due(Some(now), now, HOURLY));
        assert!(is_due(Some(now), now.after(HOURLY), HOURLY));
        assert!(is_due(Some(now), now.before(Duration::from_secs(1)), HOURLY));
    }
}
