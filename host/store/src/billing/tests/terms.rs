//! Plans of listings, the day of the bill, subscriptions, trials, entitlements, drafts.

use annex_domain::{addon::AddonId, addon::Version, ids::OperatorId};

use super::*;
use crate::{
    billing::{
        drafts,
        entitlements::{self, Entitlement},
        plans, subscriptions,
        test_gateway::{self, Answered, Object},
        trials,
    },
    footprint,
    installations::tests::{installed, publish},
};

fn addon() -> AddonId {
    "acme.hello".parse().unwrap()
}

#[tokio::test]
async fn plans_of_a_listing_replace_those_of_the_manifest() {
    with_payer(async |db, _| {
        let mut tx = db.begin().await.unwrap();
        publish(&mut tx, "acme.hello", Version::new(1, 0, 0), 1).await.unwrap();
        assert_eq!(plans::of_listing(&mut tx, &addon()).await.unwrap(), None);
        let both = [plan("team", 900), plan("big", 1900)];
        plans::set(&mut tx, &addon(), &both, NOW).await.unwrap();
        assert_eq!(plans::of_listing(&mut tx, &addon()).await.unwrap().unwrap(), both, "in this order");
        plans::set(&mut tx, &addon(), &both[1..], NOW).await.unwrap();
        assert_eq!(plans::of_listing(&mut tx, &addon()).await.unwrap().unwrap(), both[1..]);
        assert!(plans::clear(&mut tx, &addon()).await.unwrap());
        assert!(!plans::clear(&mut tx, &addon()).await.unwrap());
        tx.commit().await.unwrap();
        for wrong in [vec![], vec![plan("a", 900), plan("a", 900)], vec![plan("a", 0)], vec![plan("a", 40)]] {
            assert_eq!(refused!(db, |tx| plans::set(tx, &addon(), &wrong, NOW)).code(), "invalid");
        }
        let unknown = "acme.gone".parse().unwrap();
        assert_eq!(refused!(db, |tx| plans::set(tx, &unknown, &both, NOW)).code(), "missing-reference");
    })
    .await;
}

#[tokio::test]
async fn the_first_purchase_sets_the_day_and_each_bill_moves_on_once() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let later = BillingDesk { billing_day: 3, time_zone: "UTC".into(), ..bill(payer.desk) };
        let mut one = desks::ensure(&mut tx, &later, NOW).await.unwrap();
        assert_eq!((one.billing_day, one.time_zone.as_str(), one.rev), (31, "Europe/Berlin", 1));
        assert_eq!(desks::due(&mut tx, Timestamp(NOW.0 - 1), NOW, 9).await.unwrap(), []);
        assert_eq!(desks::due(&mut tx, NOW, NOW, 9).await.unwrap(), std::slice::from_ref(&one));
        // An invoice takes a number, but is no change of the bill.
        payer.invoice(&mut tx, 100).await;
        let mut two = one.clone();
        desks::advance(&mut tx, &mut one, date(2027, 3, 31), Timestamp(NOW.0 + 9)).await.unwrap();
        let again = desks::advance(&mut tx, &mut two, date(2027, 3, 31), NOW).await;
        assert!(matches!(again, Err(StoreError::Stale("the bill"))));
        assert_eq!(desks::get(&mut tx, payer.desk).await.unwrap(), Some(one.clone()));
        assert_eq!((one.next_bill_on, desks::due(&mut tx, NOW, NOW, 9).await.unwrap()), (date(2027, 3, 31), vec![]));
        tx.commit().await.unwrap();
        for day in [0, 32] {
            let wrong = BillingDesk { billing_day: day, ..bill(payer.fixture.other_desk) };
            assert_eq!(refused!(db, |tx| desks::ensure(tx, &wrong, NOW)).code(), "database");
        }
    })
    .await;
}

#[tokio::test]
async fn an_installation_has_one_live_subscription() {
    with_payer(async |db, payer| {
        let installation = InstallationId::new();
        let mut tx = db.begin().await.unwrap();
        let mut one = payer.subscription(installation);
        subscriptions::insert(&mut tx, &one).await.unwrap();
        assert_eq!(subscriptions::live_of(&mut tx, payer.desk, installation).await.unwrap(), Some(one.clone()));
        assert_eq!(subscriptions::live_of(&mut tx, payer.fixture.other_desk, installation).await.unwrap(), None);
        tx.commit().await.unwrap();
        let mut two = payer.subscription(installation);
        let error = refused!(db, |tx| subscriptions::insert(tx, &two));
        assert_eq!(taken(&error), "the subscription of this add-on");

        let mut tx = db.begin().await.unwrap();
        let mut stale = one.clone();
        (one.state, one.ended_at, one.quantity_next) = (SubscriptionState::Ended, Some(NOW), Some(1));
        subscriptions::save(&mut tx, &mut one, Timestamp(NOW.0 + 1)).await.unwrap();
        assert_eq!(subscriptions::get(&mut tx, payer.desk, one.id).await.unwrap(), one);
        let late = subscriptions::save(&mut tx, &mut stale, NOW).await;
        assert!(matches!(late, Err(StoreError::Stale("the subscription"))));
        two.created_at = Timestamp(NOW.0 + 2);
        two.plan = Plan { model: PlanModel::Flat, ..plan("flat", 500) };
        subscriptions::insert(&mut tx, &two).await.unwrap();
        assert_eq!(subscriptions::last_of(&mut tx, payer.desk, installation).await.unwrap(), Some(two.clone()));
        assert_eq!(subscriptions::list(&mut tx, payer.desk).await.unwrap(), [two]);
    })
    .await;
}

#[tokio::test]
async fn what_is_billed_and_which_trials_end_is_found() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let mut due = payer.subscription(InstallationId::new());
        let (mut past_due, mut later, mut once) = (due.clone(), due.clone(), due.clone());
        let (mut trial, mut ended) = (due.clone(), due.clone());
        due.paid_through = Some(date(2027, 2, 28));
        (past_due.state, past_due.paid_through) = (SubscriptionState::PastDue, Some(date(2026, 12, 31)));
        later.paid_through = Some(date(2027, 3, 1));
        once.paid_through = None;
        (trial.state, trial.trial_ends_at, trial.paid_through) = (SubscriptionState::Trialing, Some(NOW), None);
        ended.state = SubscriptionState::Ended;
        for one in [&mut due, &mut past_due, &mut later, &mut once, &mut trial, &mut ended] {
            (one.id, one.installation) = (SubscriptionId::new(), InstallationId::new());
            subscriptions::insert(&mut tx, one).await.unwrap();
        }
        let bill = subscriptions::to_bill(&mut tx, payer.desk, date(2027, 2, 28)).await.unwrap();
        assert_eq!(bill, [due.clone(), past_due.clone()]);
        assert_eq!(subscriptions::monthly_of(&mut tx, payer.desk).await.unwrap(), [due, past_due, later]);
        assert_eq!(subscriptions::to_bill(&mut tx, payer.fixture.other_desk, date(2099, 1, 1)).await.unwrap(), []);
        assert_eq!(subscriptions::trials_ending(&mut tx, NOW, 9).await.unwrap(), std::slice::from_ref(&trial));
        assert_eq!(subscriptions::trials_ending(&mut tx, Timestamp(NOW.0 - 1), 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_first_trial_is_the_trial_and_each_reminder_goes_out_once() {
    with_payer(async |db, payer| {
        let desk = payer.desk;
        let start = async |ends_at: i64, at: i64| {
            let mut tx = db.begin().await.unwrap();
            let trial = trials::start(&mut tx, desk, &addon(), Timestamp(ends_at), Timestamp(at)).await.unwrap();
            tx.commit().await.unwrap();
            trial
        };
        let first = start(100, 5).await;
        assert_eq!((first.started_at, first.ends_at), (Timestamp(5), Timestamp(100)));
        assert_eq!(start(900, 800).await, first, "a new installation goes on with it, over or not");
        assert!(first.runs(Timestamp(99)) && !first.runs(Timestamp(100)));
        let claim = async |days: u16| {
            let mut tx = db.begin().await.unwrap();
            let mine = trials::claim_reminder(&mut tx, desk, &addon(), days, NOW).await.unwrap();
            tx.commit().await.unwrap();
            mine
        };
        for days in [15, 7, 1] {
            let claimed: Vec<_> = futures::future::join_all((0..4).map(|_| claim(days))).await;
            assert_eq!(claimed.iter().filter(|one| **one).count(), 1, "{days}");
        }
        // One that is rolled back with its mail is sent later.
        let mut tx = db.begin().await.unwrap();
        assert!(trials::claim_reminder(&mut tx, payer.fixture.other_desk, &addon(), 7, NOW).await.unwrap());
        tx.rollback().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(trials::claim_reminder(&mut tx, payer.fixture.other_desk, &addon(), 7, NOW).await.unwrap());
        assert_eq!(trials::get(&mut tx, payer.fixture.other_desk, &addon()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_revocation_is_not_undone_by_a_refresh() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let (desk, installation) = (payer.desk, InstallationId::new());
        let (not_after, refreshed_at) = (Timestamp(NOW.0 + 9), NOW);
        let right = Entitlement { installation, desk, token: "t1".into(), not_after, refreshed_at, revocation: None };
        entitlements::put(&mut tx, &right).await.unwrap();
        assert_eq!(entitlements::list_due(&mut tx, NOW, 9).await.unwrap(), std::slice::from_ref(&right));
        let later = Timestamp(NOW.0 + 1);
        assert!(entitlements::refresh(&mut tx, desk, installation, "t2", not_after, later).await.unwrap());
        assert!(
            !entitlements::refresh(&mut tx, payer.fixture.other_desk, installation, "x", later, NOW).await.unwrap()
        );
        assert_eq!(entitlements::list_due(&mut tx, NOW, 9).await.unwrap(), []);
        assert!(entitlements::revoke(&mut tx, desk, installation, "r").await.unwrap());
        assert!(!entitlements::revoke(&mut tx, desk, installation, "r2").await.unwrap());
        assert!(!entitlements::refresh(&mut tx, desk, installation, "t3", not_after, later).await.unwrap());
        let stored = entitlements::get(&mut tx, desk, installation).await.unwrap().unwrap();
        assert_eq!((stored.token.as_str(), stored.revocation.as_deref()), ("t2", Some("r")));
        assert_eq!(entitlements::of_desk(&mut tx, desk).await.unwrap(), [stored]);
        // Bought again.
        entitlements::put(&mut tx, &right).await.unwrap();
        assert_eq!(entitlements::get(&mut tx, desk, installation).await.unwrap(), Some(right));
        assert_eq!(entitlements::get(&mut tx, payer.fixture.other_desk, installation).await.unwrap(), None);
        assert!(entitlements::remove(&mut tx, desk, installation).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_uninstalled_is_billed_no_more_and_its_papers_stay() {
    with_payer(async |db, mut payer| {
        let installation = installed(&db).await;
        let (desk, id) = (installation.desk, installation.id);
        payer.desk = desk;
        let mut tx = db.begin().await.unwrap();
        subscriptions::insert(&mut tx, &payer.subscription(id)).await.unwrap();
        crate::billing::orders::insert(&mut tx, &payer.order(id, None)).await.unwrap();
        let right = Entitlement {
            installation: id,
            desk,
            token: "t".into(),
            not_after: NOW,
            refreshed_at: NOW,
            revocation: None,
        };
        entitlements::put(&mut tx, &right).await.unwrap();
        assert!(footprint::purge(&mut tx, desk, id).await.unwrap());
        assert_eq!(subscriptions::to_bill(&mut tx, desk, date(2099, 1, 1)).await.unwrap(), []);
        let ended = subscriptions::last_of(&mut tx, desk, id).await.unwrap().unwrap();
        assert_eq!((ended.state, ended.rev), (SubscriptionState::Ended, 2));
        assert_eq!(entitlements::get(&mut tx, desk, id).await.unwrap(), None);
        assert_eq!(crate::billing::orders::of_installation(&mut tx, desk, id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_draft_keeps_the_key_it_was_begun_with() {
    with_payer(async |db, payer| {
        let (desk, admin): (_, OperatorId) = (payer.desk, payer.fixture.admin);
        let mut tx = db.begin().await.unwrap();
        drafts::put(&mut tx, desk, &addon(), admin, &json!({ "step": 1 }), "k1", NOW).await.unwrap();
        let later = Timestamp(NOW.0 + 1);
        let draft = drafts::put(&mut tx, desk, &addon(), admin, &json!({ "step": 2 }), "k2", later).await.unwrap();
        assert_eq!((draft.idempotency_key.as_str(), draft.draft["step"].as_i64()), ("k1", Some(2)));
        assert_eq!((draft.created_at, draft.updated_at), (NOW, later));
        assert_eq!(drafts::get(&mut tx, desk, &addon(), admin).await.unwrap(), Some(draft.clone()));
        assert_eq!(drafts::get(&mut tx, desk, &addon(), payer.fixture.agent).await.unwrap(), None, "somebody else's");
        assert_eq!(drafts::list(&mut tx, desk, admin).await.unwrap(), [draft]);
        assert!(drafts::delete(&mut tx, desk, &addon(), admin).await.unwrap());
        assert!(!drafts::delete(&mut tx, desk, &addon(), admin).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_test_gateway_answers_a_key_once_and_refuses_stale_changes() {
    with_payer(async |db, _| {
        let object = Object {
            id: "pi_1".into(),
            kind: "intent".into(),
            customer: Some("cus_1".into()),
            body: json!({ "state": "new" }),
            created_at: NOW,
            rev: 1,
        };
        let mut tx = db.begin().await.unwrap();
        test_gateway::insert(&mut tx, &object).await.unwrap();
        let (mut one, mut two) = (object.clone(), object.clone());
        one.body = json!({ "state": "succeeded" });
        test_gateway::save(&mut tx, &mut one).await.unwrap();
        assert!(matches!(test_gateway::save(&mut tx, &mut two).await, Err(StoreError::Stale(_))));
        assert_eq!(test_gateway::get(&mut tx, "pi_1").await.unwrap(), Some(one.clone()));
        assert_eq!(test_gateway::of_customer(&mut tx, "intent", "cus_1").await.unwrap(), std::slice::from_ref(&one));
        assert_eq!(test_gateway::since(&mut tx, "intent", NOW).await.unwrap(), [one]);
        assert_eq!(test_gateway::since(&mut tx, "refund", NOW).await.unwrap(), []);
        let answer = Answered { fingerprint: "f".into(), object: "pi_1".into() };
        assert!(test_gateway::answer(&mut tx, "k", &answer, NOW).await.unwrap());
        assert!(!test_gateway::answer(&mut tx, "k", &answer, NOW).await.unwrap());
        assert_eq!(test_gateway::answered(&mut tx, "k").await.unwrap(), Some(answer));
        assert_eq!(test_gateway::forget_keys(&mut tx, Timestamp(NOW.0 + 1)).await.unwrap(), 1);
        assert_eq!(test_gateway::answered(&mut tx, "k").await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(taken(&refused!(db, |tx| test_gateway::insert(tx, &object))), "the object");
    })
    .await;
}
