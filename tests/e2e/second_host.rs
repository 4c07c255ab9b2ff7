//! A second host beside the first starts only where that does no harm, and otherwise says what to do.

use crate::support::{database::Database, host::Setup};

#[tokio::test]
async fn a_data_directory_with_sqlite_has_one_host() {
    let first = Setup::new(Database::sqlite()).start().await;
    let said = first.setup().refuses_to_start("is using").await;
    assert!(said.contains(&format!("process {} on ", first.pid())), "{said}");
    assert_eq!(first.fresh_browser().visit("/readyz").await.status, 200, "the first goes on");
}

#[tokio::test]
async fn a_node_with_another_master_key_is_told_what_is_missing() {
    let Some(database) = Database::postgres().await else { return };
    let first = Setup::new(database.clone()).start().await;
    let other = Setup::new(database).without_admin();
    let said = other.refuses_to_start("the master key does not belong to this database").await;
    assert!(said.contains("--master-key") && said.contains("the master.key of the first one"), "{said}");
    drop(first);
}
