//! Pages of a tag that many tickets have, which other tests are too small for.

use annex_domain::{
    clock::Timestamp,
    field::{FieldKind, FieldSubject},
    localized::Localized,
};

use super::*;
use crate::{
    contacts::{self, NewContact},
    db::{Tx, query::execute},
    fields::{self, NewField},
    testing::{Fixture, TestDb, on_both},
};

const NOW: Timestamp = Timestamp(1_000);

fn common() -> Filter {
    Filter { tag: Some("common".into()), ..Filter::default() }
}

/// Makes a desk of tickets of all kinds. Five of six have the tag `common`, and one of a thousand has the value `rare` of the field
/// `order`. Two at a time have the same time, so that the id has to decide.
async fn many(tx: &mut Tx) -> DeskId {
    let Fixture { desk, .. } = Fixture::make(tx).await;
    let ann = NewContact { name: "Ann".into(), ..NewContact::default() };
    let ann = contacts::create(tx, desk, ann, NOW).await.unwrap().id;
    let sql = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $3)
        INSERT INTO tickets (id, desk_id, number, subject, folded, status, priority, requester_id, tags, created_at, updated_at)
        SELECT '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + i AS TEXT), 2), $1, i, 'x', 'x',
            CASE i % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'solved' ELSE 'closed' END,
            CASE i % 5 WHEN 0 THEN 'low' WHEN 1 THEN 'high' WHEN 2 THEN 'urgent' ELSE 'normal' END,
            $2, '[]', i / 2, i / 2 FROM n";
    let count = RARE / 5 * 6 + 12;
    assert_eq!(execute!(tx, sql, desk, ann, count).unwrap(), u64::try_from(count).unwrap());
    let tagged = "INSERT INTO ticket_tags (desk_id, ticket_id, tag)
        SELECT desk_id, id, 'common' FROM tickets WHERE desk_id = $1 AND number % 6 <> 0";
    assert!(execute!(tx, tagged, desk).unwrap() > u64::try_from(RARE).unwrap());
    let order = NewField {
        subject: FieldSubject::Ticket,
        key: "order".parse().unwrap(),
        kind: FieldKind::Text,
        label: Localized::en("order"),
        help: None,
        choices: Vec::new(),
        required: false,
        addon: None,
    };
    let order = fields::insert(tx, desk, order, NOW).await.unwrap();
    let held = "INSERT INTO field_values (desk_id, subject_id, field_id, value)
        SELECT desk_id, id, $2, 'rare' FROM tickets WHERE desk_id = $1 AND number % 1000 = 0";
    assert_eq!(execute!(tx, held, desk, order.id).unwrap(), 6);
    desk
}

/// The numbers on so many pages of seven.
async fn numbers(conn: &mut Conn, desk: DeskId, filter: &Filter, sort: Sort, pages: usize) -> Vec<i64> {
    let (mut numbers, mut after) = (Vec::new(), None::<Cursor>);
    for _ in 0..pages {
        let page = list(conn, desk, filter, sort, after.as_ref(), 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.cursor.clone());
        numbers.extend(page.iter().map(|row| row.ticket.number));
    }
    numbers
}

#[tokio::test]
async fn pages_of_a_common_tag_follow_each_other_in_every_order() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = many(&mut tx).await;
        assert_eq!(rare(&mut tx, desk, &common()).await.unwrap(), None);
        for by in [SortBy::Updated, SortBy::Created, SortBy::Priority, SortBy::Number] {
            for descending in [true, false] {
                let sort = Sort { by, descending };
                for statuses in [Vec::new(), vec![TicketStatus::Solved]] {
                    let filter = Filter { statuses, ..common() };
                    let any = Filter { tag: None, ..filter.clone() };
                    let all = list(&mut tx, desk, &any, sort, None, 60).await.unwrap();
                    let expected = all.iter().map(|row| row.ticket.number).filter(|number| number % 6 != 0);
                    let expected: Vec<i64> = expected.take(21).collect();
                    assert_eq!(expected.len(), 21);
                    assert_eq!(numbers(&mut tx, desk, &filter, sort, 3).await, expected, "{filter:?} {sort:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_rare_value_is_begun_with_however_common_the_tag_is() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = many(&mut tx).await;
        for (key, expected) in [("order", vec![5000, 4000, 2000, 1000]), ("unknown", Vec::new())] {
            let filter = Filter { field: Some((key.parse().unwrap(), "rare".into())), ..common() };
            assert_eq!(rare(&mut tx, desk, &filter).await.unwrap(), Some(1), "{key}");
            assert_eq!(numbers(&mut tx, desk, &filter, Sort::default(), 2).await, expected, "{key}");
            assert_eq!(count(&mut tx, desk, &filter).await.unwrap(), i64::try_from(expected.len()).unwrap(), "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_page_of_a_common_tag_begins_with_all_tickets_of_the_desk() {
    let test = TestDb::sqlite().await;
    let mut conn = test.db.read().await.unwrap();
    for by in [SortBy::Updated, SortBy::Created, SortBy::Priority, SortBy::Number] {
        let (filter, sort, dialect) = (common(), Sort { by, descending: true }, conn.dialect());
        let page = Page { filter: &filter, sort, after: None, limit: 40, dialect };
        let mut built = page.statement(DeskId::new(), None);
        built.sql = format!("EXPLAIN QUERY PLAN {}", built.sql);
        let plan = fetch_built!(conn, (i64, i64, i64, String), built).unwrap();
        let steps: Vec<&str> =
            plan.iter().map(|(.., step)| step.as_str()).filter(|step| step.contains(" t ")).collect();
        assert!(steps.len() > 1 && !steps.iter().any(|step| step.ends_with("(desk_id=?)")), "{by:?}: {steps:?}");
    }
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
