//! A transaction that writes, and what follows its commit: nodes are told, and what was kept of the tables ends.

use std::ops::{Deref, DerefMut};

use annex_domain::ids::InstallationId;

use super::{
    Db, Dialect,
    conn::{Conn, Link, Raw},
    signal::{self, Signal},
};
use crate::{
    cache::{Changes, Tables},
    error::{self, Result},
};

/// A transaction. Functions that write take `&mut Tx`. Rolled back when dropped.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    db: Db,
    signals: Vec<Signal>,
    /// See [`Tx::caused_by`].
    causes: Vec<InstallationId>,
    /// See [`Tx::tells_nobody`].
    no_news: bool,
}

impl Tx {
    pub(super) fn new(db: Db, link: Link) -> Self {
        Self { conn: Conn::new(link), db, signals: Vec::new(), causes: Vec::new(), no_news: false }
    }

    /// Says which add-ons led to what is written from here on, one by the other's doing, the last of them writing itself. What
    /// this transaction announces carries them along.
    pub fn caused_by(&mut self, causes: Vec<InstallationId>) {
        self.causes = causes;
    }

    pub(crate) fn causes(&self) -> &[InstallationId] {
        &self.causes
    }

    /// Says that what is written from here on is no news, such as what comes from another help desk: add-ons are not told.
    pub fn tells_nobody(&mut self) {
        self.no_news = true;
    }

    pub(crate) fn is_no_news(&self) -> bool {
        self.no_news
    }

    /// Tells all nodes something once this transaction has committed; nothing when it rolls back.
    ///
    /// # Errors
    /// When PostgreSQL refuses the notification.
    pub async fn signal(&mut self, signal: Signal) -> Result<()> {
        if self.signals.contains(&signal) {
            return Ok(());
        }
        if let Raw::Postgres(conn) = self.conn.raw() {
            let text = serde_json::to_string(&signal)?;
            sqlx::query(signal::NOTIFY).bind(text).execute(conn).await?;
        }
        self.signals.push(signal);
        Ok(())
    }

    /// Makes the writes last, then wakes whoever waits for them.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub async fn commit(mut self) -> Result<()> {
        let written = self.conn.written;
        if !written.is_empty() && self.conn.dialect() == Dialect::Postgres {
            self.signal(Signal::Written(written.list())).await?;
        }
        let Self { conn, db, signals, causes: _, no_news: _ } = self;
        if conn.ended {
            return Err(error::ended().into());
        }
        let changed = Changed { changes: db.0.hub.changes(), written };
        match conn.link {
            Link::SqliteTx(tx) => tx.commit().await?,
            Link::PostgresTx(tx) => tx.commit().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {} // a Tx is only made by `begin`
        }
        drop(changed); // before anybody is told to look
        // PostgreSQL notifies this node too, but only while it listens; twice does no harm for `Jobs`.
        for signal in signals {
            if db.dialect() == Dialect::Sqlite || signal == Signal::Jobs {
                db.0.hub.deliver(signal);
            }
        }
        Ok(())
    }

    /// Undoes the writes now rather than at the drop.
    ///
    /// # Errors
    /// When the database fails; the writes are undone anyway.
    pub async fn rollback(self) -> Result<()> {
        match self.conn.link {
            Link::SqliteTx(_) if self.conn.ended => {}
            Link::SqliteTx(tx) => tx.rollback().await?,
            Link::PostgresTx(tx) => tx.rollback().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        Ok(())
    }
}

/// Ends what was kept of the tables that a transaction wrote to: also when its commit fails or is given up half-way, since nobody
/// knows then what it did.
struct Changed<'a> {
    changes: &'a Changes,
    written: Tables,
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        self.changes.note(self.written);
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
