use super::*;
use crate::{
    installations::tests::{NOW, installed},
    testing::on_both,
};

#[tokio::test]
async fn a_message_comes_for_the_first_time_once() {
    on_both(async |db| {
        let of = installed(&db).await;
        let arrivals = (0..8).map(|_| {
            let (db, desk, id) = (db.clone(), of.desk, of.id);
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let first = first_time(&mut tx, desk, id, "42", NOW).await.unwrap();
                tx.commit().await.unwrap();
                first
            })
        });
        let first =
            futures::future::join_all(arrivals).await.into_iter().filter(|first| *first.as_ref().unwrap()).count();
        assert_eq!(first, 1);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(purge(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        assert!(first_time(&mut tx, of.desk, of.id, "42", NOW).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn threads_people_and_receipts_belong_to_their_desk() {
    on_both(async |db| {
        let of = installed(&db).await;
        let (ticket, contact, message) = (TicketId::new(), ContactId::new(), MessageId::new());
        let mut tx = db.begin().await.unwrap();
        assert_eq!(lock_thread(&mut tx, of.desk, of.id, "t", NOW).await.unwrap(), None);
        set_thread(&mut tx, of.desk, of.id, "t", ticket).await.unwrap();
        assert_eq!(lock_thread(&mut tx, of.desk, of.id, "t", NOW).await.unwrap(), Some(ticket));
        assert!(matches!(set_thread(&mut tx, of.desk, of.id, "u", ticket).await, Err(StoreError::NotFound(_))));
        set_person(&mut tx, of.desk, of.id, "h", contact).await.unwrap();
        assert_eq!(person(&mut tx, of.desk, of.id, "h").await.unwrap(), Some(contact));
        assert_eq!(person(&mut tx, DeskId::new(), of.id, "h").await.unwrap(), None);
        put_receipt(&mut tx, of.desk, of.id, message, "x\0y", NOW).await.unwrap();
        put_receipt(&mut tx, of.desk, of.id, message, "second", NOW).await.unwrap();
        assert_eq!(receipt(&mut tx, of.desk, message).await.unwrap().as_deref(), Some("xy"));
        assert_eq!(receipt(&mut tx, DeskId::new(), message).await.unwrap(), None);
    })
    .await;
}
