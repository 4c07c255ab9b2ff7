use annex_domain::{
    operator::HostLabel,
    permission::{Permission, Permissions},
};
use annex_store::{
    Db, audit, logins, operators, sessions,
    testing::{Fixture, on_both},
    tokens,
};

use super::*;
use crate::{FieldProblem, Rule};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const BY: By = By { actor: Actor::CommandLine, now: NOW };

fn new(name: &str) -> NewDesk {
    NewDesk {
        name: name.into(),
        admin: None,
        locale: "en".into(),
        time_zone: "UTC".into(),
        region: "local".into(),
        host_name: None,
        developer_of: None,
    }
}

async fn status(db: &Db, id: DeskId) -> DeskStatus {
    desks::get(&mut db.read().await.unwrap(), id).await.unwrap().status
}

#[tokio::test]
async fn a_new_desk_has_a_link_for_its_first_admin() {
    on_both(async |db| {
        let desk = Desk::new(db.clone());
        let acme: HostLabel = "acme".parse().unwrap();
        let known = NewDesk { admin: Some(" Ada@Example.org ".into()), host_name: Some(acme.clone()), ..new(" Acme ") };
        let made = create(&desk, BY, known).await.unwrap();
        assert_eq!((made.desk.name.as_str(), made.desk.host_name.as_ref()), ("Acme", Some(&acme)));
        let open = create(&desk, BY, new("Other")).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let invited = logins::link(&mut conn, &made.first_link, NOW).await.unwrap().unwrap();
        let admin = operators::get(&mut conn, made.desk.id, invited.operator.unwrap()).await.unwrap();
        assert_eq!(admin.email, "ada@example.org");
        assert!(admin.permissions.has(Permission::DeskManage));
        let link = logins::link(&mut conn, &open.first_link, NOW).await.unwrap().unwrap();
        assert_eq!((link.desk, link.operator), (open.desk.id, None));
        let entries = audit::list(&mut conn, made.desk.id, None, 9).await.unwrap();
        assert_eq!((entries.len(), entries[0].action.as_str()), (1, "desk.created"));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_new_desk_is_said_at_once() {
    on_both(async |db| {
        let desk = Desk::new(db.clone());
        let wrong = NewDesk { admin: Some("nobody".into()), time_zone: "CEST".into(), region: " ".into(), ..new("") };
        let Err(Refusal::Invalid(problems)) = create(&desk, BY, wrong).await else { panic!("nothing of it is right") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "region", "time_zone", "admin"]);
        let named = || NewDesk { host_name: Some("acme".parse().unwrap()), ..new("Acme") };
        let first = create(&desk, BY, named()).await.unwrap().desk.id;
        let taken = |refused: Option<Refusal>| {
            let Some(Refusal::Invalid(problems)) = refused else { panic!("another desk has it") };
            let [FieldProblem { field, .. }] = problems.as_slice() else { panic!("one is wrong") };
            *field
        };
        assert_eq!(taken(create(&desk, BY, named()).await.err()), "host_name");
        let other = create(&desk, BY, new("Other")).await.unwrap().desk.id;
        let acme: HostLabel = "acme".parse().unwrap();
        assert_eq!(taken(set_host_name(&desk, BY, other, Some(&acme)).await.err()), "host_name");
        set_host_name(&desk, BY, first, None).await.unwrap();
        set_host_name(&desk, BY, other, Some(&acme)).await.unwrap();
        assert_eq!(desks::known_host(&db, &acme).await.unwrap(), Some(other));
    })
    .await;
}

#[tokio::test]
async fn a_suspended_desk_lets_nobody_in_until_it_is_resumed() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk: here, admin, other_desk, other_admin, .. } = Fixture::make(&mut tx).await;
        let session = sessions::create(&mut tx, here, admin, "UA", "::1", NOW).await.unwrap();
        let wanted = tokens::TokenInput { name: "ci".into(), scopes: Permissions::agent(), days: tokens::LIFE_DAYS };
        let token = tokens::create(&mut tx, here, admin, &wanted, NOW).await.unwrap();
        let other = sessions::create(&mut tx, other_desk, other_admin, "UA", "::1", NOW).await.unwrap();
        tx.commit().await.unwrap();
        let desk = Desk::new(db.clone());
        suspend(&desk, BY, here).await.unwrap();
        suspend(&desk, BY, here).await.unwrap();
        let refused = crate::sessions::current(&desk, &session.secret, NOW).await;
        assert!(matches!(refused, Err(Refusal::Rule(Rule::DeskSuspended))));
        let refused = crate::tokens::authenticate(&desk, &token.secret, NOW).await;
        assert!(matches!(refused, Err(Refusal::Rule(Rule::DeskSuspended))));
        assert!(crate::sessions::current(&desk, &other.secret, NOW).await.unwrap().is_some(), "of another desk");
        resume(&desk, BY, here).await.unwrap();
        assert!(crate::sessions::current(&desk, &session.secret, NOW).await.unwrap().is_some());
        assert!(crate::tokens::authenticate(&desk, &token.secret, NOW).await.unwrap().is_some());
        let entries = audit::list(&mut db.read().await.unwrap(), here, None, 9).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["desk.resume", "desk.suspend"]);
        assert!(matches!(suspend(&desk, BY, DeskId::new()).await, Err(Refusal::NotFound("desk"))));
    })
    .await;
}

#[tokio::test]
async fn a_desk_is_deleted_after_thirty_days_unless_it_is_resumed() {
    on_both(async |db| {
        let desk = Desk::new(db.clone());
        let gone = create(&desk, BY, new("Gone")).await.unwrap().desk.id;
        let back = create(&desk, BY, new("Back")).await.unwrap().desk.id;
        leave(&desk, BY, gone).await.unwrap();
        leave(&desk, BY, back).await.unwrap();
        assert_eq!(status(&db, gone).await, DeskStatus::Leaving);
        resume(&desk, BY, back).await.unwrap();
        delete_left(&desk, Timestamp(NOW.after(KEPT).0 - 1)).await.unwrap();
        assert_eq!(status(&db, gone).await, DeskStatus::Leaving, "not a day before");
        delete_left(&desk, NOW.after(KEPT)).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let there: Vec<_> = desks::list(&mut conn).await.unwrap().into_iter().map(|desk| desk.id).collect();
        assert_eq!(there, [back]);
        let entries = audit::list(&mut conn, None, None, 9).await.unwrap();
        assert_eq!((entries.len(), entries[0].action.as_str()), (1, "desk.delete"));
        assert_eq!(entries[0].detail, json!({ "name": "Gone" }));
        let own = audit::list(&mut conn, gone, None, 9).await.unwrap();
        assert_eq!(own.len(), 2, "nothing is taken from an audit log");
    })
    .await;
}
