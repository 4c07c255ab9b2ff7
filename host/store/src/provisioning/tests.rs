use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{
    Db,
    installations::tests::{NOW, installed},
    sagas::{self, Claimed, Saga, SagaState},
    testing::on_both,
};

const LEASE: Duration = Duration::from_secs(15);
const WEEK: Duration = Duration::from_hours(7 * 24);

/// An operation that waits for a publisher's answer.
async fn waiting(db: &Db, of: &Installation) -> Saga {
    let mut tx = db.begin().await.unwrap();
    let saga = sagas::begin(&mut tx, of.desk, "update", of.id, &json!({}), LEASE, NOW).await.unwrap();
    let until = NOW.after(WEEK);
    let new = NewRequest { saga: saga.id, of, version: &of.version, asked: Asked::Update, by: of.installed_by, until };
    assert!(ask(&mut tx, &new, NOW).await.unwrap());
    assert!(!ask(&mut tx, &new, NOW).await.unwrap(), "once");
    sagas::save(&mut tx, &saga, until, false, NOW).await.unwrap();
    tx.commit().await.unwrap();
    saga
}

async fn claimed(db: &Db, now: Timestamp) -> bool {
    let mut tx = db.begin().await.unwrap();
    let claimed = sagas::claim(&mut tx, now, LEASE).await.unwrap();
    tx.commit().await.unwrap();
    matches!(claimed, Some(Claimed::ToDo(_)))
}

#[tokio::test]
async fn an_operation_waits_for_its_answer_and_then_goes_on() {
    on_both(async |db| {
        let (one, other) = (installed(&db).await, installed(&db).await);
        let saga = waiting(&db, &one).await;
        let publisher = one.addon.publisher();
        let mut conn = db.read().await.unwrap();
        assert_eq!(waits_until(&mut conn, one.desk, one.id).await.unwrap(), Some(NOW.after(WEEK)));
        assert_eq!(waits_until(&mut conn, other.desk, one.id).await.unwrap(), None, "of another desk");
        assert_eq!(last_of(&mut conn, other.desk, one.id).await.unwrap(), None);
        let all = open(&mut conn, &publisher).await.unwrap();
        assert_eq!(all.iter().map(|one| one.saga).collect::<Vec<_>>(), [saga.id]);
        assert_eq!(open(&mut conn, &"somebody".parse().unwrap()).await.unwrap(), []);
        assert_eq!(subject(&mut conn, one.id).await.unwrap(), Some((one.desk, one.addon.clone())));
        assert_eq!(subject(&mut conn, InstallationId::new()).await.unwrap(), None);
        drop(conn);
        assert!(!claimed(&db, NOW.after(LEASE)).await, "nobody takes it up meanwhile");
        let mut tx = db.begin().await.unwrap();
        let heir = "somebody".parse().unwrap();
        hand_over(&mut tx, &one.addon, &heir).await.unwrap();
        let theirs = open(&mut tx, &heir).await.unwrap();
        assert_eq!((theirs.len(), open(&mut tx, &publisher).await.unwrap().len()), (1, 0), "it goes with the add-on");
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        assert!(sagas::wake(&mut tx, saga.id, NOW).await.unwrap());
        let no = Answer::Rejected("no seats".parse().unwrap());
        assert!(answer(&mut tx, saga.id, &no, NOW).await.unwrap());
        assert!(!answer(&mut tx, saga.id, &Answer::Accepted, NOW).await.unwrap(), "the first one counts");
        tx.commit().await.unwrap();
        let mut conn = db.read().await.unwrap();
        let kept = of_saga(&mut conn, saga.id).await.unwrap().unwrap();
        assert_eq!((kept.given, kept.reason.as_deref()), (Some(Given::Rejected), Some("no seats")));
        assert_eq!(last_of(&mut conn, one.desk, one.id).await.unwrap(), Some(kept));
        assert_eq!(waits_until(&mut conn, one.desk, one.id).await.unwrap(), None);
        assert_eq!(open(&mut conn, &publisher).await.unwrap(), []);
        drop(conn);
        assert!(claimed(&db, NOW).await, "it goes on at once");
    })
    .await;
}

#[tokio::test]
async fn what_was_set_up_is_undone_once_and_what_has_ended_takes_no_answer() {
    on_both(async |db| {
        let one = installed(&db).await;
        let saga = waiting(&db, &one).await;
        let mut tx = db.begin().await.unwrap();
        assert!(!undo(&mut tx, saga.id).await.unwrap(), "nothing was set up");
        answer(&mut tx, saga.id, &Answer::Accepted, NOW).await.unwrap();
        assert!(undo(&mut tx, saga.id).await.unwrap());
        assert!(!undo(&mut tx, saga.id).await.unwrap());
        sagas::save(&mut tx, &Saga { state: SagaState::Undone, ..saga.clone() }, NOW, false, NOW).await.unwrap();
        assert!(!sagas::wake(&mut tx, saga.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_answer_does_not_take_the_operation_from_who_is_at_it() {
    on_both(async |db| {
        let one = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let saga = sagas::begin(&mut tx, one.desk, "update", one.id, &json!({}), LEASE, NOW).await.unwrap();
        assert!(sagas::wake(&mut tx, saga.id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!claimed(&db, NOW).await);
    })
    .await;
}
