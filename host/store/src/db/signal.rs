//! What committed transactions tell whoever waits: job workers and pages that follow a ticket. On PostgreSQL it travels
//! by NOTIFY to every node, sent inside the transaction, so it arrives only when the transaction committed. What nothing is
//! written for, such as that somebody is writing, is told by itself ([`super::Db::tell`]).

use std::{sync::Arc, time::Duration};

use annex_domain::ids::{DeskId, InstallationId, OperatorId, TicketId};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{broadcast, watch};

use crate::cache::{Changes, Table, Tables};

/// The channel of a schema, so that hosts that share a database do not hear each other. Names of channels have 63 bytes at most.
macro_rules! channel {
    () => {
        "'annex_' || left(current_schema(), 50)"
    };
}
/// Tells the text `$1` there.
pub(super) const NOTIFY: &str = concat!("SELECT pg_notify(", channel!(), ", $1)");
const CHANNEL: &str = concat!("SELECT ", channel!());

/// Something that happened. Carries ids only, but for the name of who is writing: look up what you may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// There are new jobs.
    Jobs,
    /// A ticket was made, changed or got a message.
    Ticket {
        /// Of this desk.
        desk: DeskId,
        /// The ticket.
        ticket: TicketId,
    },
    /// An installation changed.
    Installation {
        /// Of this desk.
        desk: DeskId,
        /// The installation.
        installation: InstallationId,
    },
    /// An installation has new lines in its log.
    Logs {
        /// Of this desk.
        desk: DeskId,
        /// The installation.
        installation: InstallationId,
    },
    /// What the people who manage add-ons should look at may be more or less than it was.
    Attention {
        /// In this desk.
        desk: DeskId,
    },
    /// An operator has read a ticket.
    Read {
        /// Of this desk.
        desk: DeskId,
        /// Who.
        operator: OperatorId,
        /// The ticket.
        ticket: TicketId,
    },
    /// An operator is writing a message.
    Writing {
        /// In this desk.
        desk: DeskId,
        /// In this ticket.
        ticket: TicketId,
        /// Who.
        operator: OperatorId,
        /// As shown.
        name: String,
    },
    /// Tables of which something is kept in memory were written to. Heard by nobody but [`crate::cache`].
    Written(Vec<Table>),
}

/// Hands signals to the receivers of this node.
#[derive(Clone)]
pub(super) struct Hub {
    all: broadcast::Sender<Signal>,
    jobs: watch::Sender<u64>,
    changes: Arc<Changes>,
    #[cfg(test)]
    pub(super) hears: Arc<std::sync::atomic::AtomicBool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            all: broadcast::Sender::new(256),
            jobs: watch::Sender::new(0),
            changes: Arc::default(),
            #[cfg(test)]
            hears: Arc::default(),
        }
    }
}

impl Hub {
    pub(super) fn deliver(&self, signal: Signal) {
        if let Signal::Written(tables) = &signal {
            return self.changes.note(Tables::of(tables));
        }
        if signal == Signal::Jobs {
            self.jobs.send_modify(|count| *count = count.wrapping_add(1));
        }
        let _ = self.all.send(signal); // nobody listens: fine
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.all.subscribe()
    }

    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Some signals may have been missed: there may be jobs, and anything may have changed.
    fn catch_up(&self) {
        self.changes.note(Tables::of(&Table::ALL));
        self.deliver(Signal::Jobs);
    }

    pub(super) fn job_wakes(&self) -> watch::Receiver<u64> {
        self.jobs.subscribe()
    }
}

/// Hears what other nodes commit, until aborted or the pool closes.
pub(super) fn spawn_listener(pool: PgPool, hub: Hub) -> tokio::task::AbortHandle {
    let task = tokio::spawn(async move {
        while !pool.is_closed() {
            if let Err(error) = hear(&pool, &hub).await {
                tracing::warn!(%error, "the connection that hears other nodes broke; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    });
    task.abort_handle()
}

async fn hear(pool: &PgPool, hub: &Hub) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    let channel: String = sqlx::query_scalar(CHANNEL).fetch_one(pool).await?;
    listener.listen(&channel).await?;
    hub.catch_up(); // with what happened while nobody listened
    #[cfg(test)]
    hub.hears.store(true, std::sync::atomic::Ordering::Release);
    loop {
        match listener.try_recv().await? {
            Some(notification) => match serde_json::from_str(notification.payload()) {
                Ok(signal) => hub.deliver(signal),
                // A node of another version may know signals that this one does not.
                Err(error) => tracing::debug!(%error, "unknown signal"),
            },
            None => hub.catch_up(), // reconnected
        }
    }
}
