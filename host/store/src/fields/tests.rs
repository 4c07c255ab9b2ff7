use std::collections::BTreeMap;

use annex_domain::{ids::TicketId, operator::Actor};
use serde_json::json;

use super::*;
use crate::{
    contacts::{self, NewContact},
    testing::{Fixture, on_both},
    tickets::{self, Filter, NewTicket, Sort, TicketChange},
};

const NOW: Timestamp = Timestamp(1_000);

fn new(subject: FieldSubject, key: &str) -> NewField {
    NewField {
        subject,
        key: key.parse().unwrap(),
        kind: FieldKind::Text,
        label: Localized::en(key),
        help: None,
        choices: Vec::new(),
        required: false,
        addon: None,
    }
}

fn value(field: &Field, text: &str) -> NewValue {
    let value = (!text.is_empty()).then(|| text.to_owned());
    NewValue { field: field.id, key: field.key.clone(), value }
}

async fn ticket(tx: &mut Tx, desk: DeskId) -> TicketId {
    let requester = NewContact { name: "Ann".into(), ..NewContact::default() };
    let requester = contacts::create(tx, desk, requester, NOW).await.unwrap().id;
    tickets::create(tx, desk, NewTicket::of(requester, "Help", "Please"), NOW).await.unwrap().0.id
}

#[tokio::test]
async fn keys_are_one_of_a_kind_in_their_subject_and_desk() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let order = insert(&mut tx, desk, new(FieldSubject::Ticket, "order"), NOW).await.unwrap();
        let taken = insert(&mut tx, desk, new(FieldSubject::Ticket, "order"), NOW).await.unwrap_err();
        assert_eq!(taken.code(), "already-exists");
        // The transaction is still good, on PostgreSQL too.
        let of_contacts = insert(&mut tx, desk, new(FieldSubject::Contact, "order"), NOW).await.unwrap();
        let size = insert(&mut tx, desk, new(FieldSubject::Ticket, "size"), NOW).await.unwrap();
        insert(&mut tx, other_desk, new(FieldSubject::Ticket, "order"), NOW).await.unwrap();
        assert_eq!(get(&mut tx, desk, order.id).await.unwrap(), order);
        assert!(matches!(get(&mut tx, other_desk, order.id).await, Err(StoreError::NotFound("field"))));
        assert!(save(&mut tx, other_desk, &order).await.is_err());
        let keys = async |tx: &mut Tx| {
            let all = list(tx, desk).await.unwrap();
            all.into_iter().map(|field| field.id).collect::<Vec<_>>()
        };
        assert_eq!(keys(&mut tx).await, [order.id, size.id, of_contacts.id]);
        put_in_order(&mut tx, desk, &[size.id, order.id]).await.unwrap();
        assert_eq!(keys(&mut tx).await, [size.id, order.id, of_contacts.id]);
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_in_memory_ends_with_a_change() {
    on_both(async |db| {
        db.hears().await;
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let field = insert(&mut tx, desk, new(FieldSubject::Ticket, "order"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(known(&db, desk).await.unwrap().as_slice(), std::slice::from_ref(&field));
        let mut tx = db.begin().await.unwrap();
        let retired = Field { retired_at: Some(NOW), ..field };
        save(&mut tx, desk, &retired).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(*known(&db, desk).await.unwrap(), [retired]);
    })
    .await;
}

#[tokio::test]
async fn values_are_written_told_and_found() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
        let order = insert(&mut tx, desk, new(FieldSubject::Ticket, "order"), NOW).await.unwrap();
        let size = insert(&mut tx, desk, new(FieldSubject::Ticket, "size"), NOW).await.unwrap();
        let (one, two) = (ticket(&mut tx, desk).await, ticket(&mut tx, desk).await);
        let change = async |tx: &mut Tx, values: Vec<NewValue>| {
            let wanted = TicketChange { values, ..TicketChange::default() };
            tickets::change(tx, desk, one, wanted, Actor::System, None, NOW).await.unwrap()
        };
        let first = change(&mut tx, vec![value(&order, "A"), value(&size, "L")]).await;
        assert_eq!(change(&mut tx, vec![value(&order, "A")]).await, first, "the same again changes nothing");
        change(&mut tx, vec![value(&order, "B"), value(&size, "")]).await;
        assert_eq!(values(&mut tx, desk, one).await.unwrap(), BTreeMap::from([(order.id, "B".to_owned())]));
        let told = tickets::activity(&mut tx, desk, one).await.unwrap();
        let told: Vec<_> = told.iter().map(|it| (it.field.as_str(), it.old.as_str(), it.new.as_str())).collect();
        let expected =
            [("field:order", "", "A"), ("field:size", "", "L"), ("field:order", "A", "B"), ("field:size", "L", "")];
        assert_eq!(told, expected);
        // The event leads to what was and is.
        let sql = "SELECT c.new FROM jobs j JOIN ticket_changes c ON j.payload LIKE '%' || c.id || '%'
                   WHERE j.kind = 'happening' ORDER BY c.at, c.id";
        let events = fetch_all!(tx, (String,), sql).unwrap();
        assert_eq!(events.into_iter().map(|(new,)| new).collect::<Vec<_>>(), ["A", "L", "B", ""]);

        write(&mut tx, desk, two, &[value(&order, "B")]).await.unwrap();
        let held = values_of(&mut tx, desk, &[one, two]).await.unwrap();
        assert_eq!(held.len(), 2);
        let fields = [size, order.clone()];
        assert_eq!(json!(by_key(&fields, &held[&two.to_string()])), json!({ "order": "B" }));
        assert!(values_of(&mut tx, other_desk, &[one, two]).await.unwrap().is_empty());
        assert!(has_values(&mut tx, desk, order.id).await.unwrap());
        assert!(!has_values(&mut tx, other_desk, order.id).await.unwrap());
        let filter = |value: &str| Filter { field: Some((order.key.clone(), value.into())), ..Filter::default() };
        for (desk, text, expected) in [(desk, "B", 2), (desk, "A", 0), (other_desk, "B", 0)] {
            let found = tickets::list(&mut tx, desk, &filter(text), Sort::default(), None, 9).await.unwrap();
            assert_eq!(found.len(), expected, "{text}");
            assert_eq!(tickets::count(&mut tx, desk, &filter(text)).await.unwrap() as usize, expected, "{text}");
        }
        let tagged = Filter { tag: Some("vip".into()), ..filter("B") };
        assert_eq!(tickets::count(&mut tx, desk, &tagged).await.unwrap(), 0, "both have to hold");
        save(&mut tx, desk, &Field { retired_at: Some(NOW), ..order.clone() }).await.unwrap();
        assert_eq!(tickets::count(&mut tx, desk, &filter("B")).await.unwrap(), 0, "nobody sees it any more");
    })
    .await;
}

#[tokio::test]
async fn what_an_add_on_declares_comes_and_goes() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, .. } = Fixture::make(&mut tx).await;
        let (addon, other): (AddonId, AddonId) = ("acme.shop".parse().unwrap(), "acme.other".parse().unwrap());
        let declared = |key: &str, label: &str| Declared {
            of: FieldSubject::Contact,
            key: key.into(),
            kind: FieldKind::Text,
            label: Localized::en(label),
            help: None,
            choices: Vec::new(),
        };
        insert(&mut tx, desk, new(FieldSubject::Contact, "own"), NOW).await.unwrap();
        declare(&mut tx, desk, &addon, &[declared("a", "A"), declared("b", "B")], NOW).await.unwrap();
        declare(&mut tx, desk, &other, &[declared("a", "Other")], NOW).await.unwrap();
        let before = list(&mut tx, desk).await.unwrap();
        let keys: Vec<_> = before.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["own", "acme.shop.a", "acme.shop.b", "acme.other.a"]);
        save(&mut tx, desk, &Field { required: true, retired_at: Some(NOW), ..before[1].clone() }).await.unwrap();
        declare(&mut tx, desk, &addon, &[declared("a", "Better")], Timestamp(2_000)).await.unwrap();
        declare(&mut tx, desk, &addon, &[declared("a", "Better")], Timestamp(3_000)).await.unwrap();
        let after = list(&mut tx, desk).await.unwrap();
        assert_eq!(after[1].label.get("en"), "Better");
        assert!(after[1].required && after[1].retired_at == Some(NOW), "that is for people to say");
        assert_eq!(after[2].withdrawn_at, Some(Timestamp(2_000)));
        assert_eq!((&after[0], &after[3]), (&before[0], &before[3]), "others stay");
    })
    .await;
}
