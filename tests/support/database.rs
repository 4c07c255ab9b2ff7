//! A fresh database for each test.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

/// The database that a host starts on.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// In the data directory.
    Sqlite,
    /// On a server, at this address.
    Postgres(String),
    /// A database of its own on the test server, which goes with the last clone.
    Fresh(Arc<Fresh>),
}

#[derive(Debug)]
pub(crate) struct Fresh {
    server: String,
    name: String,
    url: String,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite
    }

    /// None, with the reason printed, where there is no server; with `CI=true` that fails.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("ANNEX_TEST_POSTGRES_URL") else {
            assert!(std::env::var("CI").is_err(), "ANNEX_TEST_POSTGRES_URL is not set; `make test` starts a server");
            eprintln!("skipped: ANNEX_TEST_POSTGRES_URL is not set; `make test` starts a server");
            return None;
        };
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("journey_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&server).await.expect("the test server answers");
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a fresh database");
        let mut url = url::Url::parse(&server).expect("a URL");
        url.set_path(&name);
        Some(Self::Fresh(Arc::new(Fresh { server, name, url: url.into() })))
    }

    /// The number that a query answers. `data`: where the host has its data directory.
    pub(crate) async fn number(&self, data: &Path, sql: &'static str) -> i64 {
        let found: Result<(i64,), sqlx::Error> = match self.url() {
            None => {
                let url = format!("sqlite://{}", data.join("annex.db").display());
                let mut connection = SqliteConnection::connect(&url).await.expect("the host's file");
                sqlx::query_as(sql).fetch_one(&mut connection).await
            }
            Some(url) => {
                let mut connection = PgConnection::connect(url).await.expect("the test server answers");
                sqlx::query_as(sql).fetch_one(&mut connection).await
            }
        };
        found.expect("a number").0
    }

    /// For `--database-url`.
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres(url) => Some(url),
            Self::Fresh(fresh) => Some(&fresh.url),
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // The runtime of the test cannot be waited for in here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&server).await.expect("the test server answers");
                connection.execute(AssertSqlSafe(sql)).await.expect("nothing holds the database");
            });
        });
        if dropping.join().is_err() {
            eprintln!("{} stays on the test server", self.name);
        }
    }
}
