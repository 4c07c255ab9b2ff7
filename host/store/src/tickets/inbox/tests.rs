//! How tickets of a tag are looked for.

use super::*;
use crate::testing::TestDb;

fn common() -> Filter {
    Filter { tag: Some("common".into()), ..Filter::default() }
}

#[tokio::test]
async fn a_search_may_begin_with_a_tag() {
    let Some(test) = TestDb::postgres().await else { return };
    let mut conn = test.db.read().await.unwrap();
    let mut built = Built::default();
    built.text(DeskId::new());
    let conditions = common().conditions(&mut built);
    built.sql = format!("EXPLAIN SELECT t.id FROM tickets t WHERE {conditions} ORDER BY t.updated_at DESC LIMIT 500");
    let plan = fetch_built!(conn, (String,), built).unwrap();
    // What is looked up for each ticket is a plan of its own in the plan of them all.
    assert!(plan.len() > 1 && !plan.iter().any(|(step,)| step.contains("SubPlan")), "{plan:?}");
    drop(conn);
    test.close().await;
}
