//! Sagas in the background: set going, picked up again after a crash, waited for.

use std::{panic::AssertUnwindSafe, time::Duration};

use annex_domain::{
    ids::{DeskId, InstallationId},
    installation::Installation,
};
use annex_store::{
    Dialect, StoreError, installations, jobs, mailboxes, provisioning,
    sagas::{self, Claimed},
};
use futures::FutureExt as _;

use crate::{
    Lifecycle, LifecycleError,
    cancel::Cancel,
    install::Install,
    purchase::Purchase,
    saga::{self, End, LEASE, Saga as _},
    set_aside,
    under_way::panicked,
    uninstall::Uninstall,
    update::Update,
};

/// How often a waiting page looks, in case another node does the work.
const LOOK: Duration = Duration::from_millis(250);

impl Lifecycle {
    /// Picks up what a former process left half done. Call it once, before anything else is started.
    ///
    /// On SQLite there is no other node, so whatever is under way has lost its worker, and is taken over at once. On
    /// PostgreSQL another node may be at it: its lease has to end first, and the workers do the rest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume(&self) -> Result<(), StoreError> {
        self.check_stored().await;
        if self.db.dialect() == Dialect::Sqlite {
            let mut tx = self.db.begin().await?;
            let left = sagas::end_leases(&mut tx, self.clock.now()).await?;
            jobs::end_leases(&mut tx, self.clock.now()).await?;
            mailboxes::let_go(&mut tx, self.clock.now()).await?;
            tx.commit().await?;
            if left > 0 {
                tracing::info!(operations = left, "taking over what was under way when the host stopped");
            }
        }
        self.resume_due().await?;
        Ok(())
    }

    /// Picks up the sagas whose lease has ended; answers how many. Those that died too often are set aside, with a mail.
    pub(crate) async fn resume_due(&self) -> Result<usize, StoreError> {
        let mut resumed = 0;
        loop {
            let now = self.clock.now();
            let mut tx = self.db.begin().await?;
            let Some(claimed) = sagas::claim(&mut tx, now, LEASE).await? else { return Ok(resumed) };
            if let Claimed::SetAside(found) = &claimed {
                set_aside::tell_of_operation(&mut tx, &found.saga, now).await?;
            }
            tx.commit().await?;
            match claimed {
                Claimed::ToDo(saga) => {
                    self.spawn(saga);
                    resumed += 1;
                }
                Claimed::SetAside(_) => {}
                Claimed::Unreadable(error) => return Err(error),
            }
        }
    }

    pub(crate) fn spawn(&self, saga: sagas::Saga) {
        let host = self.clone();
        self.running.spawn(async move {
            let (id, kind, held) = (saga.id, saga.kind.clone(), host.under_way.saga(&saga));
            match AssertUnwindSafe(execute(host.clone(), saga.clone())).catch_unwind().await {
                Ok(end) => tracing::debug!(%id, kind, ?end, "an operation paused or ended"),
                Err(panic) => host.note_death(&saga, &panicked(&*panic)).await,
            }
            drop(held);
            host.settled.notify_waiters();
        });
    }

    /// Waits until an installation is no longer installing, updating or uninstalling, or the time is up. One whose payment is
    /// due has settled: it goes on when it is paid; and so has one that waits for its publisher. `None`: it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wait(
        &self,
        desk: DeskId,
        id: InstallationId,
        longest: Duration,
    ) -> Result<Option<Installation>, LifecycleError> {
        let deadline = tokio::time::Instant::now() + longest;
        loop {
            let settled = self.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable(); // before the look, so that an end between look and sleep is not missed
            let mut conn = self.db.read().await?;
            let found = installations::get(&mut conn, desk, id).await?;
            if found.as_ref().is_none_or(|found| !found.status.is_moving())
                || provisioning::waits_until(&mut conn, desk, id).await?.is_some()
            {
                return Ok(found);
            }
            drop(conn);
            if tokio::time::Instant::now() >= deadline {
                return Ok(found);
            }
            tokio::select! {
                () = &mut settled => {}
                () = tokio::time::sleep(LOOK) => {}
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }
}

pub(crate) async fn execute(host: Lifecycle, saga: sagas::Saga) -> End {
    match saga.kind.as_str() {
        Install::KIND => saga::execute::<Install>(host, saga).await,
        Purchase::KIND => saga::execute::<Purchase>(host, saga).await,
        Update::KIND => saga::execute::<Update>(host, saga).await,
        Cancel::KIND => saga::execute::<Cancel>(host, saga).await,
        Uninstall::KIND => saga::execute::<Uninstall>(host, saga).await,
        // Written by another version of the host.
        other => host.refuse(&saga, &format!("this version of the host does not know the operation `{other}`")).await,
    }
}
