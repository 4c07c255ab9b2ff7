use annex_domain::{
    assignment::Assignment,
    billing::SubscriptionState,
    ids::{InstallationId, SubscriptionId},
};

use super::*;
use crate::{
    Db, audit,
    billing::subscriptions::{self, Subscription},
    installations::tests::installed,
    operators::{self, NewOperator},
    roles::{self, Builtin},
    testing::on_both,
};

const NOW: Timestamp = Timestamp(5_000);

/// A desk with an installed plugin that is nobody's by itself, and three operators.
async fn desk(db: &Db) -> (DeskId, InstallationId, [OperatorId; 3]) {
    let installation = installed(db).await;
    let desk = installation.desk;
    let mut tx = db.begin().await.unwrap();
    users::set_assignment(&mut tx, desk, installation.id, &Assignment::Nobody).await.unwrap();
    let role = roles::builtin(&mut tx, desk, Builtin::Admin).await.unwrap().id;
    let mut made = Vec::new();
    for name in ["ann", "bo", "cy"] {
        let email = format!("{name}@{desk}.example");
        let new = NewOperator { email, name: name.into(), password_hash: None, roles: vec![role] };
        made.push(operators::create(&mut tx, desk, new, NOW).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    (desk, installation.id, made.try_into().unwrap())
}

/// Two licences.
fn per_user(desk: DeskId, installation: InstallationId) -> Subscription {
    let plan = r#"{"id":"team","name":"Team","model":"per-user","price":900}"#;
    Subscription {
        id: SubscriptionId::new(),
        desk,
        installation,
        addon: "acme.hello".parse().unwrap(),
        plan: serde_json::from_str(plan).unwrap(),
        quantity: 2,
        quantity_next: None,
        state: SubscriptionState::Active,
        paid_through: None,
        trial_ends_at: None,
        ended_at: None,
        created_at: NOW,
        updated_at: NOW,
        rev: 1,
    }
}

#[tokio::test]
async fn groups_are_made_renamed_and_deleted_in_their_desk() {
    on_both(async |db| {
        let (desk, _, [ann, bo, _]) = desk(&db).await;
        let (other, _, [stranger, ..]) = self::desk(&db).await;
        let mut tx = db.begin().await.unwrap();
        let sales = create(&mut tx, desk, "Sales", NOW).await.unwrap();
        let leads = create(&mut tx, desk, "Leads", NOW).await.unwrap();
        create(&mut tx, other, "Sales", NOW).await.unwrap();
        set_members(&mut tx, desk, sales.id, &[ann, bo].into(), NOW).await.unwrap();
        set_members(&mut tx, desk, sales.id, &[bo].into(), NOW).await.unwrap();
        assert_eq!(members(&mut tx, desk, sales.id).await.unwrap(), [bo].into());
        let listed = list(&mut tx, desk).await.unwrap();
        assert_eq!(listed, [leads.clone(), Group { members: 1, ..sales.clone() }]);
        rename(&mut tx, desk, leads.id, "Chiefs").await.unwrap();
        assert_eq!(get(&mut tx, desk, leads.id).await.unwrap().name, "Chiefs");
        set_members(&mut tx, desk, leads.id, &[bo].into(), NOW).await.unwrap();
        let names = names_of_all(&mut tx, desk).await.unwrap();
        assert_eq!(names, [(bo, vec!["Chiefs".to_owned(), "Sales".to_owned()])].into());
        assert!(names_of_all(&mut tx, other).await.unwrap().is_empty(), "of their own desk alone");
        delete(&mut tx, desk, leads.id).await.unwrap();
        assert_eq!(members(&mut tx, desk, leads.id).await.unwrap(), BTreeSet::new());
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        assert_eq!(create(&mut tx, desk, "Sales", NOW).await.unwrap_err().code(), "already-exists");
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(rename(&mut tx, other, sales.id, "X").await.unwrap_err().code(), "not-found");
        assert_eq!(delete(&mut tx, other, sales.id).await.unwrap_err().code(), "not-found");
        let theirs = set_members(&mut tx, desk, sales.id, &[stranger].into(), NOW).await;
        assert_eq!(theirs.unwrap_err().code(), "not-found", "an operator of another desk");
        let theirs = set_members(&mut tx, other, sales.id, &[stranger].into(), NOW).await;
        assert_eq!(theirs.unwrap_err().code(), "not-found", "a group of another desk");
    })
    .await;
}

#[tokio::test]
async fn who_joins_a_group_gets_what_is_for_it_and_who_leaves_keeps_it() {
    on_both(async |db| {
        let (desk, installation, [ann, bo, cy]) = desk(&db).await;
        let mut tx = db.begin().await.unwrap();
        let (sales, leads) = (
            create(&mut tx, desk, "Sales", NOW).await.unwrap().id,
            create(&mut tx, desk, "Leads", NOW).await.unwrap().id,
        );
        set_members(&mut tx, desk, sales, &[ann].into(), NOW).await.unwrap();
        let rule = Assignment::Groups([sales, leads].into());
        users::set_assignment(&mut tx, desk, installation, &rule).await.unwrap();
        assert_eq!(users::assignment(&mut tx, desk, installation).await.unwrap(), rule);
        let uses = async |tx: &mut Tx, who| users::uses(tx, desk, installation, who).await.unwrap();
        assert!(!uses(&mut tx, ann).await, "a new rule gives nobody anything");
        set_members(&mut tx, desk, sales, &[ann, bo].into(), NOW).await.unwrap();
        assert!(uses(&mut tx, bo).await && !uses(&mut tx, ann).await, "only who joins");
        set_members(&mut tx, desk, leads, &[cy].into(), NOW).await.unwrap();
        assert!(uses(&mut tx, cy).await);
        set_members(&mut tx, desk, sales, &BTreeSet::new(), NOW).await.unwrap();
        assert!(uses(&mut tx, bo).await, "who leaves keeps it");
        // A group that is deleted leaves the rule; with the last one it is about nobody.
        delete(&mut tx, desk, sales).await.unwrap();
        let left = users::assignment(&mut tx, desk, installation).await.unwrap();
        assert_eq!(left, Assignment::Groups([leads].into()));
        delete(&mut tx, desk, leads).await.unwrap();
        assert_eq!(users::assignment(&mut tx, desk, installation).await.unwrap(), Assignment::Nobody);
        let empty = Assignment::Groups(BTreeSet::new());
        assert_eq!(users::set_assignment(&mut tx, desk, installation, &empty).await.unwrap_err().code(), "invalid");
        let gone = Assignment::Groups([sales].into());
        let error = users::set_assignment(&mut tx, desk, installation, &gone).await.unwrap_err();
        assert_eq!(error.code(), "missing-reference");
    })
    .await;
}

/// A rule must not spend money: it stops where the licences do.
#[tokio::test]
async fn a_rule_gives_no_more_than_the_licences_that_were_bought() {
    on_both(async |db| {
        let (desk, installation, [ann, bo, cy]) = desk(&db).await;
        let mut tx = db.begin().await.unwrap();
        let group = create(&mut tx, desk, "Sales", NOW).await.unwrap().id;
        users::set_assignment(&mut tx, desk, installation, &Assignment::Groups([group].into())).await.unwrap();
        let mut subscription = per_user(desk, installation);
        subscriptions::insert(&mut tx, &subscription).await.unwrap();
        set_members(&mut tx, desk, group, &[ann, bo, cy].into(), NOW).await.unwrap();
        let count = async |tx: &mut Tx| {
            let users = users::list(tx, desk, installation).await.unwrap();
            users.iter().filter(|user| user.counts()).count()
        };
        assert_eq!(count(&mut tx).await, 2);
        // One more is bought; that two of them are to go with the next period takes nothing from this one.
        (subscription.quantity, subscription.quantity_next) = (3, Some(1));
        subscriptions::save(&mut tx, &mut subscription, NOW).await.unwrap();
        let rejoin = async |tx: &mut Tx| {
            set_members(tx, desk, group, &BTreeSet::new(), NOW).await.unwrap();
            set_members(tx, desk, group, &[ann, bo, cy].into(), NOW).await.unwrap();
        };
        rejoin(&mut tx).await;
        assert_eq!(count(&mut tx).await, 3);
        // A licence that went to somebody else while an operator was away does not come back with them.
        operators::set_active(&mut tx, desk, ann, false, NOW).await.unwrap();
        operators::set_active(&mut tx, desk, ann, true, NOW).await.unwrap();
        assert_eq!(count(&mut tx).await, 3, "nobody had taken it");
        operators::set_active(&mut tx, desk, ann, false, NOW).await.unwrap();
        let role = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id;
        let new = NewOperator {
            email: format!("dee@{desk}.example"),
            name: "Dee".into(),
            password_hash: None,
            roles: vec![role],
        };
        let dee = operators::create(&mut tx, desk, new, NOW).await.unwrap().id;
        set_members(&mut tx, desk, group, &[ann, bo, cy, dee].into(), NOW).await.unwrap();
        assert!(users::uses(&mut tx, desk, installation, dee).await.unwrap());
        operators::set_active(&mut tx, desk, ann, true, NOW).await.unwrap();
        assert!(!users::uses(&mut tx, desk, installation, ann).await.unwrap());
        assert_eq!(count(&mut tx).await, 3);
        let last = audit::list(&mut tx, desk, None, 1).await.unwrap().remove(0);
        assert_eq!(last.action, "addon.no-licence-left", "she is told of");
    })
    .await;
}
