use super::*;
use crate::{
    Dialect,
    installations::tests::{NOW, installed},
    kv::{self, Owner, QUOTA},
    logs::{self, Level, NewLine},
    testing::on_both,
};

/// A table that is added later with rows of installations must be deleted with them, too.
#[tokio::test]
async fn every_table_with_rows_of_installations_is_emptied() {
    on_both(async |db| {
        let sql = match db.dialect() {
            Dialect::Sqlite => {
                "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'installation_id'"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'installation_id'"
            }
        };
        let tables = crate::db::query::fetch_all!(db.read().await.unwrap(), (String,), sql).unwrap();
        assert!(tables.len() > 10, "{tables:?}");
        for (table,) in tables {
            // The outbox keeps facts for those who follow along, as the audit log does; and what money was asked for and
            // taken is kept for good.
            let emptied = DELETES.iter().any(|sql| sql.starts_with(&format!("DELETE FROM {table} ")));
            // The address of a channel is kept for the day that it is installed again.
            let kept = ["outbox", "publisher_events", "subscriptions", "orders", "invoice_lines", "earnings", "channel_hooks"];
            let kept = kept.contains(&table.as_str());
            assert!(emptied != kept, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn counts_and_deletes_one_installation_alone() {
    on_both(async |db| {
        let (one, two) = (installed(&db).await, installed(&db).await);
        let mut tx = db.begin().await.unwrap();
        for of in [&one, &two] {
            let owner = Owner { desk: of.desk, installation: of.id, version: &of.version };
            kv::set(&mut tx, owner, "ü", b"123", None, QUOTA, NOW).await.unwrap();
            let line = NewLine { call: None, level: Level::Info, message: "hi".into(), at: NOW };
            logs::append(&mut tx, of.desk, of.id, &[line]).await.unwrap();
        }
        let expected =
            [Item { what: "kv-entries", count: 1, bytes: 5 }, Item { what: "log-lines", count: 1, bytes: 2 }];
        super::of(&mut tx, one.desk, two.id).await.map(|items| assert_eq!(items, [])).unwrap();
        assert_eq!(super::of(&mut tx, one.desk, one.id).await.unwrap(), expected);
        assert!(!purge(&mut tx, one.desk, two.id).await.unwrap(), "not by another desk");
        assert!(purge(&mut tx, one.desk, one.id).await.unwrap());
        assert!(!purge(&mut tx, one.desk, one.id).await.unwrap());
        assert_eq!(super::of(&mut tx, one.desk, one.id).await.unwrap(), []);
        assert_eq!(super::of(&mut tx, two.desk, two.id).await.unwrap(), expected);
    })
    .await;
}
