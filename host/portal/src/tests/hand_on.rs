//! What who is an owner no more, or gone, has of the developer desk: nothing, and another owner has it.

use annex_domain::{audit::Action, permission::Permissions};
use annex_store::{
    audit,
    billing::top_ups::{self, Rule},
    operators,
};

use super::*;

#[tokio::test]
async fn who_is_an_owner_no_more_has_no_part_in_the_developer_desk() {
    let cases = [
        ("gone", None, false),
        ("builds", Some(MemberRole::Developer), false),
        // Who looks after the money still tops up.
        ("pays", Some(MemberRole::Finance), true),
    ];
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        for (slug, after, tops_up) in cases {
            let ann = bench.member(slug, &format!("ann@{slug}.example"), MemberRole::Owner).await;
            let desk = developer_desk::make(&bench.portal, &ann).await.unwrap();
            let bo = bench.member(slug, &format!("bo@{slug}.example"), MemberRole::Owner).await;
            let amount = Money::new(2_000, Currency::EUR);
            let mut tx = annex_store::testing::tx(&db).await;
            top_ups::set(&mut tx, &Rule { desk, account: ann.account, amount, threshold: 1_000 }, NOW).await.unwrap();
            tx.commit().await.unwrap();
            match after {
                None => members::remove(&bench.portal, &bo, ann.account).await.unwrap(),
                Some(role) => members::set_role(&bench.portal, &bo, ann.account, role).await.unwrap(),
            }
            let mut conn = db.read().await.unwrap();
            assert_eq!(accounts::licence_holder(&mut conn, desk).await.unwrap(), Some(bo.account), "{slug}");
            assert_eq!(top_ups::get(&mut conn, desk).await.unwrap().is_some(), tops_up, "{slug}");
            let people = operators::list(&mut conn, desk).await.unwrap();
            let of = |name: &str| {
                let email = format!("{name}@{slug}.example");
                people.iter().map(|listed| &listed.operator).find(|operator| operator.email == email).unwrap()
            };
            assert!(!of("ann").active, "{slug}");
            assert!(of("bo").active && of("bo").permissions == Permissions::admin(), "{slug}");
            let sent = mails::list(&mut conn, desk, None, 9).await.unwrap();
            let invited = sent.iter().find(|mail| mail.operator == Some(of("bo").id)).unwrap();
            assert!(mails::secret(&mut conn, desk, invited.id).await.unwrap().is_some(), "{slug}: with a link");
            let done: Vec<_> = audit::list(&mut conn, desk, None, 99).await.unwrap();
            let locked_out = Action::OperatorDeactivate.as_str();
            assert!(done.iter().any(|entry| entry.action == locked_out), "{slug}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_member_who_leaves_works_in_the_developer_desk_no_more_and_the_others_do() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let ann = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let desk = developer_desk::make(&bench.portal, &ann).await.unwrap();
        let dan = bench.member("acme", "dan@acme.example", MemberRole::Developer).await;
        let mut tx = annex_store::testing::tx(&db).await;
        let admin = operators::list(&mut tx, desk).await.unwrap().remove(0).operator;
        let new = operators::NewOperator {
            email: "dan@acme.example".into(),
            name: "Dan".into(),
            password_hash: None,
            roles: admin.roles.clone(),
        };
        operators::create(&mut tx, desk, new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        members::remove(&bench.portal, &ann, dan.account).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let people = operators::list(&mut conn, desk).await.unwrap();
        let active: Vec<_> = people.iter().map(|listed| &listed.operator).filter(|one| one.active).collect();
        assert_eq!(active, [&admin]);
        assert_eq!(accounts::licence_holder(&mut conn, desk).await.unwrap(), Some(ann.account));
    })
    .await;
}
