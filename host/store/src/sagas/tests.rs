use annex_domain::operator::DeskStatus;
use serde_json::json;

use super::*;
use crate::{Db, desks, installations::tests::NOW, testing::on_both};

const LEASE: Duration = Duration::from_secs(15);

async fn begun(db: &Db, subject: InstallationId) -> Result<Saga, StoreError> {
    let mut tx = db.begin().await.unwrap();
    let saga = begin(&mut tx, DeskId::new(), "install", subject, &json!({ "a": 1 }), LEASE, NOW).await?;
    tx.commit().await.unwrap();
    Ok(saga)
}

/// Takes over what can be carried on; what died too often is set aside on the way.
async fn claim(db: &Db, now: Timestamp, lease: Duration) -> Result<Option<Saga>, StoreError> {
    loop {
        let mut tx = db.begin().await?;
        let claimed = super::claim(&mut tx, now, lease).await?;
        tx.commit().await?;
        match claimed {
            None => return Ok(None),
            Some(Claimed::ToDo(saga)) => return Ok(Some(saga)),
            Some(Claimed::SetAside(_)) => {}
            Some(Claimed::Unreadable(error)) => return Err(error),
        }
    }
}

#[tokio::test]
async fn one_at_a_time_for_each_installation() {
    on_both(async |db| {
        let subject = InstallationId::new();
        let mut saga = begun(&db, subject).await.unwrap();
        assert!(matches!(begun(&db, subject).await, Err(StoreError::Taken(_))));
        begun(&db, InstallationId::new()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(live(&mut tx, saga.desk, subject).await.unwrap(), Some(saga.clone()));
        assert_eq!(live(&mut tx, DeskId::new(), subject).await.unwrap(), None);
        saga.state = SagaState::Done;
        save(&mut tx, &saga, NOW, false, NOW).await.unwrap();
        assert!(matches!(hold(&mut tx, &saga, LEASE, NOW).await, Err(StoreError::Lost(_))));
        tx.commit().await.unwrap();
        begun(&db, subject).await.unwrap();
        assert_eq!(counts(&mut db.read().await.unwrap()).await.unwrap(), [("done".into(), 1), ("running".into(), 2)]);
    })
    .await;
}

#[tokio::test]
async fn whoever_takes_over_fences_the_former_worker_off() {
    on_both(async |db| {
        let lost = begun(&db, InstallationId::new()).await.unwrap();
        assert_eq!(claim(&db, NOW, LEASE).await.unwrap(), None, "its lease runs");
        let later = NOW.after(LEASE);
        let taken = claim(&db, later, LEASE).await.unwrap().unwrap();
        assert_eq!((taken.id, taken.fence), (lost.id, lost.fence + 1));
        assert_eq!(claim(&db, later, LEASE).await.unwrap(), None);
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(hold(&mut tx, &lost, LEASE, later).await, Err(StoreError::Lost(_))));
        assert!(matches!(save(&mut tx, &lost, later, true, later).await, Err(StoreError::Lost(_))));
        hold(&mut tx, &taken, LEASE, later).await.unwrap();
        assert_eq!(end_leases(&mut tx, later).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, later, LEASE).await.unwrap().unwrap().fence, taken.fence + 1);
    })
    .await;
}

#[tokio::test]
async fn those_of_a_suspended_desk_wait() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let desk = desks::create(&mut tx, "Desk", "en", NOW).await.unwrap().id;
        let params = json!({});
        let saga = begin(&mut tx, desk, "install", InstallationId::new(), &params, LEASE, NOW).await.unwrap();
        desks::set_status(&mut tx, desk, DeskStatus::Suspended, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let later = NOW.after(LEASE);
        assert_eq!(claim(&db, later, LEASE).await.unwrap(), None);
        let mut tx = db.begin().await.unwrap();
        desks::set_status(&mut tx, desk, DeskStatus::Active, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, later, LEASE).await.unwrap().unwrap().id, saga.id);
    })
    .await;
}

#[tokio::test]
async fn steps_remember_what_they_made() {
    on_both(async |db| {
        let saga = begun(&db, InstallationId::new()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for (position, name, state, output) in [
            (1, "second", StepState::Started, None),
            (0, "first", StepState::Started, None),
            (0, "first", StepState::Done, Some(json!({ "x": 1 }))),
            (0, "first", StepState::Undone, None),
            // A version that has a step before it.
            (2, "second", StepState::Started, None),
        ] {
            save_step(&mut tx, &saga, position, name, state, output.as_ref(), NOW).await.unwrap();
        }
        let steps: Vec<_> = steps(&mut tx, saga.id)
            .await
            .unwrap()
            .into_iter()
            .map(|step| (step.position, step.state, step.output))
            .collect();
        assert_eq!(steps, [(0, StepState::Undone, Some(json!({ "x": 1 }))), (2, StepState::Started, None)]);
    })
    .await;
}

#[tokio::test]
async fn an_abandoned_saga_is_over_and_its_worker_fenced_off() {
    on_both(async |db| {
        let saga = begun(&db, InstallationId::new()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(!abandon(&mut tx, DeskId::new(), saga.subject, NOW).await.unwrap(), "not by another desk");
        assert!(abandon(&mut tx, saga.desk, saga.subject, NOW).await.unwrap());
        assert!(matches!(hold(&mut tx, &saga, LEASE, NOW).await, Err(StoreError::Lost(_))));
        assert_eq!(purge_ended(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(purge_ended(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_kills_the_host_three_times_at_one_step_is_set_aside() {
    on_both(async |db| {
        let subject = InstallationId::new();
        let begun = begun(&db, subject).await.unwrap();
        let desk = begun.desk;
        let mut now = NOW.after(LEASE);
        let mut claims = 0;
        while let Some(saga) = claim(&db, now, LEASE).await.unwrap() {
            claims += 1;
            assert!(claims < 9);
            // The second time it gets a step further: what came before counts no more.
            let mut tx = db.begin().await.unwrap();
            if claims == 2 {
                save_step(&mut tx, &saga, 0, "first", StepState::Done, None, now).await.unwrap();
            }
            died(&mut tx, &saga, "it panicked").await.unwrap();
            tx.commit().await.unwrap();
            now = now.after(LEASE);
        }
        assert_eq!(claims, 4, "two deaths, a step, two more, and the third sets it aside");
        let waiting = put_away(&mut db.read().await.unwrap(), desk).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].saga.id), (1, begun.id));
        assert!(waiting[0].reason.contains("it panicked"), "{}", waiting[0].reason);
        assert_eq!(put_away(&mut db.read().await.unwrap(), DeskId::new()).await.unwrap(), []);
        let mut tx = db.begin().await.unwrap();
        assert!(live(&mut tx, desk, subject).await.unwrap().is_some(), "nothing else is done with it meanwhile");
        assert!(matches!(try_again(&mut tx, DeskId::new(), begun.id, now).await, Err(StoreError::NotFound(_))));
        try_again(&mut tx, desk, begun.id, now).await.unwrap();
        tx.commit().await.unwrap();
        let again = claim(&db, now, LEASE).await.unwrap().unwrap();
        assert_eq!((again.deaths, again.state), (0, SagaState::Running));
        let mut tx = db.begin().await.unwrap();
        set_aside(&mut tx, &again, "this version does not know it", now).await.unwrap();
        turn_around(&mut tx, desk, begun.id, &json!({ "code": "given-up" }), now).await.unwrap();
        tx.commit().await.unwrap();
        let back = claim(&db, now, LEASE).await.unwrap().unwrap();
        assert_eq!((back.state, back.error), (SagaState::Unwinding, Some(json!({ "code": "given-up" }))));
    })
    .await;
}

#[tokio::test]
async fn waiting_and_an_orderly_end_are_no_deaths() {
    on_both(async |db| {
        begun(&db, InstallationId::new()).await.unwrap();
        let mut now = NOW.after(LEASE);
        for round in 0..8 {
            let saga = claim(&db, now, LEASE).await.unwrap().unwrap();
            assert_eq!(saga.deaths, 1, "its first worker was gone");
            let mut tx = db.begin().await.unwrap();
            if round % 2 == 0 {
                save(&mut tx, &saga, now, false, now).await.unwrap();
            } else {
                let_go(&mut tx, &saga).await.unwrap();
            }
            tx.commit().await.unwrap();
            now = now.after(LEASE);
        }
    })
    .await;
}
