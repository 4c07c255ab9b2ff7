use super::*;
use crate::{
    installations::tests::{NOW, installed},
    testing::on_both,
};

fn line(level: Level, message: impl Into<String>) -> NewLine {
    NewLine { call: None, level, message: message.into(), at: NOW }
}

#[tokio::test]
async fn pages_go_back_and_levels_filter() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let lines: Vec<NewLine> = Level::ALL.into_iter().map(|level| line(level, level.as_str())).collect();
        append(&mut tx, of.desk, of.id, &lines).await.unwrap();
        let query = |level, before: Option<String>| Query { level, before, limit: 2 };
        let messages = |page: &Page| page.lines.iter().map(|line| line.message.clone()).collect::<Vec<_>>();
        let first = page(&mut tx, of.desk, of.id, &query(None, None)).await.unwrap();
        assert_eq!(messages(&first), ["error", "warn"]);
        let second = page(&mut tx, of.desk, of.id, &query(None, first.next)).await.unwrap();
        assert_eq!((messages(&second), second.next), (vec!["info".to_owned(), "debug".into()], None));
        let loud = page(&mut tx, of.desk, of.id, &query(Some(Level::Error), None)).await.unwrap();
        assert_eq!(messages(&loud), ["error"]);
        let forged = page(&mut tx, of.desk, of.id, &query(None, Some("x".into()))).await;
        assert!(matches!(forged, Err(StoreError::Invalid { field: "before", .. })));
        let elsewhere = page(&mut tx, DeskId::new(), of.id, &query(None, None)).await.unwrap();
        assert_eq!(elsewhere.lines, []);
    })
    .await;
}

#[tokio::test]
async fn lines_are_capped_by_number_and_age() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let lines: Vec<NewLine> = (0..LINES_KEPT + 3).map(|n| line(Level::Info, format!("{n}\0"))).collect();
        append(&mut tx, of.desk, of.id, &lines).await.unwrap();
        let (count,) = crate::db::query::fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM addon_logs").unwrap();
        assert_eq!(count, i64::from(LINES_KEPT));
        let newest = page(&mut tx, of.desk, of.id, &Query::default()).await.unwrap();
        assert_eq!(newest.lines[0].message, format!("{}\u{fffd}", LINES_KEPT + 2));
        assert_eq!(purge(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), u64::from(LINES_KEPT));
    })
    .await;
}
