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
//!     fn try_from(row: NoteRow) -> Result<Self, StoreError> {
//!         let at = At::new("notes", &row.id);           // names the table and the row in errors
//!         Ok(Self { id: at.parse("id", &row.id)?, body: row.body.clone(), created_at: Timestamp(row.created_at) })
//!     }
//! }
//!
//! pub async fn get(conn: &mut Conn, desk: DeskId, id: NoteId) -> Result<Note, StoreError> {
//!     fetch_optional!(conn, NoteRow, "SELECT * FROM notes WHERE desk_id = $1 AND id = $2", desk, id)?
//!         .ok_or(StoreError::NotFound("note"))?
//!         .try_into()
//! }
//!
//! pub async fn rename(tx: &mut Tx, desk: DeskId, id: NoteId, body: &str) -> Result<(), StoreError> {
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

use std::{
    fmt,
    ops::{Deref, DerefMut},
    str::FromStr as _,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use annex_domain::ids::InstallationId;
use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{broadcast, watch};

pub(crate) mod asking;
pub(crate) mod query;
pub(crate) mod signal;

pub use self::signal::Signal;
use self::{asking::Askers, signal::Hub};
use crate::{
    cache::{self, Changes, Tables},
    caches::Caches,
    error::{self, StoreError},
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

enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
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
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
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
    pub async fn read(&self) -> Result<Conn, StoreError> {
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
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        #[cfg(any(test, feature = "testing"))]
        crate::testing::statements::began();
        let link = match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                Link::SqliteTx(waited("write", writer.begin_with("BEGIN IMMEDIATE")).await?)
            }
            Pools::Postgres(pool) => Link::PostgresTx(waited("write", pool.begin()).await?),
        };
        Ok(Tx { conn: Conn::new(link), db: self.clone(), signals: Vec::new(), causes: Vec::new() })
    }

    /// Brings the schema to this binary's version; forward only, safe when several nodes start at once.
    ///
    /// # Errors
    /// When the database is newer than the binary, was changed by hand, or fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
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
    pub async fn tell(&self, signal: Signal) -> Result<(), StoreError> {
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

/// Measures how long a connection was waited for.
async fn waited<T>(what: &'static str, acquire: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let begun = Instant::now();
    let acquired = acquire.await;
    metrics::histogram!("annex_database_wait_seconds", "for" => what).record(begun.elapsed().as_secs_f64());
    if acquired.is_err() {
        metrics::counter!("annex_database_wait_failures_total", "for" => what).increment(1);
    }
    acquired
}

/// How long a request waits for the one writer of SQLite before it is answered "busy".
const ACQUIRE: Duration = Duration::from_secs(15);
/// How long it waits for a connection to PostgreSQL, which may be away.
const ACQUIRE_POSTGRES: Duration = Duration::from_secs(4);

async fn sqlite(url: &str) -> Result<(Pools, Askers), StoreError> {
    let common = SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    // FULL: a committed ticket or audit row survives a power cut. The one writer is far from its limit with it.
    let writer = common.clone().create_if_missing(true).synchronous(SqliteSynchronous::Full);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE)
        .after_release(|conn, _| {
            Box::pin(async move {
                conn.ping().await?; // a rollback that waits happens first
                // After some errors, such as a full disk, SQLite has rolled back by itself. sqlx then counts a transaction
                // that is none, and could begin no other on this connection: it is thrown away.
                Ok(!conn.is_in_transaction())
            })
        })
        .connect_with(writer)
        .await?;
    // query_only, not a read-only open: such an open could not recover the log after a crash.
    let reading = common.pragma("query_only", "ON");
    let readers =
        SqlitePoolOptions::new().max_connections(8).acquire_timeout(ACQUIRE).connect_lazy_with(reading.clone());
    Ok((Pools::Sqlite { writer, readers }, Askers::sqlite(reading)))
}

async fn postgres(url: &str) -> Result<(Pools, Askers), StoreError> {
    let options = PgConnectOptions::from_str(url)?.application_name("annex");
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE_POSTGRES);
    let askers = Askers::postgres(options.clone());
    Ok((Pools::Postgres(pool.connect_with(options).await?), askers))
}

/// A connection. Functions that only read take `&mut Conn`.
pub struct Conn {
    link: Link,
    /// What was written to.
    written: Tables,
    /// The database has ended the transaction by itself: what follows would not be part of it.
    ended: bool,
}

enum Link {
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
    fn new(link: Link) -> Self {
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

/// A transaction. Functions that write take `&mut Tx`. Rolled back when dropped.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    db: Db,
    signals: Vec<Signal>,
    /// See [`Tx::caused_by`].
    causes: Vec<InstallationId>,
}

impl Tx {
    /// Says which add-ons led to what is written from here on, one by the other's doing, the last of them writing itself. What
    /// this transaction announces carries them along.
    pub fn caused_by(&mut self, causes: Vec<InstallationId>) {
        self.causes = causes;
    }

    pub(crate) fn causes(&self) -> &[InstallationId] {
        &self.causes
    }

    /// Tells all nodes something once this transaction has committed; nothing when it rolls back.
    ///
    /// # Errors
    /// When PostgreSQL refuses the notification.
    pub async fn signal(&mut self, signal: Signal) -> Result<(), StoreError> {
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
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let written = self.conn.written;
        if !written.is_empty() && self.conn.dialect() == Dialect::Postgres {
            self.signal(Signal::Written(written.list())).await?;
        }
        let Self { conn, db, signals, causes: _ } = self;
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
    pub async fn rollback(self) -> Result<(), StoreError> {
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

#[cfg(test)]
mod tests;
