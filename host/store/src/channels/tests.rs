use annex_domain::{
    channel::{Facts, Person, Progress},
    installation::{Installation, Parts},
};

use super::*;
use crate::{
    contacts,
    installations::tests::{NOW, installed},
    testing::on_both,
    tickets,
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
        assert_eq!(receipt(&mut tx, of.desk, message).await.unwrap().as_deref(), Some("xy"));
        put_receipt(&mut tx, of.desk, of.id, message, "second", NOW).await.unwrap();
        assert_eq!(receipt(&mut tx, of.desk, message).await.unwrap().as_deref(), Some("second"));
        assert_eq!(receipt(&mut tx, DeskId::new(), message).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_known_by_its_last_message_and_reports_go_forward() {
    on_both(async |db| {
        let of = installed(&db).await;
        let mut tx = db.begin().await.unwrap();
        let new = contacts::NewContact { name: "Ann".into(), ..contacts::NewContact::default() };
        let ann = contacts::create(&mut tx, of.desk, new, NOW).await.unwrap().id;
        let (ticket, message) =
            tickets::create(&mut tx, of.desk, tickets::NewTicket::of(ann, "Help", "Please"), NOW).await.unwrap();
        assert_eq!(conversation(&mut tx, of.desk, ticket.id).await.unwrap(), None);
        let bob = Person { handle: "b".into(), name: "Bob".into(), email: Some("bob@example.org".into()), phone: None };
        let known = Conversation {
            threads: vec!["2".into(), "1".into()],
            copies: vec![bob],
            members: vec!["b".into(), "c".into()],
            answers: Some("2".into()),
        };
        for known in [&Conversation::default(), &known] {
            put_conversation(&mut tx, of.desk, ticket.id, known).await.unwrap();
            assert_eq!(conversation(&mut tx, of.desk, ticket.id).await.unwrap().as_ref(), Some(known));
        }
        put_receipt(&mut tx, of.desk, of.id, message.id, "x", NOW).await.unwrap();
        assert_eq!(sent_as(&mut tx, of.desk, of.id, "x").await.unwrap(), Some(message.id));
        assert_eq!(sent_as(&mut tx, of.desk, InstallationId::new(), "x").await.unwrap(), None);
        for (progress, is_news) in [(Progress::Read, true), (Progress::Delivered, false), (Progress::Failed, true)] {
            assert_eq!(set_progress(&mut tx, of.desk, message.id, progress).await.unwrap(), is_news, "{progress}");
        }
        // It was sent again: what is reported of it from now on names its new id, and begins anew.
        put_receipt(&mut tx, of.desk, of.id, message.id, "y", NOW).await.unwrap();
        assert_eq!(sent_as(&mut tx, of.desk, of.id, "x").await.unwrap(), None);
        assert_eq!(sent_as(&mut tx, of.desk, of.id, "y").await.unwrap(), Some(message.id));
        assert!(set_progress(&mut tx, of.desk, message.id, Progress::Delivered).await.unwrap());
        assert!(first_time(&mut tx, of.desk, of.id, "z", NOW).await.unwrap());
        assert_eq!(ticket_of(&mut tx, of.desk, of.id, "z").await.unwrap(), None, "nothing has become of it yet");
        set_known(&mut tx, of.desk, of.id, "z", message.id, 0).await.unwrap();
        for (external_id, of_ticket) in [("y", Some(ticket.id)), ("z", Some(ticket.id)), ("x", None), ("", None)] {
            assert_eq!(ticket_of(&mut tx, of.desk, of.id, external_id).await.unwrap(), of_ticket, "{external_id}");
            assert_eq!(ticket_of(&mut tx, of.desk, InstallationId::new(), external_id).await.unwrap(), None);
            assert_eq!(ticket_of(&mut tx, DeskId::new(), of.id, external_id).await.unwrap(), None);
        }
        let facts = Facts::of_first();
        assert_eq!(super::facts(&mut tx, &of).await.unwrap(), None);
        put_facts(&mut tx, &of, &facts).await.unwrap();
        assert_eq!(super::facts(&mut tx, &of).await.unwrap(), Some(facts));
        let newer = Installation::from_stored(Parts { version: "9.0.0".parse().unwrap(), ..(*of).clone() });
        assert_eq!(super::facts(&mut tx, &newer).await.unwrap(), None, "another version is asked anew");
    })
    .await;
}
