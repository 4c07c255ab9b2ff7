//! Questions that may take long, such as searches: with connections of their own, so that pages do not wait for them, with a time
//! after which they end, and with an end as soon as nobody waits for the answer.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::{
    Db,
    conn::{Conn, Link},
    connect::{ACQUIRE, ACQUIRE_POSTGRES, PLANS, waited},
};
use crate::error::StoreError;

/// How many are asked at once on this node.
pub(crate) const AT_ONCE: u32 = 4;
/// SQLite's instructions between two looks at whether somebody still waits.
const INSTRUCTIONS: i32 = 1_000;

/// Connections for them. None is opened before it is needed.
pub(super) enum Askers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Askers {
    pub(super) fn sqlite(options: SqliteConnectOptions) -> Self {
        let pool =
            SqlitePoolOptions::new().max_connections(AT_ONCE).acquire_timeout(ACQUIRE).after_release(|conn, _| {
                Box::pin(async move {
                    conn.lock_handle().await?.remove_progress_handler();
                    Ok(true)
                })
            });
        Self::Sqlite(pool.connect_lazy_with(options))
    }

    pub(super) fn postgres(options: PgConnectOptions) -> Self {
        let pool = PgPoolOptions::new().max_connections(AT_ONCE).acquire_timeout(ACQUIRE_POSTGRES);
        let pool = pool.after_connect(|conn, _| {
            Box::pin(async move {
                // The server then notices that a connection was closed while it works. Before version 14 it does not, and only the time
                // ends a question.
                if let Err(error) = sqlx::query("SET client_connection_check_interval = 250").execute(&mut *conn).await
                {
                    tracing::debug!(%error, "a search that nobody waits for goes on until its time is over");
                }
                sqlx::query(PLANS).execute(conn).await?;
                Ok(())
            })
        });
        Self::Postgres(pool.connect_lazy_with(options))
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A connection to ask with. When it is dropped before [`Asking::answered`], what runs on it is stopped.
pub(crate) struct Asking {
    conn: Conn,
    gone: Arc<AtomicBool>,
    answered: bool,
}

impl Asking {
    /// Nothing runs any more.
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        self.gone.store(true, Ordering::Relaxed);
        if let Link::Postgres(conn) = &mut self.conn.link {
            conn.close_on_drop();
        }
    }
}

impl Deref for Asking {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Asking {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Db {
    /// A connection to ask with, each statement for so long at most: then it fails with [`StoreError::Interrupted`].
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn ask(&self, longest: Duration) -> Result<Asking, StoreError> {
        let gone = Arc::new(AtomicBool::new(false));
        let link = match &self.0.askers {
            Askers::Sqlite(pool) => {
                let mut conn = waited("search", pool.acquire()).await?;
                let (left, end) = (Arc::clone(&gone), Instant::now() + longest);
                let wanted = move || !left.load(Ordering::Relaxed) && Instant::now() < end;
                conn.lock_handle().await?.set_progress_handler(INSTRUCTIONS, wanted);
                Link::Sqlite(conn)
            }
            Askers::Postgres(pool) => {
                let mut conn = waited("search", pool.acquire()).await?;
                let limit = format!("SET statement_timeout = {}", longest.as_millis());
                sqlx::query(AssertSqlSafe(limit)).execute(&mut *conn).await?;
                Link::Postgres(conn)
            }
        };
        Ok(Asking { conn: Conn::new(link), gone, answered: false })
    }
}
