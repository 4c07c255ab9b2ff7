use annex_domain::permission::{Permission, Permissions};

use super::*;
use crate::{
    sessions,
    testing::{Fixture, on_both},
    tokens,
};

const NOW: Timestamp = Timestamp(1000);

#[tokio::test]
async fn permissions_are_the_union_over_the_roles() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        let view = Permissions([Permission::TicketsView].into());
        let audit = Permissions([Permission::DeskManage].into());
        let one = roles::create(&mut tx, fixture.desk, "One", &view, NOW).await.unwrap();
        let two = roles::create(&mut tx, fixture.desk, "Two", &audit, NOW).await.unwrap();
        set_roles(&mut tx, fixture.desk, fixture.agent, &[one.id, two.id, one.id], NOW).await.unwrap();
        let agent = get(&mut tx, fixture.desk, fixture.agent).await.unwrap();
        assert_eq!(agent.roles.len(), 2);
        assert_eq!(agent.permissions.0, [Permission::TicketsView, Permission::DeskManage].into());
        assert_eq!(roles::users(&mut tx, fixture.desk, one.id).await.unwrap(), 1);
        let counted = roles::list_with_users(&mut tx, fixture.desk).await.unwrap();
        let counted: Vec<_> = counted.iter().map(|(role, users)| (role.name.as_str(), *users)).collect();
        assert_eq!(counted, [("Admin", 1), ("Agent", 0), ("One", 1), ("Two", 1)]);
        assert_eq!(roles::delete(&mut tx, fixture.desk, one.id).await.unwrap_err().code(), "missing-reference");
    })
    .await;
}

#[tokio::test]
async fn an_e_mail_address_is_of_one_operator_in_a_desk() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        let taken = get(&mut tx, fixture.desk, fixture.agent).await.unwrap().email;
        let role = roles::builtin(&mut tx, fixture.desk, Builtin::Agent).await.unwrap().id;
        let new = NewOperator { email: taken.to_uppercase(), name: "X".into(), password_hash: None, roles: vec![role] };
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let error = create(&mut tx, fixture.desk, new, NOW).await.unwrap_err();
        assert_eq!(error.to_string(), "the e-mail address is taken already");
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        let error = set_email(&mut tx, fixture.desk, fixture.admin, &taken).await.unwrap_err();
        assert_eq!(error.code(), "already-exists");
    })
    .await;
}

#[tokio::test]
async fn the_same_person_works_in_several_desks() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, agent, other_desk, .. } = Fixture::make(&mut tx).await;
        let email = get(&mut tx, desk, agent).await.unwrap().email;
        let role = roles::builtin(&mut tx, other_desk, Builtin::Agent).await.unwrap().id;
        let new = NewOperator { email: email.clone(), name: "Bo".into(), password_hash: None, roles: vec![role] };
        let there = create(&mut tx, other_desk, new, NOW).await.unwrap();
        let known = by_email(&mut tx, &email.to_uppercase(), None).await.unwrap();
        assert_eq!(known.iter().map(|known| known.operator.id).collect::<Vec<_>>(), [agent, there.id]);
        let known = by_email(&mut tx, &email, Some(other_desk)).await.unwrap();
        assert_eq!(known.iter().map(|known| known.operator.id).collect::<Vec<_>>(), [there.id]);
        assert!(by_email(&mut tx, "nobody@example.org", None).await.unwrap().is_empty());
        assert!(by_email(&mut tx, "no address", None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn deactivation_ends_sessions_and_stops_tokens() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        let session = sessions::create(&mut tx, fixture.desk, fixture.agent, "UA", "::1", NOW).await.unwrap();
        let wanted = tokens::TokenInput { name: "ci".into(), scopes: Permissions::agent(), days: tokens::LIFE_DAYS };
        let token = tokens::create(&mut tx, fixture.desk, fixture.agent, &wanted, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::authenticate(&db, &session.secret, NOW).await.unwrap().is_some());
        assert!(tokens::authenticate(&db, &token.secret, NOW).await.unwrap().is_some());
        let mut tx = db.begin().await.unwrap();
        set_active(&mut tx, fixture.desk, fixture.agent, false, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::authenticate(&db, &session.secret, NOW).await.unwrap().is_none());
        assert!(tokens::authenticate(&db, &token.secret, NOW).await.unwrap().is_none());
        let mut tx = db.begin().await.unwrap();
        set_active(&mut tx, fixture.desk, fixture.agent, true, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(tokens::authenticate(&db, &token.secret, NOW).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let fixture = Fixture::make(&mut tx).await;
        let here = sessions::create(&mut tx, fixture.desk, fixture.agent, "UA", "::1", NOW).await.unwrap();
        let there = sessions::create(&mut tx, fixture.desk, fixture.agent, "UA", "::1", NOW).await.unwrap();
        set_password(&mut tx, fixture.desk, fixture.agent, "hash", Some(here.id)).await.unwrap();
        let email = get(&mut tx, fixture.desk, fixture.agent).await.unwrap().email;
        let known = by_email(&mut tx, &email, None).await.unwrap();
        assert_eq!((known.len(), known[0].password_hash.as_deref()), (1, Some("hash")));
        tx.commit().await.unwrap();
        assert!(sessions::authenticate(&db, &here.secret, NOW).await.unwrap().is_some());
        assert!(sessions::authenticate(&db, &there.secret, NOW).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn another_desk_finds_nothing() {
    on_both(async |db| {
        let mut tx = db.begin().await.unwrap();
        let Fixture { desk, other_desk, admin, agent, .. } = Fixture::make(&mut tx).await;
        let role = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id;
        let profile = Profile { name: "X".into(), locale: None, time_zone: None, theme: Theme::Dark, shortcuts: false };
        for result in [
            get(&mut tx, other_desk, agent).await.map(drop),
            credentials(&mut tx, other_desk, agent).await.map(drop),
            set_profile(&mut tx, other_desk, agent, profile).await,
            set_email(&mut tx, other_desk, agent, "x@example.org").await,
            set_password(&mut tx, other_desk, agent, "x", None).await,
            set_active(&mut tx, other_desk, agent, false, NOW).await,
            set_roles(&mut tx, other_desk, agent, &[role], NOW).await,
            signed_in(&mut tx, other_desk, agent, NOW).await,
        ] {
            assert!(matches!(result, Err(StoreError::NotFound("operator"))), "{result:?}");
        }
        // A role of another desk cannot be given either.
        let theirs = roles::builtin(&mut tx, other_desk, Builtin::Admin).await.unwrap().id;
        let result = set_roles(&mut tx, desk, admin, &[theirs], NOW).await;
        assert!(matches!(result, Err(StoreError::NotFound("role"))));
        assert_eq!(list(&mut tx, other_desk).await.unwrap().len(), 1);
    })
    .await;
}
