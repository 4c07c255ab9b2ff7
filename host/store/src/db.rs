//! One database behind two dialects: SQLite for one node, PostgreSQL for many.
//!
//! One SQL text runs on both: `$1` placeholders, ids and JSON as TEXT, times and numbers as BIGINT, flags as BIGINT 0/1,
//! bytes as BLOB/BYTEA. Reads take `&mut Conn`, writes take `&mut Tx`, and the caller owns the transaction. A `Tx` is a
//! `Conn` too, so reads work inside it. The four macros of `query` hold the two arms.
//!
//! ```text
//! #[derive(sqlx::FromRow)]
//! struct NoteRow { id: String, desk_id: String, body: String, created_at: i64 }
//!
//! impl TryFrom<NoteRow> for Note {
//!     type Error = StoreError;
//!     fn try_from(row: NoteRow) -> Result<Self> {
//!         let at = At::new("notes", &row.id);           // names the table and the row in errors
//!         Ok(Self { id: at.parse("id", &row.id)?, body: row.body.clone(), created_at: Timestamp(row.created_at) })
//!     }
//! }
//!
//! pub async fn get(conn: &mut Conn, desk: DeskId, id: NoteId) -> Result<Note> {
//!     fetch_optional!(conn, NoteRow, "SELECT * FROM notes WHERE desk_id = $1 AND id = $2", desk, id)?
//!         .ok_or(StoreError::NotFound("note"))?
//!         .try_into()
//! }
//!
//! pub async fn rename(tx: &mut Tx, desk: DeskId, id: NoteId, body: &str) -> Result<()> {
//!     let changed = execute!(tx, "UPDATE notes SET body = $3 WHERE desk_id = $1 AND id = $2", desk, id, body)?;
//!     if changed == 1 { Ok(()) } else { Err(StoreError::NotFound("note")) }
//! }
//!
//! // The caller:                                        let mut conn = db.read().await?;
//! let mut tx = db.begin().await?;                       notes::get(&mut conn, desk, id).await?;
//! notes::rename(&mut tx, desk, id, "x").await?;         (`&mut tx` coerces to `&mut Conn` for reads)
//! tx.commit().await?;
//! ```
//!
//! What to mind: PostgreSQL needs `CAST(… AS BIGINT)` around `SUM`, literals in SELECT lists and `CASE`; text that goes
//! in must hold no NUL (use [`StoreError::text`]); name unique indexes `table_column_column_key` (see `error.rs`).

pub(crate) mod asking;
mod conn;
mod connect;
pub(crate) mod query;
pub(crate) mod signal;
mod tx;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{broadcast, watch};

pub(crate) use self::conn::Raw;
use self::{
    asking::Askers,
    conn::Link,
    connect::{Pools, postgres, sqlite, waited},
    signal::Hub,
};
pub use self::{conn::Conn, signal::Signal, tx::Tx};
use crate::{
    cache::{self, Changes},
    caches::Caches,
    error::{Result, StoreError},
    seen::Seen,
};

/// The database of the host. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    pools: Pools,
    askers: Askers,
    hub: Hub,
    listening: OnceLock<tokio::task::AbortHandle>,
    caches: Caches,
    seen: Seen,
    /// Milliseconds that something kept counts at most.
    oldest: AtomicU64,
}

/// Which SQL is spoken, for the few statements that must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One node.
    Sqlite,
    /// Many nodes.
    Postgres,
}

impl Db {
    /// Opens `sqlite://path` (made when missing) or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// [`StoreError::Url`] for another scheme; otherwise what the database says.
    pub async fn connect(url: &str) -> Result<Self> {
        let (pools, askers) = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => sqlite(url).await?,
            Some("postgres" | "postgresql") => postgres(url).await?,
            _ => return Err(StoreError::Url),
        };
        let db = Self(Arc::new(Inner {
            pools,
            askers,
            hub: Hub::default(),
            listening: OnceLock::new(),
            caches: Caches::default(),
            seen: Seen::default(),
            oldest: AtomicU64::default(),
        }));
        db.keep_for(cache::OLDEST);
        Ok(db)
    }

    /// Which SQL is spoken.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.0.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A connection to read with. Writing with it fails on SQLite.
    ///
    /// # Errors
    /// When none becomes free in time or the database is away.
    pub async fn read(&self) -> Result<Conn> {
        Ok(Conn::new(match &self.0.pools {
            Pools::Sqlite { readers, .. } => Link::Sqlite(waited("read", readers.acquire()).await?),
            Pools::Postgres(pool) => Link::Postgres(waited("read", pool.acquire()).await?),
        }))
    }

    /// A transaction that may write. Rolled back unless committed. On SQLite there is one at a time (`BEGIN IMMEDIATE`
    /// on the one writer connection), so hold it briefly and never call an add-on or a network inside.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn begin(&self) -> Result<Tx> {
        #[cfg(any(test, feature = "testing"))]
        crate::testing::statements::began();
        let link = match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                Link::SqliteTx(waited("write", writer.begin_with("BEGIN IMMEDIATE")).await?)
            }
            Pools::Postgres(pool) => Link::PostgresTx(waited("write", pool.begin()).await?),
        };
        Ok(Tx::new(self.clone(), link))
    }

    /// Brings the schema to this binary's version; forward only, safe when several nodes start at once.
    ///
    /// # Errors
    /// When the database is newer than the binary, was changed by hand, or fails.
    pub async fn migrate(&self) -> Result<()> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                // sqlx locks nothing on SQLite, and the command line may start beside the server: one transaction.
                let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
                crate::migrate::migrator(Dialect::Sqlite)?.run(&mut *tx).await?;
                tx.commit().await?;
            }
            Pools::Postgres(pool) => crate::migrate::migrator(Dialect::Postgres)?.run(pool).await?,
        }
        let mut tx = self.begin().await?;
        crate::catalog::put_newest_right(&mut tx).await?;
        tx.commit().await
    }

    /// Signals that committed transactions sent, from this node and (PostgreSQL) all others. Lossy by design: a
    /// receiver that lags, or a connection that breaks, misses some, so poll as well.
    #[must_use]
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.listen();
        self.0.hub.subscribe()
    }

    /// Changes whenever jobs were enqueued somewhere. `changed().await` never misses one that came after the last look.
    #[must_use]
    pub fn job_wakes(&self) -> watch::Receiver<u64> {
        self.listen();
        self.0.hub.job_wakes()
    }

    /// Tells all nodes what nothing is written for.
    ///
    /// # Errors
    /// When PostgreSQL is away or refuses the notification.
    pub async fn tell(&self, signal: Signal) -> Result<()> {
        match &self.0.pools {
            Pools::Sqlite { .. } => self.0.hub.deliver(signal),
            Pools::Postgres(pool) => {
                let text = serde_json::to_string(&signal)?;
                sqlx::query(signal::NOTIFY).bind(text).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// What is kept in memory of what each request needs.
    pub(crate) fn caches(&self) -> &Caches {
        &self.0.caches
    }

    /// When sessions and tokens were used since that was last written.
    pub(crate) fn seen(&self) -> &Seen {
        &self.0.seen
    }

    /// How often tables have changed; from the first question on, by other nodes as well.
    pub(crate) fn changes(&self) -> &Changes {
        self.listen();
        self.0.hub.changes()
    }

    /// How long something that is kept counts at most.
    pub(crate) fn oldest(&self) -> Duration {
        Duration::from_millis(self.0.oldest.load(Ordering::Relaxed))
    }

    /// Lets what is kept count for so long at most, such as for a test that is not to depend on how fast it runs.
    pub fn keep_for(&self, age: Duration) {
        self.0.oldest.store(u64::try_from(age.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Closes all connections after the work in progress.
    pub async fn close(&self) {
        if let Some(listener) = self.0.listening.get() {
            listener.abort();
        }
        self.0.askers.close().await;
        match &self.0.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Until this node hears the others.
    #[cfg(test)]
    pub(crate) async fn hears(&self) {
        self.listen();
        while self.dialect() == Dialect::Postgres && !self.0.hub.hears.load(Ordering::Acquire) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// On PostgreSQL one task per node hears what the other nodes commit; it starts when somebody first wants to know.
    fn listen(&self) {
        if let Pools::Postgres(pool) = &self.0.pools {
            self.0.listening.get_or_init(|| signal::spawn_listener(pool.clone(), self.0.hub.clone()));
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(listener) = self.listening.get() {
            listener.abort();
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.dialect()).finish()
    }
}

#[cfg(test)]
mod tests;
