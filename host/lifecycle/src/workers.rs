//! What goes on in the background: jobs, sagas whose lease has ended, chores about money, and retention. Ends when told to, after what is
//! under way is done and every measurement is written.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use annex_billing::settle::{FULFIL_ORDER, RENEWAL_PAID};
use annex_domain::{clock::Timestamp, ports::Posted};
use annex_store::{
    StoreError, channels, drafts, health, idempotency,
    jobs::{self, Job},
    logins, logs, mailboxes, mails, messages, outbox, publisher_events, reports, sagas, sessions, tickets, writes,
};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::{sync::watch, task::JoinSet};

#[cfg(test)]
use crate::lanes::Round;
use crate::{
    Lifecycle,
    chores::{BILL_DESK, Chores, DUN, RECONCILE, SWEEP, TOP_UP},
    events::ADDON_EVENT,
    lanes::{LANES, LEASE, LOOK},
    lost::CHECK_PACKAGES,
    saga::describe,
    schedules::ADDON_SCHEDULE,
    set_aside,
    under_way::panicked,
};

/// How long a shutdown waits for operations that are under way; they go on at the next start.
const PATIENCE: Duration = Duration::from_secs(20);

const HOUR: Duration = Duration::from_secs(3600);
const LOGS_KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// What publishers' services were told can be read and posted again for so long.
const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const RECORDS_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

impl Lifecycle {
    /// Runs the background work of this node until `shutdown` is ready, then ends it in good order.
    pub async fn run_workers(&self, shutdown: impl Future<Output = ()> + Send) {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for lane in &LANES {
            tasks.spawn(self.clone().run_lane(lane, stopped.clone()));
        }
        tasks.spawn(self.clone().read_mailboxes(stopped.clone()));
        tasks.spawn(self.clone().look_after(stopped));
        shutdown.await;
        let _ = stop.send(true); // all receivers gone: nothing left to stop
        while tasks.join_next().await.is_some() {}
        self.running.close();
        if tokio::time::timeout(PATIENCE, self.running.wait()).await.is_err() {
            tracing::warn!(
                operations = self.running.len(),
                "operations are under way still: they go on at the next start"
            );
        }
        self.running.reopen();
        self.meter.flush().await;
    }

    /// Waits for the operations that this process has begun: for commands that end after one.
    pub async fn rest(&self) {
        self.running.close();
        self.running.wait().await;
        self.running.reopen();
        self.meter.flush().await;
    }

    /// Runs one job that is due, in whatever lane; false when there is none.
    #[cfg(test)]
    pub(crate) async fn run_one_job(&self) -> Result<bool, StoreError> {
        for lane in &LANES {
            if let Some(job) = self.claim(lane, &mut Round::default()).await? {
                return self.run_claimed(&job).await.map(|()| true);
            }
        }
        Ok(false)
    }

    /// Runs a claimed job, and settles it.
    pub(crate) async fn run_claimed(&self, job: &Job) -> Result<(), StoreError> {
        let _held = self.under_way.job(job);
        match AssertUnwindSafe(self.run_job(job)).catch_unwind().await {
            Ok(Ok(())) => {}
            // Another worker has it by now.
            Ok(Err(StoreError::Lost(_))) => tracing::debug!(job = %job.id, "a job took longer than its lease"),
            Ok(Err(error)) => self.try_later_surely(job, &describe(&error)).await,
            Err(panic) => self.died(job, &panicked(&*panic)).await?,
        }
        Ok(())
    }

    /// Boxed here, where nobody waits: all of them together would fill most of a thread's stack in a debug build.
    fn run_job<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), StoreError>> {
        match job.kind.as_str() {
            tickets::HAPPENING => self.fan_out(job).boxed(),
            ADDON_EVENT => self.tell(job).boxed(),
            ADDON_SCHEDULE => self.come(job).boxed(),
            messages::DELIVER => self.deliver(job).boxed(),
            mailboxes::CAME => self.mail_came(job).boxed(),
            mailboxes::GONE => self.mail_gone(job).boxed(),
            mails::SEND => self.post(job).boxed(),
            publisher_events::DELIVER => self.deliver_event(job).boxed(),
            FULFIL_ORDER => self.fulfil(job).boxed(),
            reports::CHECK => self.check_version(job).boxed(),
            RENEWAL_PAID => self.renewal_paid(job).boxed(),
            BILL_DESK | RECONCILE | SWEEP | DUN | TOP_UP | CHECK_PACKAGES => self.run_chore(job).boxed(),
            other => async move { self.give_up(job, &format!("nobody runs jobs of the kind {other}")).await }.boxed(),
        }
    }

    /// The run of a job panicked: it is tried again after a pause, and set aside when that happens again and again.
    async fn died(&self, job: &Job, error: &str) -> Result<(), StoreError> {
        tracing::error!(job = %job.id, kind = job.kind, deaths = job.deaths + 1, error, "a job panicked");
        let mut tx = self.db.begin().await?;
        jobs::died(&mut tx, job, error, self.clock.now().after(jobs::backoff(job.deaths + 1))).await?;
        tx.commit().await
    }

    /// Sends a mail. What became of it stands in the mail itself; the sender says when trying again makes sense.
    async fn post(&self, job: &Job) -> Result<(), StoreError> {
        let mail = job.payload.get("mail").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        let (Some(desk), Some(mail)) = (job.desk, mail) else {
            return self.give_up(job, "the job names no mail").await;
        };
        match self.mails.send(desk, mail, job.attempts).await {
            Posted::Done => self.finish_job(job).await,
            Posted::Later(error) => self.try_later(job, &error, None).await,
        }
    }

    /// Takes the lease anew before an add-on is called: loading it may have compiled it and used the lease up. When
    /// another worker has the job by now this fails, so that only one of the two calls.
    pub(crate) async fn hold_job(&self, job: &Job) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        jobs::extend(&mut tx, job, self.clock.now(), LEASE).await?;
        tx.commit().await
    }

    /// Keeps extending the lease of a job that may take long, until what this answers is dropped.
    pub(crate) fn keep_job(&self, job: &Job) -> JoinSet<()> {
        let (host, job) = (self.clone(), job.clone());
        let mut beat = JoinSet::new();
        // A task of its own: the job may hold the one writing connection of SQLite while it is not polled.
        beat.spawn(async move {
            loop {
                tokio::time::sleep(LEASE / 4).await;
                match host.hold_job(&job).await {
                    Ok(()) => {}
                    Err(StoreError::Lost(_)) => return,
                    Err(error) => tracing::debug!(job = %job.id, %error, "the lease of a job was not extended"),
                }
            }
        });
        beat
    }

    pub(crate) async fn finish_job(&self, job: &Job) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        jobs::finish(&mut tx, job).await?;
        tx.commit().await
    }

    /// Gives a job up, with a mail to those who decide what becomes of it.
    pub(crate) async fn give_up(&self, job: &Job, error: &str) -> Result<(), StoreError> {
        tracing::error!(job = %job.id, kind = job.kind, error, "a job was given up");
        let (mut tx, now) = (self.db.begin().await?, self.clock.now());
        jobs::give_up(&mut tx, job, error, now).await?;
        set_aside::tell_of_job(&mut tx, job, now).await?;
        tx.commit().await
    }

    /// Lets a job run again after a pause; after so many attempts, where a number is given, it is given up.
    pub(crate) async fn try_later(&self, job: &Job, error: &str, attempts: Option<u32>) -> Result<(), StoreError> {
        if attempts.is_some_and(|attempts| job.attempts >= attempts) {
            return self.give_up(job, error).await;
        }
        let now = self.clock.now();
        tracing::info!(job = %job.id, kind = job.kind, attempts = job.attempts, error, "a job is tried again later");
        let mut tx = self.db.begin().await?;
        jobs::retry(&mut tx, job, error, now.after(jobs::backoff(job.attempts)), now).await?;
        tx.commit().await
    }

    /// [`Self::try_later`], also when the database cannot be written for a while: a job that is left without a word would
    /// count as dead.
    async fn try_later_surely(&self, job: &Job, error: &str) {
        let given_up = tokio::time::Instant::now() + LEASE;
        while let Err(failed) = self.try_later(job, error, None).await {
            if matches!(failed, StoreError::Lost(_)) || tokio::time::Instant::now() >= given_up {
                return;
            }
            tracing::warn!(job = %job.id, error = describe(&failed), "what became of a job cannot be written yet");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Picks up sagas, does the chores, and once an hour removes what has served its time.
    async fn look_after(self, mut stopped: watch::Receiver<bool>) {
        let mut swept = None::<Timestamp>;
        let mut chores = Chores::default();
        while !*stopped.borrow() {
            if let Err(panic) = AssertUnwindSafe(self.look_once(&mut chores, &mut swept)).catch_unwind().await {
                tracing::error!(error = panicked(&*panic), "a round of the chores panicked");
            }
            tokio::select! {
                _ = stopped.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn look_once(&self, chores: &mut Chores, swept: &mut Option<Timestamp>) {
        if let Err(error) = self.resume_due().await {
            tracing::warn!(error = describe(&error), "operations could not be looked for");
        }
        self.do_chores(chores).await;
        let now = self.clock.now();
        if swept.is_none_or(|swept| now.since(swept) >= HOUR) {
            match self.sweep(now).await {
                Ok(()) => *swept = Some(now),
                Err(error) => tracing::warn!(error = describe(&error), "old records could not be removed"),
            }
        }
    }

    /// Removes log lines after 14 days; measurements, ended sagas, events, given-up jobs, drafts and mails that do not wait after
    /// 90; deleted tickets and what publishers' services were told after 30; and sessions, links and remembered requests when they have ended.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        let (logs_before, records_before) = (now.before(LOGS_KEPT), now.before(RECORDS_KEPT));
        let mut tx = self.db.begin().await?;
        logs::purge(&mut tx, logs_before).await?;
        health::purge(&mut tx, records_before, now).await?;
        sagas::purge_ended(&mut tx, records_before).await?;
        outbox::purge(&mut tx, records_before).await?;
        publisher_events::purge(&mut tx, now.before(EVENTS_KEPT)).await?;
        channels::purge(&mut tx, records_before).await?;
        jobs::purge_failed(&mut tx, records_before).await?;
        sessions::purge(&mut tx, now).await?;
        logins::purge(&mut tx, now).await?;
        annex_store::billing::client_sessions::purge(&mut tx, now).await?;
        annex_store::billing::oidc::purge(&mut tx, now).await?;
        annex_store::oauth::purge(&mut tx, now).await?;
        annex_store::publishers::devices::purge(&mut tx, now).await?;
        annex_store::billing::events::purge(&mut tx, records_before).await?;
        annex_store::billing::drafts::purge(&mut tx, records_before).await?;
        drafts::purge(&mut tx, records_before).await?;
        mailboxes::purge(&mut tx, records_before).await?;
        mails::purge(&mut tx, records_before).await?;
        idempotency::purge(&mut tx, now).await?;
        writes::purge(&mut tx, now).await?;
        tx.commit().await?;
        while self.empty_trash(now).await? > 0 {}
        Ok(())
    }

    /// One round of it by itself: whoever else writes comes between. Answers how many tickets are gone.
    async fn empty_trash(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let gone = tickets::purge(&mut tx, now.before(tickets::TRASH_KEPT)).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
