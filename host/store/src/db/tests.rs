use super::{
    query::{execute, fetch_one},
    *,
};
use crate::testing::on_both;

const INSERT: &str = "INSERT INTO desks (id, name, locale, created_at) VALUES ($1, $1, 'en', 1)";

async fn desks(db: &Db) -> i64 {
    fetch_one!(db.read().await.unwrap(), (i64,), "SELECT COUNT(*) FROM desks").unwrap().0
}

#[tokio::test]
async fn only_commits_last() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(execute!(tx, INSERT, "dropped").unwrap(), 1);
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        execute!(tx, INSERT, "rolled back").unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(desks(&db).await, 0);
        let mut tx = db.begin().await.unwrap();
        execute!(tx, INSERT, "committed").unwrap();
        assert_eq!(desks(&db).await, 0);
        tx.commit().await.unwrap();
        assert_eq!(desks(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn sqlite_readers_cannot_write() {
    let database = crate::testing::TestDb::sqlite().await;
    let mut conn = database.db.read().await.unwrap();
    assert!(execute!(conn, INSERT, "x").is_err());
}

#[tokio::test]
async fn constraint_names_are_the_same_in_both() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        execute!(tx, INSERT, "one").unwrap();
        tx.commit().await.unwrap();
        let role = "INSERT INTO roles (id, desk_id, name, permissions, created_at) VALUES ($1, $2, 'x', '[]', 1)";
        let mut tx = db.begin().await.unwrap();
        let result = execute!(tx, INSERT, "one");
        assert!(matches!(result, Err(StoreError::Unique { constraint }) if constraint == "desks_pkey"));
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        execute!(tx, role, "r1", "one").unwrap();
        let result = execute!(tx, role, "r2", "one");
        assert!(matches!(result, Err(StoreError::Unique { constraint }) if constraint == "roles_desk_id_name_key"));
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(execute!(tx, role, "r1", "none"), Err(StoreError::Reference)));
    })
    .await;
}

#[tokio::test]
async fn other_schemes_are_refused() {
    for url in ["mysql://x", "annex.db", ""] {
        assert!(matches!(Db::connect(url).await, Err(StoreError::Url)));
    }
}

#[tokio::test]
async fn the_writer_survives_power_cuts() {
    let database = crate::testing::TestDb::sqlite().await;
    let mut tx = database.db.begin().await.unwrap();
    assert_eq!(fetch_one!(tx, (i64,), "PRAGMA synchronous").unwrap(), (2,));
    assert_eq!(fetch_one!(tx, (i64,), "PRAGMA foreign_keys").unwrap(), (1,));
    assert_eq!(fetch_one!(tx, (String,), "PRAGMA journal_mode").unwrap().0, "wal");
}
