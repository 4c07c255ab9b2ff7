use std::{path::Path, process::Command, time::Duration};

use super::*;
use crate::{
    db::query::fetch_one,
    testing::{SmallDisk, TestDb, on_both},
};

const NOW: Timestamp = Timestamp(1);

#[tokio::test]
async fn facts_are_kept_and_the_first_one_counts() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(get(&mut tx, "a").await.unwrap(), None);
        assert_eq!(put_first(&mut tx, "a", "1", NOW).await.unwrap(), "1");
        assert_eq!(put_first(&mut tx, "a", "2", NOW).await.unwrap(), "1");
        put(&mut tx, "a", "3", NOW).await.unwrap();
        assert_eq!(get(&mut tx, "a").await.unwrap().as_deref(), Some("3"));
        tx.commit().await.unwrap();
        probe(&db, NOW).await.unwrap();
        probe(&db, Timestamp(2)).await.unwrap();
    })
    .await;
}

/// Fills the database until it refuses.
async fn fill(tx: &mut Tx) -> StoreError {
    for n in 0..1000 {
        if let Err(error) = put(tx, &format!("fill-{n}"), &"x".repeat(100_000), NOW).await {
            return error;
        }
    }
    panic!("there is room for ever");
}

#[tokio::test]
async fn after_a_full_disk_the_next_write_is_fine() {
    let database = TestDb::sqlite().await;
    let db = &database.db;
    let mut tx = db.begin().await.unwrap();
    let (pages,) = fetch_one!(tx, (i64,), "PRAGMA page_count").unwrap();
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 30));
    fetch_one!(tx, (i64,), limit).unwrap();
    put(&mut tx, "before", "1", NOW).await.unwrap();
    assert_eq!(fill(&mut tx).await.code(), "disk-full");
    // SQLite has rolled back: what comes now would be a write of its own.
    assert!(put(&mut tx, "after", "1", NOW).await.is_err());
    assert!(tx.commit().await.is_err());
    let mut tx = db.begin().await.unwrap();
    for gone in ["before", "after", "fill-0"] {
        assert_eq!(get(&mut tx, gone).await.unwrap(), None, "{gone}");
    }
    put(&mut tx, "again", "1", NOW).await.unwrap();
    tx.commit().await.unwrap();
    probe(db, NOW).await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_really_full_is_named_and_forgotten_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let database = TestDb::sqlite_in(disk.path()).await;
    let db = &database.db;
    assert_eq!(disk.fill(db).await.code(), "disk-full");
    // Reading goes on.
    assert_eq!(get(&mut db.read().await.unwrap(), "nothing").await.unwrap(), None);
    disk.make_room();
    probe(db, NOW).await.unwrap();
    database.close().await;
}

/// A server of its own, which the other tests do not miss.
struct Server(tempfile::TempDir);

impl Server {
    fn run(&self, word: &str) -> Option<String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/postgres.sh");
        let output = Command::new(script).arg(word).arg(self.0.path().join("server")).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("stop");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_named_soon_and_found_again() {
    use std::os::unix::fs::PermissionsExt as _;
    if std::env::var_os("ANNEX_TEST_POSTGRES_URL").is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs PostgreSQL");
        eprintln!("PostgreSQL skipped: ANNEX_TEST_POSTGRES_URL is not set");
        return;
    }
    let server = Server(tempfile::tempdir().unwrap());
    std::fs::set_permissions(server.0.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let url = server.run("start").unwrap();
    let db = Db::connect(&url).await.unwrap();
    db.migrate().await.unwrap();
    probe(&db, NOW).await.unwrap();
    server.run("halt").unwrap();
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let error = probe(&db, NOW).await.unwrap_err();
        assert!(matches!(error.code(), "database-away" | "busy"), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
    server.run("start").unwrap();
    probe(&db, NOW).await.unwrap();
    db.close().await;
}
