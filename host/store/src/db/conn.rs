//! A connection of either database, in a transaction or not: what the macros of `query` run statements on.

use std::fmt;

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::Dialect;
use crate::{
    cache::Tables,
    error::{self, StoreError},
};

/// A connection. Functions that only read take `&mut Conn`.
pub struct Conn {
    pub(super) link: Link,
    /// What was written to.
    pub(super) written: Tables,
    /// The database has ended the transaction by itself: what follows would not be part of it.
    pub(super) ended: bool,
}

pub(super) enum Link {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTx(Transaction<'static, Sqlite>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// The connection inside, for the macros' two arms.
pub(crate) enum Raw<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
    Ended,
}

impl Conn {
    pub(super) fn new(link: Link) -> Self {
        Self { link, written: Tables::default(), ended: false }
    }

    /// Which SQL is spoken.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.link {
            Link::Sqlite(_) | Link::SqliteTx(_) => Dialect::Sqlite,
            Link::Postgres(_) | Link::PostgresTx(_) => Dialect::Postgres,
        }
    }

    /// Itself, from whatever leads to it.
    pub(crate) fn this(&mut self) -> &mut Self {
        self
    }

    /// Every statement passes by here before it runs.
    pub(crate) fn running(&mut self, sql: &str) {
        self.written.note(sql);
        #[cfg(any(test, feature = "testing"))]
        crate::testing::statements::ran(sql);
    }

    /// What a statement's failure means. After one at which SQLite may have rolled back by itself nothing more is done on
    /// the transaction: it would last without what came before.
    pub(crate) fn failed(&mut self, error: sqlx::Error) -> StoreError {
        if matches!(self.link, Link::SqliteTx(_)) && error::may_have_rolled_back(&error) {
            self.ended = true;
        }
        error.into()
    }

    pub(crate) fn raw(&mut self) -> Raw<'_> {
        if self.ended {
            return Raw::Ended;
        }
        match &mut self.link {
            Link::Sqlite(conn) => Raw::Sqlite(conn),
            Link::SqliteTx(tx) => Raw::Sqlite(tx),
            Link::Postgres(conn) => Raw::Postgres(conn),
            Link::PostgresTx(tx) => Raw::Postgres(tx),
        }
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Conn").field(&self.dialect()).finish()
    }
}
