use serde_json::json;

use super::*;
use crate::{installations::tests::NOW, testing::on_both};

const LEASE: Duration = Duration::from_secs(15);

async fn begun(db: &Db, subject: InstallationId) -> Result<Saga, StoreError> {
    let mut tx = db.begin().await.unwrap();
    let saga = begin(&mut tx, DeskId::new(), "install", subject, &json!({ "a": 1 }), LEASE, NOW).await?;
    tx.commit().await.unwrap();
    Ok(saga)
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
        save(&mut tx, &saga, NOW, NOW).await.unwrap();
        assert!(matches!(hold(&mut tx, &saga, LEASE, NOW).await, Err(StoreError::Stale("the operation"))));
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
        assert!(matches!(hold(&mut tx, &lost, LEASE, later).await, Err(StoreError::Stale(_))));
        assert!(matches!(save(&mut tx, &lost, later, later).await, Err(StoreError::Stale(_))));
        hold(&mut tx, &taken, LEASE, later).await.unwrap();
        assert_eq!(end_leases(&mut tx, later).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, later, LEASE).await.unwrap().unwrap().fence, taken.fence + 1);
    })
    .await;
}

#[tokio::test]
async fn steps_remember_what_they_made() {
    on_both(async |db| {
        let saga = begun(&db, InstallationId::new()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for (position, state, output) in [
            (1, StepState::Started, None),
            (0, StepState::Started, None),
            (0, StepState::Done, Some(json!({ "x": 1 }))),
            (0, StepState::Undone, None),
        ] {
            save_step(&mut tx, &saga, position, "step", state, output.as_ref(), NOW).await.unwrap();
        }
        let steps: Vec<_> = steps(&mut tx, saga.id)
            .await
            .unwrap()
            .into_iter()
            .map(|step| (step.position, step.state, step.output))
            .collect();
        assert_eq!(steps, [(0, StepState::Undone, Some(json!({ "x": 1 }))), (1, StepState::Started, None)]);
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
        assert!(matches!(hold(&mut tx, &saga, LEASE, NOW).await, Err(StoreError::Stale(_))));
        assert_eq!(purge_ended(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(purge_ended(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
    })
    .await;
}
