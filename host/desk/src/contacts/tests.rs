use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    contact::{Contact, ContactChange, ERASED},
    field::{FieldKind, FieldSubject},
    ids::{ContactId, DeskId, OperatorId, TicketId},
    installation::Installation,
    localized::Localized,
    operator::Actor,
    permission::{Permission, Permissions},
    ticket::{Author, ChannelThread, Delivery, Priority},
};
use annex_store::{
    Db, Tx, audit, channels, contacts as stored,
    fields::{self, NewField, NewValue},
    jobs::{self, NewJob},
    kv::{self, Owner, QUOTA},
    logs::{self, Level, NewLine},
    messages::{self, Body, NewMessage},
    notices::Notices,
    planned_calls,
    testing::{self, Fixture, on_both},
    tickets::{self, NewTicket, TicketChange},
};
use serde_json::{Value, json};

use super::{NewContact, check, complete, create, erase, export, find_or_create, update};
use crate::{
    Ctx, Desk, Refusal, notices,
    tickets::{Create, FirstAuthor, Requester},
};

const NOW: Timestamp = Timestamp(1_000_000);
/// In what [`written`] writes, and nowhere else.
const PERSONAL: [&str; 5] = ["grace", "hopperson", "555 0199", "compilers", "flow-matic"];

fn by(desk: DeskId, operator: OperatorId) -> Ctx {
    Ctx::new(desk, Actor::Operator(operator), Permissions::admin(), NOW)
}

fn named(name: &str, email: &str) -> NewContact {
    NewContact { name: name.into(), email: Some(email.into()), ..NewContact::default() }
}

async fn fixture(db: &Db) -> Fixture {
    let mut tx = db.begin().await.unwrap();
    let made = Fixture::make(&mut tx).await;
    tx.commit().await.unwrap();
    made
}

/// What was done, with which facts, oldest first.
async fn audited(db: &Db, desk: DeskId) -> Vec<(String, Value)> {
    let entries = audit::list(&mut db.read().await.unwrap(), desk, None, 100).await.unwrap();
    entries.into_iter().rev().map(|entry| (entry.action, entry.detail)).collect()
}

#[tokio::test]
async fn edits_are_recorded_by_their_parts_alone() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let ann = create(&desk, &ctx, named(" Ann ", "Ann@Example.org")).await.unwrap();
        assert_eq!((ann.name.as_str(), ann.email.as_deref()), ("Ann", Some("ann@example.org")));
        let change = ContactChange {
            name: Some("Ann".into()),
            email: Some("ANN@example.org".into()),
            phone: Some("+46 8".into()),
            company: Some(" ".into()),
            ..ContactChange::default()
        };
        assert_eq!(update(&desk, &ctx, ann.id, change.clone()).await.unwrap().phone.as_deref(), Some("+46 8"));
        update(&desk, &ctx, ann.id, change).await.unwrap(); // as it is
        let gone = ContactChange { email: Some(String::new()), ..ContactChange::default() };
        assert_eq!(update(&desk, &ctx, ann.id, gone).await.unwrap().email, None);
        let expected = [
            ("contact.created".to_owned(), json!({ "fields": ["name", "email"] })),
            ("contact.updated".to_owned(), json!({ "fields": ["phone"] })),
            ("contact.updated".to_owned(), json!({ "fields": ["email"] })),
        ];
        assert_eq!(audited(&db, at.desk).await, expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_once_and_changes_nothing() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let (long, lines) = ("x".repeat(201), "a\nb".to_owned());
        let bad = NewContact {
            name: " ".into(),
            email: Some("x@y".into()),
            more_emails: (0..11).map(|n| format!("{n}@example.org")).collect(),
            phone: Some(long),
            company: Some(lines),
            ..NewContact::default()
        };
        let Err(Refusal::Invalid(problems)) = create(&desk, &ctx, bad).await else { panic!("taken") };
        let wrong: Vec<_> = problems.iter().map(|problem| (problem.field, problem.wrong.code())).collect();
        let expected = [
            ("name", "required"),
            ("email", "not-an-address"),
            ("emails", "too-many"),
            ("phone", "too-long"),
            ("company", "characters"),
        ];
        assert_eq!(wrong, expected);

        let ann = create(&desk, &ctx, named("Ann", "ann@example.org")).await.unwrap();
        create(&desk, &ctx, named("Bob", "bob@example.org")).await.unwrap();
        let taken = ContactChange { email: Some("Bob@example.org".into()), ..ContactChange::default() };
        assert_eq!(update(&desk, &ctx, ann.id, taken.clone()).await.unwrap_err().code(), "already-exists");
        assert_eq!(create(&desk, &ctx, named("Ann", "ANN@example.org")).await.unwrap_err().code(), "already-exists");
        let other = by(at.other_desk, at.other_admin);
        assert_eq!(update(&desk, &other, ann.id, taken.clone()).await.unwrap_err().code(), "not-found");
        let may_not = Ctx { permissions: Permissions([Permission::TicketsManage].into()), ..ctx };
        assert_eq!(update(&desk, &may_not, ann.id, taken).await.unwrap_err().code(), "forbidden");
        assert_eq!(audited(&db, at.desk).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_requester_is_found_by_the_address_or_made_with_one_name() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let ctx = Ctx { permissions: Permissions::default(), ..by(at.desk, at.agent) };
        let mut tx = db.begin().await.unwrap();
        let ann = find_or_create(&mut tx, &ctx, &named("", "Ann.Lee@example.org")).await.unwrap();
        assert_eq!(ann.name, "Ann.Lee");
        let again = find_or_create(&mut tx, &ctx, &named("Other", " ANN.lee@example.org ")).await.unwrap();
        assert_eq!(again, ann);
        let nobody = find_or_create(&mut tx, &ctx, &NewContact::default()).await.unwrap();
        assert_eq!((nobody.name.as_str(), nobody.email), ("Unknown", None));
        assert!(matches!(check(&named("", "ann")), Err(Refusal::Invalid(problems)) if problems.len() == 1));

        let (email, phone) = (Some("ann.lee@example.org".to_owned()), Some("+46 8".to_owned()));
        let known = complete(&mut tx, &ctx_of_host(&ctx), nobody.id, email.clone(), phone).await.unwrap();
        assert_eq!((known.phone.as_deref(), known.email), (Some("+46 8"), None), "the address is Ann's");
        let new = Some("nobody@example.org".to_owned());
        let known = complete(&mut tx, &ctx_of_host(&ctx), nobody.id, new, Some("112".into())).await.unwrap();
        assert_eq!((known.phone.as_deref(), known.email.as_deref()), (Some("+46 8"), Some("nobody@example.org")));
        tx.commit().await.unwrap();
        let words: Vec<String> = audited(&db, at.desk).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(words, ["contact.created", "contact.created", "contact.updated", "contact.updated"]);
    })
    .await;
}

#[tokio::test]
async fn a_contact_has_several_addresses_and_numbers() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let new = NewContact {
            more_emails: vec!["ANN@example.org".into(), " ann@work.example.org ".into(), String::new()],
            more_phones: vec!["1".into(), "2".into()],
            ..named("Ann", "ann@example.org")
        };
        let ann = create(&desk, &ctx, new).await.unwrap();
        let emails = |contact: &Contact| contact.emails().cloned().collect::<Vec<_>>();
        let phones = |contact: &Contact| contact.phones().cloned().collect::<Vec<_>>();
        assert_eq!(emails(&ann), ["ann@example.org", "ann@work.example.org"]);
        assert_eq!(phones(&ann), ["1", "2"]);
        let mut tx = db.begin().await.unwrap();
        let found = find_or_create(&mut tx, &ctx, &named("", "Ann@Work.example.org")).await.unwrap();
        assert_eq!(found, ann);
        drop(tx);
        // A door that knows of one only changes the first.
        let change = ContactChange { email: Some(String::new()), phone: Some("3".into()), ..ContactChange::default() };
        let changed = update(&desk, &ctx, ann.id, change).await.unwrap();
        assert_eq!(emails(&changed), ["ann@work.example.org"]);
        assert_eq!(phones(&changed), ["3", "2"]);
        let bob = create(&desk, &ctx, named("Bob", "ann@example.org")).await.unwrap();
        let taken = Some(vec!["bob@example.org".into(), "ann@work.example.org".into()]);
        let change = ContactChange { emails: taken, ..ContactChange::default() };
        assert_eq!(update(&desk, &ctx, bob.id, change).await.unwrap_err().code(), "already-exists");
        let change =
            ContactChange { emails: Some(Vec::new()), phones: Some(vec!["4".into()]), ..ContactChange::default() };
        let changed = update(&desk, &ctx, ann.id, change).await.unwrap();
        assert!(emails(&changed).is_empty());
        assert_eq!(changed.phone.as_deref(), Some("4"));
        let done = audited(&db, at.desk).await;
        assert_eq!(done.last().unwrap().1, json!({ "fields": ["email", "phone"] }));
    })
    .await;
}

fn ctx_of_host(ctx: &Ctx) -> Ctx {
    Ctx::host(ctx.desk, Actor::System, ctx.now)
}

struct Story {
    contact: Contact,
    ticket: TicketId,
    channel: Installation,
}

/// Somebody who wrote through a channel, changed it, got an answer, and is known to an add-on.
async fn written(tx: &mut Tx, at: &Fixture) -> Story {
    let (desk, channel) = (at.desk, testing::installed(tx, at.desk).await);
    let new = NewContact {
        more_emails: vec!["hopperson@work.example.com".into()],
        phone: Some("+1 555 0199".into()),
        more_phones: vec!["+1 (555 0199) 2".into()],
        company: Some("Compilers Ltd".into()),
        ..named("Grace Hopperson", "grace@example.com")
    };
    let contact = find_or_create(tx, &ctx_of_host(&by(desk, at.admin)), &new).await.unwrap();
    let (thread, handle) = ("thread of grace".to_owned(), "handle of grace".to_owned());
    let through = ChannelThread { installation: channel.id, thread: thread.clone(), handle: handle.clone() };
    let plain = NewTicket::of(contact.id, "Subject by Grace", "Body by Grace");
    let new = NewTicket { channel: Some(through), ..plain };
    let (ticket, first) = tickets::create(tx, desk, new, NOW).await.unwrap();
    annex_store::notices::set(tx, desk, at.agent, Notices { new: true, assigned: true, answered: true }).await.unwrap();
    notices::made(tx, desk, &ticket, &first, None, NOW).await.unwrap();
    messages::revise(tx, desk, first.id, "Better body by Grace", true, NOW).await.unwrap();
    let change = TicketChange { subject: Some("Other subject by Grace".into()), ..TicketChange::default() };
    tickets::change(tx, desk, ticket.id, change, Actor::System, None, NOW).await.unwrap();
    field_values(tx, desk, contact.id, ticket.id).await;
    channels::lock_thread(tx, desk, channel.id, &thread, NOW).await.unwrap();
    channels::set_thread(tx, desk, channel.id, &thread, ticket.id).await.unwrap();
    channels::set_person(tx, desk, channel.id, &handle, contact.id).await.unwrap();
    channels::first_time(tx, desk, channel.id, "external id of grace", NOW).await.unwrap();
    channels::set_known(tx, desk, channel.id, "external id of grace", first.id, 0).await.unwrap();
    let reply = NewMessage { author: Author::Operator(at.agent), internal: false, body: "How can we help?".into() };
    let reply = messages::add(tx, desk, ticket.id, reply, Timestamp(NOW.0 + 1)).await.unwrap().message;
    channels::put_receipt(tx, desk, channel.id, reply.id, "receipt of grace", NOW).await.unwrap();
    let owner = Owner { desk, installation: channel.id, version: &channel.version };
    for key in ["kept", "of:GRACE@example.com", "hopperson@work.example.com", &format!("of:{}", contact.id)] {
        kv::set(tx, owner, key, b"1", None, QUOTA, NOW).await.unwrap();
    }
    let line = NewLine { call: None, level: Level::Info, message: "grace@example.com is new".into(), at: NOW };
    logs::append(tx, desk, channel.id, &[line]).await.unwrap();
    Story { contact, ticket: ticket.id, channel }
}

/// What a custom field of the contact and one of the ticket hold.
async fn field_values(tx: &mut Tx, desk: DeskId, contact: ContactId, ticket: TicketId) {
    for subject in FieldSubject::ALL {
        let new = NewField {
            subject,
            key: "tool".parse().unwrap(),
            kind: FieldKind::Text,
            label: Localized::en("Tool"),
            help: None,
            choices: Vec::new(),
            required: false,
            addon: None,
        };
        let field = fields::insert(tx, desk, new, NOW).await.unwrap();
        let value = NewValue { field: field.id, key: field.key, value: Some("Flow-Matic".into()) };
        if subject == FieldSubject::Contact {
            fields::write(tx, desk, contact, &[value]).await.unwrap();
        } else {
            let change = TicketChange { values: vec![value], ..TicketChange::default() };
            tickets::change(tx, desk, ticket, change, Actor::System, None, NOW).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_export_holds_what_was_written() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let mut tx = db.begin().await.unwrap();
        let story = written(&mut tx, &at).await;
        tx.commit().await.unwrap();
        let (desk, ctx) = (Desk::new(db), by(at.desk, at.admin));
        let document = export(&desk, &ctx, story.contact.id).await.unwrap();
        assert_eq!(document["contact"]["emails"], json!(["grace@example.com", "hopperson@work.example.com"]));
        assert_eq!(document["channels"], json!([{ "addon": "acme.hello", "handle": "handle of grace" }]));
        assert_eq!(document["tickets"][0]["subject"], "Other subject by Grace");
        let held = json!({ "tool": "Flow-Matic" });
        assert_eq!((&document["contact"]["fields"], &document["tickets"][0]["fields"]), (&held, &held));
        assert_eq!(document["messages"][0]["body"], "Better body by Grace");
        assert_eq!(document["messages"][0]["earlier"][0]["body"], "Body by Grace");
        let reply = &document["messages"][1];
        assert_eq!((&reply["body"], &reply["author_name"]), (&json!("How can we help?"), &json!("Bo")));
        assert_eq!(document["changes"][0]["old"], "Subject by Grace");
        assert_eq!(document["exported_at"], "1970-01-01T00:16:40Z");

        let other = by(at.other_desk, at.other_admin);
        assert_eq!(export(&desk, &other, story.contact.id).await.unwrap_err().code(), "not-found");
        let may_not = Ctx { permissions: Permissions([Permission::TicketsView].into()), ..ctx };
        assert_eq!(export(&desk, &may_not, story.contact.id).await.unwrap_err().code(), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn html_is_exported_and_erased_with_the_rest() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let mut tx = db.begin().await.unwrap();
        let story = written(&mut tx, &at).await;
        let body = Body { text: "Text by Grace".into(), html: Some("<p>HTML by Grace".into()) };
        let new = NewMessage { author: Author::Requester(story.contact.id), internal: false, body };
        messages::add(&mut tx, at.desk, story.ticket, new, Timestamp(NOW.0 + 2)).await.unwrap();
        tx.commit().await.unwrap();
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let document = export(&desk, &ctx, story.contact.id).await.unwrap();
        let html: Vec<&Value> = document["messages"].as_array().unwrap().iter().map(|it| &it["html"]).collect();
        assert_eq!(html, [&Value::Null, &Value::Null, &json!("<p>HTML by Grace")]);
        erase(&desk, &ctx, story.contact.id).await.unwrap();
        let mut conn = db.read().await.unwrap();
        assert_eq!(testing::traces(&mut conn, "grace").await, [""; 0]);
        let left = messages::list(&mut conn, at.desk, story.ticket, None, 10).await.unwrap();
        assert!(left.iter().all(|it| !it.message.has_html));
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_leaves_no_trace() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let mut tx = db.begin().await.unwrap();
        let Story { contact, ticket, channel } = written(&mut tx, &at).await;
        for needle in PERSONAL {
            assert!(!testing::traces(&mut tx, needle).await.is_empty(), "{needle} is looked for and found");
        }
        tx.commit().await.unwrap();
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        refused_to_others(&desk, &at, contact.id).await;

        let erased = erase(&desk, &ctx, contact.id).await.unwrap();

        assert_eq!((erased.name.as_str(), erased.erased_at), (ERASED, Some(NOW)));
        let mut tx = db.begin().await.unwrap();
        for needle in PERSONAL {
            assert_eq!(testing::traces(&mut tx, needle).await, [""; 0], "{needle}");
        }
        assert_eq!(stored::get(&mut tx, at.desk, contact.id).await.unwrap(), erased);
        let kept = tickets::get(&mut tx, at.desk, ticket).await.unwrap();
        assert_eq!((kept.subject.as_str(), kept.channel, kept.requester), (ERASED, None, contact.id));
        let written = messages::list(&mut tx, at.desk, ticket, None, 10).await.unwrap();
        let bodies: Vec<_> = written.iter().map(|written| written.message.body.as_str()).collect();
        assert_eq!(bodies, [ERASED, "How can we help?"]);
        assert!(written.iter().all(|written| written.message.delivery == Delivery::None), "nothing is sent any more");
        // `kept` and `more` with their values have ten bytes.
        let owner = Owner { desk: at.desk, installation: channel.id, version: &channel.version };
        kv::set(&mut tx, owner, "more", b"1", None, 10, NOW).await.unwrap();
        let gone = complete(&mut tx, &ctx_of_host(&ctx), contact.id, None, Some("1".into())).await;
        assert!(matches!(gone, Err(Refusal::NotFound(_))));
        tx.commit().await.unwrap();

        let change = ContactChange { name: Some("Grace".into()), ..ContactChange::default() };
        assert_eq!(update(&desk, &ctx, contact.id, change).await.unwrap_err().code(), "contact-erased");
        assert_eq!(erase(&desk, &ctx, contact.id).await.unwrap(), erased);
        let another = Create {
            requester: Requester::Contact(contact.id),
            author: FirstAuthor::Requester,
            subject: "Again".into(),
            body: "By Grace".into(),
            priority: Priority::Normal,
            assignee: None,
            tags: Vec::new(),
            fields: Default::default(),
            attachments: Vec::new(),
            via: None,
            key: None,
        };
        assert_eq!(crate::tickets::create(&desk, &ctx, another).await.unwrap_err().code(), "contact-erased");
        let done = audited(&db, at.desk).await;
        assert_eq!(done.iter().filter(|(action, _)| action == "contact.erased").count(), 1);
        assert_eq!(done.last(), Some(&("contact.erased".to_owned(), json!({}))));
    })
    .await;
}

#[tokio::test]
async fn what_is_being_changed_while_they_are_erased_leaves_no_trace_either() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let mut tx = db.begin().await.unwrap();
        let Story { contact, ticket, .. } = written(&mut tx, &at).await;
        let first = messages::list(&mut tx, at.desk, ticket, None, 10).await.unwrap().remove(0).message.id;
        tx.commit().await.unwrap();
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let mut editing = db.begin().await.unwrap();
        messages::revise(&mut editing, at.desk, first, "Best body by Grace", true, NOW).await.unwrap();
        let edited = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            editing.commit().await.unwrap();
        };
        let (erased, ()) = tokio::join!(erase(&desk, &ctx, contact.id), edited);
        erased.unwrap();
        assert_eq!(testing::traces(&mut db.read().await.unwrap(), "grace").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_add_ons_keep_of_somebody_with_a_longer_address_stays() {
    on_both(async |db| {
        let at = fixture(&db).await;
        let (desk, ctx) = (Desk::new(db.clone()), by(at.desk, at.admin));
        let short = create(&desk, &ctx, named("Nan", "n@example.org")).await.unwrap();
        create(&desk, &ctx, named("Ann", "ann@example.org")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let addon = testing::installed(&mut tx, at.desk).await;
        let owner = Owner { desk: at.desk, installation: addon.id, version: &addon.version };
        for key in ["of:n@example.org", "of:Ann@example.org"] {
            kv::set(&mut tx, owner, key, b"1", None, QUOTA, NOW).await.unwrap();
            assert!(planned_calls::put(&mut tx, at.desk, addon.id, key, NOW, b"").await.unwrap());
            let payload = json!({ "installation": addon.id, "key": key });
            let come = NewJob { kind: "addon-schedule", desk: Some(at.desk), payload, run_at: NOW, unique_key: None };
            jobs::enqueue(&mut tx, come, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        erase(&desk, &ctx, short.id).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(kv::get(&mut tx, owner, "of:n@example.org").await.unwrap().is_none());
        assert!(kv::get(&mut tx, owner, "of:Ann@example.org").await.unwrap().is_some());
        let planned = planned_calls::list(&mut tx, at.desk, addon.id, "", None, 9).await.unwrap().items;
        assert_eq!(planned.iter().map(|call| call.key.as_str()).collect::<Vec<_>>(), ["of:Ann@example.org"]);
        assert_eq!(jobs::waiting(&mut tx, "addon-schedule", &addon.id.to_string()).await.unwrap(), 1);
        // It has 19 bytes, and is still counted.
        assert!(kv::set(&mut tx, owner, "k", b"1", None, 20, NOW).await.is_err());
        kv::set(&mut tx, owner, "k", b"1", None, 21, NOW).await.unwrap();
    })
    .await;
}

async fn refused_to_others(desk: &Desk, at: &Fixture, id: ContactId) {
    let agent = Ctx { permissions: Permissions::agent(), ..by(at.desk, at.agent) };
    assert!(matches!(erase(desk, &agent, id).await, Err(Refusal::Forbidden(Permission::DeskManage))));
    let other = by(at.other_desk, at.other_admin);
    assert_eq!(erase(desk, &other, id).await.unwrap_err().code(), "not-found");
}
