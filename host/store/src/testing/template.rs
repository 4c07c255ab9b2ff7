//! A migrated database that tests copy: running all migrations takes longer than most tests do.
//!
//! It is made by the first process that needs it and named after the checksums of the migrations, so that a changed schema has
//! another one. Two processes may make it at once; one of them is kept.

use std::path::{Path, PathBuf};

use annex_domain::{addon::Digest, random};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

use super::{connect, on_server, url_of};
use crate::{db::Dialect, migrate::migrator};

/// Puts a migrated `annex.db` into the folder.
pub(super) async fn copy_sqlite(folder: &Path) {
    let template = std::env::temp_dir().join(format!("annex-tests-{}.db", version(Dialect::Sqlite)));
    if !template.exists() {
        make_sqlite(&template).await;
    }
    tokio::fs::copy(&template, folder.join("annex.db")).await.unwrap();
}

async fn make_sqlite(template: &Path) {
    let folder = TempDir::new_in(std::env::temp_dir()).unwrap();
    let (db, url) = super::sqlite_in(folder.path()).await;
    db.migrate().await.unwrap();
    db.close().await;
    // What still stands in the write-ahead log is not in the file that is copied.
    let mut conn = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let made: PathBuf = folder.path().join("annex.db");
    std::fs::rename(made, template).unwrap();
}

/// The name of a migrated database on the server.
pub(super) async fn on_postgres(server: &str) -> String {
    let name = format!("annex_tests_{}", version(Dialect::Postgres));
    let mut conn = PgConnection::connect(server).await.unwrap();
    let there = "SELECT COUNT(*) FROM pg_database WHERE datname = $1";
    let count =
        async |conn: &mut PgConnection| sqlx::query_scalar::<_, i64>(there).bind(&name).fetch_one(conn).await.unwrap();
    if count(&mut conn).await == 0 {
        // Held by this connection until it is closed.
        sqlx::query("SELECT pg_advisory_lock(20261130)").execute(&mut conn).await.unwrap();
        if count(&mut conn).await == 0 {
            let draft = format!("draft_{}", hex::encode(random::bytes::<8>().unwrap()));
            on_server(server, format!("CREATE DATABASE {draft}")).await;
            let db = connect(&url_of(server, &draft)).await;
            db.migrate().await.unwrap();
            db.close().await;
            on_server(server, format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
        }
    }
    conn.close().await.unwrap();
    name
}

/// Differs as soon as one migration does.
fn version(dialect: Dialect) -> String {
    let migrator = migrator(dialect).unwrap();
    let sums: Vec<u8> = migrator.iter().flat_map(|one| one.checksum.iter().copied()).collect();
    let digest = Digest::of(&sums).to_string();
    digest.chars().take(16).collect()
}
