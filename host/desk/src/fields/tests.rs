use std::collections::BTreeMap;

use annex_domain::{
    clock::Timestamp,
    contact::ContactChange,
    field::{Declared, Entered, Entries, ValueError},
    operator::Actor,
    permission::Permissions,
    ticket::TicketStatus,
};
use annex_store::{
    audit,
    contacts::{self as stored_contacts, NewContact},
    testing::{self, on_both},
    tickets::{self as stored_tickets, TicketChange},
};
use serde_json::json;

use super::*;
use crate::{
    Ctx, ValueProblem, contacts,
    messages::write,
    rights_test::{rule, wrong},
    tests::{World, installed, wanted},
    tickets::{self, Change},
};

fn admin(world: &World) -> Ctx {
    Ctx { permissions: Permissions::admin(), ..world.agent() }
}

fn new(subject: FieldSubject, key: &str, kind: FieldKind) -> NewField {
    let choices = if kind == FieldKind::Choice { vec!["Red".into(), " Blue ".into()] } else { Vec::new() };
    NewField {
        subject,
        key: key.into(),
        kind,
        label: format!("The {key}"),
        help: String::new(),
        choices,
        required: false,
    }
}

async fn make(world: &World, key: &str, kind: FieldKind) -> Field {
    create(&world.desk, &admin(world), new(FieldSubject::Ticket, key, kind)).await.unwrap()
}

fn typed(entries: &[(&str, &str)]) -> Entries {
    entries.iter().map(|(key, text)| ((*key).to_owned(), Entered::Typed((*text).to_owned()))).collect()
}

fn change(entries: &[(&str, &str)]) -> Change {
    Change { fields: typed(entries), ..Change::default() }
}

async fn set(world: &World, ctx: &Ctx, wanted: impl Into<Change>) -> Result<(), Refusal> {
    tickets::change(&world.desk, ctx, world.ticket.id.into(), wanted, None).await.map(drop)
}

/// The keys that were refused, and why.
fn problems(refused: Result<(), Refusal>) -> Vec<(String, ValueError)> {
    match refused {
        Err(Refusal::Values(problems)) => {
            problems.into_iter().map(|ValueProblem { key, wrong }| (key, wrong)).collect()
        }
        other => panic!("{other:?}"),
    }
}

async fn held(world: &World) -> BTreeMap<FieldId, String> {
    stored::values(&mut world.db.read().await.unwrap(), world.who.desk, world.ticket.id).await.unwrap()
}

#[tokio::test]
async fn a_field_is_made_named_ordered_retired_and_used_again() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, ctx) = (&world.desk, admin(&world));
        let first = make(&world, "order", FieldKind::Text).await;
        let second = make(&world, "colour", FieldKind::Choice).await;
        assert_eq!(second.choices, ["Red", "Blue"]);
        let renamed =
            FieldChange { label: Some(" Order no. ".into()), help: Some("On the bill".into()), ..Default::default() };
        let renamed = update(desk, &ctx, first.id, renamed).await.unwrap();
        assert_eq!((renamed.label.get("en"), renamed.help.unwrap().get("de")), ("Order no.", "On the bill"));
        assert_eq!(renamed.key, first.key);
        arrange(desk, &ctx, second.id, Direction::Up).await.unwrap();
        arrange(desk, &ctx, second.id, Direction::Up).await.unwrap();
        let order = async || {
            let all = stored::list(&mut world.db.read().await.unwrap(), world.who.desk).await.unwrap();
            all.into_iter().filter(Field::is_in_use).map(|field| field.key.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(order().await, ["colour", "order"]);
        retire(desk, &ctx, second.id).await.unwrap();
        assert_eq!(order().await, ["order"]);
        assert!(matches!(arrange(desk, &ctx, second.id, Direction::Down).await, Err(Refusal::NotFound(_))));
        restore(desk, &ctx, second.id).await.unwrap();
        restore(desk, &ctx, second.id).await.unwrap();
        assert_eq!(order().await, ["colour", "order"]);
        let entries = audit::list(&mut world.db.read().await.unwrap(), world.who.desk, None, 9).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        let expected =
            ["field.restore", "field.retire", "field.arrange", "field.update", "field.create", "field.create"];
        assert_eq!(actions[..6], expected, "what changes nothing leaves nothing");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_field_is_refused_beside_its_part() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, ctx) = (&world.desk, admin(&world));
        make(&world, "order", FieldKind::Text).await;
        let of = |key: &str, kind| new(FieldSubject::Ticket, key, kind);
        assert_eq!(wrong(create(desk, &ctx, of("order", FieldKind::Date)).await), [Wrong::Taken.at("key")]);
        create(desk, &ctx, new(FieldSubject::Contact, "order", FieldKind::Text)).await.unwrap();
        let long = "a".repeat(41);
        for key in ["", "Order", "acme.shop.order", "1", long.as_str()] {
            assert_eq!(wrong(create(desk, &ctx, of(key, FieldKind::Text)).await), [Wrong::Key.at("key")], "{key}");
        }
        let bare = NewField { label: " ".into(), choices: Vec::new(), ..of("x", FieldKind::Choice) };
        let refused: Vec<_> = wrong(create(desk, &ctx, bare).await).iter().map(|one| one.field).collect();
        assert_eq!(refused, ["label", "choices"]);
        let needed = NewField { required: true, ..new(FieldSubject::Contact, "x", FieldKind::Text) };
        assert_eq!(wrong(create(desk, &ctx, needed).await), [Wrong::Unknown.at("required")]);
    })
    .await;
}

#[tokio::test]
async fn a_desk_has_a_hundred_fields_of_tickets_in_use() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, ctx) = (&world.desk, admin(&world));
        let first = make(&world, "f0", FieldKind::Text).await;
        for number in 1..MOST {
            make(&world, &format!("f{number}"), FieldKind::Text).await;
        }
        let one_more = || new(FieldSubject::Ticket, "more", FieldKind::Text);
        assert_eq!(rule(create(desk, &ctx, one_more()).await), Rule::TooManyFields);
        create(desk, &ctx, new(FieldSubject::Contact, "more", FieldKind::Text)).await.unwrap();
        retire(desk, &ctx, first.id).await.unwrap();
        create(desk, &ctx, one_more()).await.unwrap();
        assert_eq!(rule(restore(desk, &ctx, first.id).await), Rule::TooManyFields);
    })
    .await;
}

#[tokio::test]
async fn values_are_checked_kept_and_told() {
    on_both(async |db| {
        let world = World::start(db).await;
        let agent = world.agent();
        let [order, size, due, colour, paid] = [
            make(&world, "order", FieldKind::Text).await,
            make(&world, "size", FieldKind::Number).await,
            make(&world, "due", FieldKind::Date).await,
            make(&world, "colour", FieldKind::Choice).await,
            make(&world, "paid", FieldKind::Flag).await,
        ];
        let long = "x".repeat(501);
        let bad = change(&[
            ("colour", "Green"),
            ("due", "2026-02-30"),
            ("nothing", "x"),
            ("order", long.as_str()),
            ("paid", "perhaps"),
            ("size", "NaN"),
        ]);
        let expected = [
            ("colour", ValueError::NotAChoice),
            ("due", ValueError::NotADate),
            ("nothing", ValueError::Unknown),
            ("order", ValueError::TooLong),
            ("paid", ValueError::NotAFlag),
            ("size", ValueError::NotANumber),
        ];
        assert_eq!(problems(set(&world, &agent, bad).await), expected.map(|(key, wrong)| (key.to_owned(), wrong)));
        assert_eq!(held(&world).await, BTreeMap::new());

        let good = [("colour", "Red"), ("due", "2026-02-28"), ("order", "A 1"), ("paid", "true"), ("size", "1.50")];
        set(&world, &agent, change(&good)).await.unwrap();
        let kept = [(colour.id, "Red"), (due.id, "2026-02-28"), (order.id, "A 1"), (paid.id, "true"), (size.id, "1.5")];
        assert_eq!(held(&world).await, kept.map(|(id, value)| (id, value.to_owned())).into());
        // The same again leaves nothing; what is cleared is gone.
        set(&world, &agent, change(&good)).await.unwrap();
        set(&world, &agent, change(&[("order", "")])).await.unwrap();
        assert!(!held(&world).await.contains_key(&order.id));

        let mut conn = world.db.read().await.unwrap();
        let told = stored_tickets::activity(&mut conn, world.who.desk, world.ticket.id).await.unwrap();
        assert_eq!(told.len(), 6, "{told:?}");
        let (last, by) = (told.last().unwrap(), agent.actor.to_string());
        assert_eq!((last.field.as_str(), last.old.as_str(), last.new.as_str()), ("field:order", "A 1", ""));
        assert!(told.iter().all(|change| change.actor == by));
        drop(conn);
        let strange = Entries::from([("size".to_owned(), Entered::Sent(json!("1")))]);
        let strange = Change { fields: strange, ..Change::default() };
        assert_eq!(problems(set(&world, &agent, strange).await), [("size".to_owned(), ValueError::WrongKind)]);
    })
    .await;
}

#[tokio::test]
async fn a_field_that_was_retired_meanwhile_takes_nothing_and_keeps_what_it_had() {
    on_both(async |db| {
        let world = World::start(db).await;
        let order = make(&world, "order", FieldKind::Text).await;
        set(&world, &world.agent(), change(&[("order", "1")])).await.unwrap();
        retire(&world.desk, &admin(&world), order.id).await.unwrap();
        let refused = set(&world, &world.agent(), change(&[("order", "2")])).await;
        assert_eq!(problems(refused), [("order".to_owned(), ValueError::Retired)]);
        assert_eq!(held(&world).await[&order.id], "1");
    })
    .await;
}

#[tokio::test]
async fn the_kind_stays_once_there_are_values_and_old_values_can_be_cleared() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, ctx) = (&world.desk, admin(&world));
        let field = make(&world, "colour", FieldKind::Choice).await;
        let to = |kind, choices: &[&str]| FieldChange {
            kind: Some(kind),
            choices: Some(choices.iter().map(|choice| (*choice).to_owned()).collect()),
            ..FieldChange::default()
        };
        update(desk, &ctx, field.id, to(FieldKind::Text, &[])).await.unwrap();
        update(desk, &ctx, field.id, to(FieldKind::Choice, &["Red"])).await.unwrap();
        set(&world, &world.agent(), change(&[("colour", "Red")])).await.unwrap();
        let refused = update(desk, &ctx, field.id, to(FieldKind::Text, &[])).await;
        assert_eq!(wrong(refused), [Wrong::HasValues.at("kind")]);
        // A choice that is there no longer stays where it was chosen, and is chosen no more.
        let field = update(desk, &ctx, field.id, to(FieldKind::Choice, &["Blue"])).await.unwrap();
        assert_eq!(held(&world).await[&field.id], "Red");
        assert!(!field.fits("Red"));
        let again = set(&world, &world.agent(), change(&[("colour", "Red")])).await;
        assert_eq!(problems(again), [("colour".to_owned(), ValueError::NotAChoice)]);
        set(&world, &world.agent(), change(&[("colour", "")])).await.unwrap();
        assert_eq!(held(&world).await, BTreeMap::new());
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_not_solved_without_what_is_required() {
    on_both(async |db| {
        let world = World::start(db).await;
        let needed = NewField { required: true, ..new(FieldSubject::Ticket, "cause", FieldKind::Text) };
        create(&world.desk, &admin(&world), needed).await.unwrap();
        let agent = world.agent();
        let to = |status| TicketChange { status: Some(status), ..TicketChange::default() };
        let missing = [("cause".to_owned(), ValueError::Required)];
        assert_eq!(problems(set(&world, &agent, to(TicketStatus::Solved)).await), missing);
        assert_eq!(problems(set(&world, &agent, to(TicketStatus::Closed)).await), missing);
        set(&world, &agent, to(TicketStatus::Pending)).await.unwrap();
        let solving = crate::messages::Write { then: Some(TicketStatus::Solved), ..world.message(false) };
        assert_eq!(problems(write(&world.desk, &agent, solving.clone()).await.map(drop)), missing);
        let both = Change { parts: to(TicketStatus::Solved), fields: typed(&[("cause", "A cable")]) };
        set(&world, &agent, both).await.unwrap();
        // Once it is solved it can be closed whatever is missing.
        set(&world, &agent, change(&[("cause", "")])).await.unwrap();
        set(&world, &agent, to(TicketStatus::Closed)).await.unwrap();
        set(&world, &agent, to(TicketStatus::Open)).await.unwrap();
        set(&world, &agent, change(&[("cause", "A cable")])).await.unwrap();
        write(&world.desk, &agent, solving).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn fields_of_an_add_on_are_written_by_it_and_by_people() {
    on_both(async |db| {
        let world = World::start(db.clone()).await;
        let here = world.who.desk;
        let mut tx = testing::tx(&db).await;
        let own = testing::installed(&mut tx, here).await;
        let declared = Declared {
            of: FieldSubject::Ticket,
            key: "order".into(),
            kind: FieldKind::Text,
            label: Localized::en("Order"),
            help: None,
            choices: Vec::new(),
        };
        stored::declare(&mut tx, here, &own.addon, &[declared], Timestamp(1)).await.unwrap();
        tx.commit().await.unwrap();
        let key = format!("{}.order", own.addon);
        let ctx = |installation| Ctx::new(here, Actor::Addon(installation), Permissions::admin(), Timestamp(9));
        set(&world, &ctx(own.id), change(&[(key.as_str(), "1")])).await.unwrap();
        set(&world, &world.agent(), change(&[(key.as_str(), "2")])).await.unwrap();
        let another = installed(&db, &world.who).await;
        let refused = set(&world, &ctx(another), change(&[(key.as_str(), "3")])).await;
        assert_eq!(problems(refused), [(key, ValueError::OfAnotherAddon)]);
        let field = stored::list(&mut db.read().await.unwrap(), here).await.unwrap().remove(0);
        let (desk, admin) = (&world.desk, admin(&world));
        let renamed = FieldChange { label: Some("Mine".into()), ..FieldChange::default() };
        assert_eq!(rule(update(desk, &admin, field.id, renamed).await), Rule::FieldOfAddon);
        let needed = FieldChange { required: Some(true), ..FieldChange::default() };
        assert!(update(desk, &admin, field.id, needed).await.unwrap().required);
    })
    .await;
}

#[tokio::test]
async fn contacts_have_fields_whose_changes_are_in_the_log_without_what_they_hold() {
    on_both(async |db| {
        let world = World::start(db).await;
        let (desk, ctx) = (&world.desk, admin(&world));
        create(desk, &ctx, new(FieldSubject::Contact, "tier", FieldKind::Choice)).await.unwrap();
        let person = NewContact { name: "Cy".into(), ..NewContact::default() };
        let with = contacts::Create { parts: person, fields: typed(&[("tier", "Red")]) };
        let made = contacts::create(desk, &ctx, with).await.unwrap();
        let better = ContactChange { fields: typed(&[("tier", "Blue")]), ..ContactChange::default() };
        contacts::update(desk, &ctx, made.id, better.clone()).await.unwrap();
        contacts::update(desk, &ctx, made.id, better).await.unwrap();
        let bad = ContactChange { fields: typed(&[("tier", "Gold")]), ..ContactChange::default() };
        let refused = contacts::update(desk, &ctx, made.id, bad).await.map(drop);
        assert_eq!(problems(refused), [("tier".to_owned(), ValueError::NotAChoice)]);
        let mut conn = world.db.read().await.unwrap();
        let held = stored::values(&mut conn, ctx.desk, made.id).await.unwrap();
        assert_eq!(held.into_values().collect::<Vec<_>>(), ["Blue"]);
        let entries = audit::list(&mut conn, ctx.desk, None, 9).await.unwrap();
        let updates: Vec<_> = entries.iter().filter(|entry| entry.action == "contact.updated").collect();
        assert_eq!((updates.len(), &updates[0].detail), (1, &json!({ "fields": ["field:tier"] })));
        drop(conn);
        let document = contacts::export(desk, &ctx, made.id).await.unwrap();
        assert_eq!(document["contact"]["fields"], json!({ "tier": "Blue" }));
        contacts::erase(desk, &ctx, made.id).await.unwrap();
        let mut conn = world.db.read().await.unwrap();
        assert_eq!(stored::values(&mut conn, ctx.desk, made.id).await.unwrap(), BTreeMap::new());
        assert!(stored_contacts::get(&mut conn, ctx.desk, made.id).await.unwrap().erased_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_ticket_comes_with_values_and_another_desk_has_no_such_field() {
    on_both(async |db| {
        let world = World::start(db).await;
        let field = make(&world, "order", FieldKind::Text).await;
        let with = tickets::Create { fields: typed(&[("order", "7")]), ..wanted("Another") };
        let made = tickets::create(&world.desk, &world.agent(), with).await.unwrap();
        let mut conn = world.db.read().await.unwrap();
        let held = stored::values(&mut conn, world.who.desk, made.id).await.unwrap();
        assert_eq!(held, [(field.id, "7".to_owned())].into());
        drop(conn);
        let by = Actor::Operator(world.who.other_admin);
        let theirs = Ctx::new(world.who.other_desk, by, Permissions::admin(), world.agent().now);
        let with = tickets::Create { fields: typed(&[("order", "7")]), ..wanted("Theirs") };
        let refused = tickets::create(&world.desk, &theirs, with).await.map(drop);
        assert_eq!(problems(refused), [("order".to_owned(), ValueError::Unknown)]);
        for refused in [
            update(&world.desk, &theirs, field.id, FieldChange::default()).await,
            retire(&world.desk, &theirs, field.id).await,
            restore(&world.desk, &theirs, field.id).await,
            arrange(&world.desk, &theirs, field.id, Direction::Up).await,
        ] {
            assert!(matches!(refused, Err(Refusal::NotFound(_))), "{refused:?}");
        }
    })
    .await;
}
