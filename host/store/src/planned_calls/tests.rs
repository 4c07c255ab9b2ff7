use super::*;
use crate::{
    installations::tests::{NOW, installed},
    testing::on_both,
};

fn at(ms: i64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

async fn all_due(tx: &mut Tx, limit: u32) -> Vec<Due> {
    due(tx, at(5), limit).await.unwrap().into_iter().map(|call| call.unwrap()).collect()
}

fn keys(page: &Paged<Planned>) -> Vec<&str> {
    page.items.iter().map(|planned| planned.key.as_str()).collect()
}

#[tokio::test]
async fn what_is_planned_under_a_key_is_replaced_listed_and_taken_back() {
    on_both(async |db| {
        let (one, two) = (installed(&db).await, installed(&db).await);
        let mut tx = db.begin().await.unwrap();
        for (key, due) in [("t:b", 2), ("t:a", 1), ("u", 3), ("t:a", 4)] {
            assert!(put(&mut tx, one.desk, one.id, key, at(due), b"x").await.unwrap());
        }
        assert!(!put(&mut tx, one.desk, two.id, "t:a", at(1), b"").await.unwrap(), "of another desk");
        let all = list(&mut tx, one.desk, one.id, "", None, 100).await.unwrap();
        assert_eq!((keys(&all), all.items[0].due), (vec!["t:a", "t:b", "u"], at(4)));
        let first = list(&mut tx, one.desk, one.id, "t:", None, 1).await.unwrap();
        assert_eq!((keys(&first), first.next.as_deref()), (vec!["t:a"], Some("t:a")));
        let rest = list(&mut tx, one.desk, one.id, "t:", first.next.as_deref(), 1).await.unwrap();
        assert_eq!((keys(&rest), rest.next.as_deref()), (vec!["t:b"], None));
        assert!(!cancel(&mut tx, two.desk, one.id, "t:a").await.unwrap(), "by another desk");
        assert!(cancel(&mut tx, one.desk, one.id, "t:a").await.unwrap());
        assert!(!cancel(&mut tx, one.desk, one.id, "t:a").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_installation_plans_so_many_calls_and_no_more() {
    on_both(async |db| {
        let one = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        for number in 0..MOST {
            assert!(put(&mut tx, one.desk, one.id, &number.to_string(), at(1), b"").await.unwrap());
        }
        assert!(!put(&mut tx, one.desk, one.id, "more", at(1), b"").await.unwrap());
        assert!(put(&mut tx, one.desk, one.id, "7", at(2), b"").await.unwrap(), "in the place of another");
    })
    .await;
}

#[tokio::test]
async fn what_has_come_is_taken_once() {
    on_both(async |db| {
        let one = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, one.desk, one.id, "once", at(1), b"data").await.unwrap();
        put(&mut tx, one.desk, one.id, "later", at(10), b"").await.unwrap();
        let regular = [("poll".to_owned(), at(2)), ("gone".to_owned(), at(2))];
        set_regular(&mut tx, one.desk, one.id, &regular).await.unwrap();
        set_regular(&mut tx, one.desk, one.id, &regular[..1]).await.unwrap();
        let come = all_due(&mut tx, 100).await;
        let names: Vec<_> = come.iter().map(|call| (call.kind, call.key.as_str(), call.due)).collect();
        assert_eq!(names, [(TimerKind::Once, "once", at(1)), (TimerKind::Regular, "poll", at(2))]);
        assert_eq!(come[0].data, b"data");
        assert!(take(&mut tx, &come[0], None).await.unwrap());
        assert!(take(&mut tx, &come[1], Some(at(20))).await.unwrap());
        for call in &come {
            assert!(!take(&mut tx, call, Some(at(30))).await.unwrap(), "another node has it");
        }
        note(&mut tx, one.desk, one.id, "poll", "deadline", at(6)).await.unwrap();
        let shown = of(&mut tx, one.desk, one.id, 10).await.unwrap();
        let last = Some((at(6), "deadline".to_owned()));
        assert_eq!(shown[0], PlannedCall { kind: TimerKind::Regular, key: "poll".into(), due: at(20), last });
        assert_eq!((shown[1].key.as_str(), shown.len()), ("later", 2));
    })
    .await;
}

#[tokio::test]
async fn who_plans_much_keeps_nobody_waiting() {
    on_both(async |db| {
        let (many, one) = (installed(&db).await, installed(&db).await);
        let mut tx = db.begin().await.unwrap();
        for number in 0..9 {
            let past = Timestamp(number);
            assert!(put(&mut tx, many.desk, many.id, &format!("every-second-{number}"), past, b"").await.unwrap());
        }
        assert!(put(&mut tx, one.desk, one.id, "poll", at(5), b"").await.unwrap());
        let come = all_due(&mut tx, 3).await;
        let whose: Vec<_> = come.iter().map(|call| (call.installation, call.key.as_str())).collect();
        assert_eq!(whose, [(many.id, "every-second-0"), (one.id, "poll"), (many.id, "every-second-1")]);
    })
    .await;
}
