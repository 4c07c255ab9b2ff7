use super::*;
use crate::{
    installations::tests::{NOW, installed},
    testing::on_both,
};

fn totals(calls: u64, wall: u64) -> Totals {
    Totals {
        calls,
        errors: 1,
        traps: 1,
        wall_micros: wall,
        wall_micros_max: wall,
        fuel: 5,
        peak_memory: wall,
        host_calls: 2,
    }
}

fn call(at: i64) -> Call {
    Call {
        id: CallId::new(),
        at: Timestamp(at),
        kind: "render".into(),
        outcome: "ok".into(),
        wall_micros: 10,
        fuel: 20,
        peak_memory: 30,
        host_calls: vec![HostCallRow {
            name: "kv.get".into(),
            detail: "a\0b".into(),
            wall_micros: 1,
            outcome: "ok".into(),
        }],
    }
}

#[tokio::test]
async fn hours_add_up() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        for (at, totals) in [(NOW.0, totals(2, 10)), (NOW.0 + 1, totals(1, 4)), (NOW.0 - HOUR, totals(1, 7))] {
            add(&mut tx, of.desk, of.id, Timestamp(at), &totals).await.unwrap();
        }
        add(&mut tx, of.desk, of.id, Timestamp(NOW.0 - 30 * HOUR), &totals(100, 100)).await.unwrap();
        let found = health(&mut tx, of.desk, of.id, NOW).await.unwrap();
        assert_eq!(found.hours.len(), 2);
        let sum = Totals {
            calls: 4,
            errors: 3,
            traps: 3,
            wall_micros: 21,
            wall_micros_max: 10,
            fuel: 15,
            peak_memory: 10,
            host_calls: 6,
        };
        assert_eq!(found.day, sum);
        assert_eq!((found.day.wall_micros_mean(), Totals::default().wall_micros_mean()), (5, 0));
        assert_eq!(health(&mut tx, DeskId::new(), of.id, NOW).await.unwrap().day, Totals::default());
    })
    .await;
}

#[tokio::test]
async fn the_latest_error_is_kept_whatever_the_order() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        for (at, code) in [(5, "trap"), (9, "deadline"), (7, "fuel")] {
            let error = LastError { code: code.into(), text: "why\0".into(), at: Timestamp(at), call: CallId::new() };
            set_last_error(&mut tx, of.desk, of.id, &error).await.unwrap();
        }
        let last = health(&mut tx, of.desk, of.id, NOW).await.unwrap().last_error.unwrap();
        assert_eq!((last.code.as_str(), last.text.as_str()), ("deadline", "why"));
    })
    .await;
}

#[tokio::test]
async fn traps_of_the_last_hour_count_once_each() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let mut count = async |call: CallId, at: i64| trap(&mut tx, of.desk, of.id, call, Timestamp(at)).await.unwrap();
        let first = CallId::new();
        assert_eq!(count(first, NOW.0).await, 1);
        assert_eq!(count(first, NOW.0).await, 1, "counted before");
        assert_eq!(count(CallId::new(), NOW.0 + HOUR - 1).await, 2);
        assert_eq!(count(CallId::new(), NOW.0 + HOUR).await, 2, "the first is an hour ago");
        forget_traps(&mut tx, of.desk, of.id).await.unwrap();
        assert_eq!(trap(&mut tx, of.desk, of.id, CallId::new(), NOW).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_newest_calls_are_kept_and_paged() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let many: Vec<Call> = (0..i64::from(CALLS_KEPT) + 5).map(call).collect();
        add_calls(&mut tx, of.desk, of.id, &many).await.unwrap();
        let page = calls(&mut tx, of.desk, of.id, None, 150).await.unwrap();
        assert_eq!((page.calls.len(), page.calls[0].at.0), (150, i64::from(CALLS_KEPT) + 4));
        assert_eq!(page.calls[0].host_calls[0].detail, "ab");
        let rest = calls(&mut tx, of.desk, of.id, page.next.as_deref(), 150).await.unwrap();
        assert_eq!((rest.calls.len(), rest.next, rest.calls[49].at.0), (50, None, 5));
        purge(&mut tx, Timestamp(100), NOW).await.unwrap();
        assert_eq!(calls(&mut tx, of.desk, of.id, None, 200).await.unwrap().calls.len(), 105);
    })
    .await;
}
