use annex_domain::{
    clock::Timestamp,
    contact::ContactChange,
    ids::{DeskId, OperatorId},
    operator::Actor,
    permission::{Permission, Permissions},
};
use annex_store::{
    Db, audit,
    testing::{Fixture, on_both},
};
use serde_json::{Value, json};

use super::{NewContact, check, complete, create, find_or_create, update};
use crate::{Ctx, Desk, Refusal};

const NOW: Timestamp = Timestamp(1_000_000);

fn by(desk: DeskId, operator: OperatorId) -> Ctx {
    Ctx { desk, actor: Actor::Operator(operator), permissions: Permissions::admin(), now: NOW }
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
        let bad = NewContact { name: " ".into(), email: Some("x@y".into()), phone: Some(long), company: Some(lines) };
        let Err(Refusal::Invalid(problems)) = create(&desk, &ctx, bad).await else { panic!("taken") };
        let wrong: Vec<_> = problems.iter().map(|problem| (problem.field, problem.wrong.code())).collect();
        let expected =
            [("name", "required"), ("email", "not-an-address"), ("phone", "too-long"), ("company", "characters")];
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

fn ctx_of_host(ctx: &Ctx) -> Ctx {
    Ctx::host(ctx.desk, Actor::System, ctx.now)
}
