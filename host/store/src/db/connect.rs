//! Opening a database, and waiting for a connection to it: one writer and a few readers on SQLite, one pool on PostgreSQL.

use std::{
    str::FromStr as _,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::asking::Askers;
use crate::error::Result;

/// The connections that reads and writes take.
pub(super) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// Measures how long a connection was waited for.
pub(super) async fn waited<T>(what: &'static str, acquire: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let begun = Instant::now();
    let acquired = acquire.await;
    metrics::histogram!("annex_database_wait_seconds", "for" => what).record(begun.elapsed().as_secs_f64());
    if acquired.is_err() {
        metrics::counter!("annex_database_wait_failures_total", "for" => what).increment(1);
    }
    acquired
}

/// How long a request waits for the one writer of SQLite before it is answered "busy".
pub(super) const ACQUIRE: Duration = Duration::from_secs(15);
/// How long it waits for a connection to PostgreSQL, which may be away.
pub(super) const ACQUIRE_POSTGRES: Duration = Duration::from_secs(4);

pub(super) async fn sqlite(url: &str) -> Result<(Pools, Askers)> {
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

/// How PostgreSQL plans: for one processor, without compiling the plan, which may take longer than to run it, and by indexes, as reading
/// here and there costs little in memory and on disks of today.
pub(super) const PLANS: &str =
    "SELECT set_config('max_parallel_workers_per_gather', '0', false), set_config('jit', 'off', false),
    set_config('random_page_cost', '1.1', false)";
/// Statements of pages are planned once a connection: planning the inbox takes twice as long as reading it, and its plan is the same for
/// every desk and page. Searches are planned each time, as a rare word wants another plan than a common one.
const PLAN_ONCE: &str = "SELECT set_config('plan_cache_mode', 'force_generic_plan', false)";
/// Statements that a connection keeps, with their plans. All of the host's are fewer, but for combinations of filters.
const STATEMENTS: usize = 500;

pub(super) async fn postgres(url: &str) -> Result<(Pools, Askers)> {
    let options = PgConnectOptions::from_str(url)?.application_name("annex").statement_cache_capacity(STATEMENTS);
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE_POSTGRES);
    let pool = pool.after_connect(|conn, _| {
        Box::pin(async move {
            for setting in [PLANS, PLAN_ONCE] {
                sqlx::query(setting).execute(&mut *conn).await?;
            }
            Ok(())
        })
    });
    let askers = Askers::postgres(options.clone());
    Ok((Pools::Postgres(pool.connect_with(options).await?), askers))
}
