//! Accounts and their cards: who may do what to them, and what is recorded of it.

use annex_domain::{clock::Clock as _, ids::DeskId, permission::Permissions};
use annex_store::{
    StoreError, audit,
    billing::{
        accounts::{self as rows, Credentials, NewAccount},
        client_sessions,
    },
    desks,
    logins::Trying,
    testing::on_both,
};
use serde_json::json;

use super::{bench::Bench, peer::Fault};
use crate::{
    AccountError, BillingError, Caller, LoginError, Manager,
    accounts::{self, Identity},
    cards,
    gateways::test::Behaviour,
};

const TRYING: Trying<'static> =
    Trying { account: "client-area:pay@example.org", address: "192.0.2.1", at: None, device: None };

fn new(email: &str) -> NewAccount {
    NewAccount { email: email.into(), name: "Payer".into(), password_hash: "x".into() }
}

async fn another_desk(bench: &Bench) -> DeskId {
    let mut tx = bench.db.begin().await.unwrap();
    let desk = desks::create(&mut tx, "Another desk", "en", bench.clock.now()).await.unwrap().id;
    tx.commit().await.unwrap();
    desk
}

fn manager(bench: &Bench) -> Manager {
    Manager { desk: bench.desk, operator: bench.admin, permissions: Permissions::admin() }
}

/// What was done in a desk, and who did it, the newest first.
async fn done(bench: &Bench, desk: DeskId) -> Vec<(String, String)> {
    let entries = audit::list(&mut bench.db.read().await.unwrap(), desk, None, 10).await.unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.actor)).collect()
}

/// What the password of the account is checked against.
async fn credentials(bench: &Bench) -> Credentials {
    rows::by_email(&mut bench.db.read().await.unwrap(), "pay@example.org").await.unwrap().unwrap()
}

async fn is_signed_in(bench: &Bench, secret: &str) -> bool {
    client_sessions::authenticate(&bench.db, secret, bench.clock.now()).await.unwrap().is_some()
}

#[tokio::test]
async fn of_two_who_register_for_a_desk_one_gets_an_account() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, desk) = (bench.billing(), another_desk(&bench).await);
        let secret = accounts::register(&billing, &new("ann@example.org"), desk, None).await.unwrap();
        let late = accounts::register(&billing, &new("bob@example.org"), desk, Some(&secret)).await;
        assert!(matches!(late, Err(AccountError::LicenceHeld)), "{late:?}");
        let again = accounts::register(&billing, &new("ann@example.org"), desk, None).await;
        assert!(matches!(again, Err(AccountError::EmailTaken)), "{again:?}");
        let long = NewAccount { name: "x".repeat(accounts::NAME + 1), ..new("cy@example.org") };
        let long = accounts::register(&billing, &long, desk, None).await;
        assert!(matches!(long, Err(AccountError::Store(StoreError::Invalid { field: "name", .. }))), "{long:?}");
        assert!(is_signed_in(&bench, &secret).await, "whoever was faster");
        assert!(rows::by_email(&mut bench.db.read().await.unwrap(), "bob@example.org").await.unwrap().is_none());
        assert_eq!(done(&bench, desk).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_password_ends_the_sessions_and_is_recorded_whoever_sets_it() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, account) = (bench.billing(), bench.account);
        let checked = credentials(&bench).await;
        let before = accounts::sign_in(&billing, &checked, TRYING, None).await.unwrap();
        let elsewhere = accounts::sign_in(&billing, &checked, TRYING, None).await.unwrap();
        let after = accounts::change_password(&billing, &checked, "y", TRYING).await.unwrap();
        assert!(!is_signed_in(&bench, &before).await && !is_signed_in(&bench, &elsewhere).await);
        assert!(is_signed_in(&bench, &after).await);
        accounts::set_password(&billing, account, "z").await.unwrap();
        assert!(!is_signed_in(&bench, &after).await);
        let set = |by: String| ("billing.account-password".to_owned(), by);
        assert_eq!(done(&bench, bench.desk).await, [set("command-line".into()), set(format!("account:{account}"))]);
    })
    .await;
}

#[tokio::test]
async fn a_password_that_was_checked_before_another_was_set_lets_nobody_in() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, checked) = (bench.billing(), credentials(&bench).await);
        let mut tx = bench.db.begin().await.unwrap();
        rows::set_password(&mut tx, bench.account, "y", bench.clock.now()).await.unwrap();
        // The sign-in sets off while everybody else still sees the password that was checked.
        let setting = async {
            for _ in 0..5_000 {
                tokio::task::yield_now().await;
            }
            tx.commit().await.unwrap();
        };
        let (entered, ()) = tokio::join!(accounts::sign_in(&billing, &checked, TRYING, None), setting);
        assert!(matches!(entered, Err(StoreError::Stale(_))), "{entered:?}");
        let changed = accounts::change_password(&billing, &checked, "z", TRYING).await;
        assert!(matches!(changed, Err(StoreError::Stale(_))), "{changed:?}");
        let now = credentials(&bench).await;
        assert_eq!(now.password_hash, "y");
        assert!(is_signed_in(&bench, &accounts::sign_in(&billing, &now, TRYING, None).await.unwrap()).await);
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once_and_takes_a_licence_that_is_free() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, desk) = (bench.billing(), another_desk(&bench).await);
        let other = accounts::create(&billing, &new("other@example.org"), None).await.unwrap();
        let payer = rows::get(&mut bench.db.read().await.unwrap(), bench.account).await.unwrap();
        for account in [&payer, &other] {
            let code = accounts::authorise(&billing, account, Some(desk), &json!({ "nonce": 1 })).await.unwrap();
            let used = accounts::exchange(&billing, &code).await.unwrap();
            assert_eq!(used, Some((account.id, json!({ "nonce": 1 }))));
            assert_eq!(accounts::exchange(&billing, &code).await.unwrap(), None);
        }
        let holder = rows::licence_holder(&mut bench.db.read().await.unwrap(), desk).await.unwrap();
        assert_eq!(holder, Some(payer.id));
        let linked = ("billing.licence".to_owned(), format!("account:{}", payer.id));
        assert_eq!(done(&bench, desk).await, [linked]);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_a_card_is_recorded_in_each_desk_that_it_pays_for() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, other) = (bench.billing(), another_desk(&bench).await);
        let mut tx = bench.db.begin().await.unwrap();
        rows::hold_licence(&mut tx, other, bench.account, bench.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let (by, card) = (Caller::Manager(manager(&bench)), bench.card(Behaviour::Pays).await);
        cards::make_default(&billing, &by, card).await.unwrap();
        bench.peer.faults([Fault::Down]);
        assert!(matches!(cards::remove(&billing, &by, card).await, Err(BillingError::Unavailable(_))));
        assert_eq!(done(&bench, bench.desk).await.len(), 1, "it is still there");
        cards::remove(&billing, &by, card).await.unwrap();
        let gone = cards::remove(&billing, &by, card).await;
        assert!(matches!(gone, Err(BillingError::Store(StoreError::NotFound(_)))), "{gone:?}");
        let both = |by: &str| ["removed", "default"].map(|what| (format!("billing.method-{what}"), by.to_owned()));
        assert_eq!(done(&bench, bench.desk).await, both(&format!("operator:{}", bench.admin)));
        assert_eq!(done(&bench, other).await, both(&format!("account:{}", bench.account)));
    })
    .await;
}

#[tokio::test]
async fn only_who_manages_add_ons_with_the_right_account_touches_cards() {
    on_both(async |db| {
        let bench = Bench::on(db).await;
        let (billing, card, admin) = (bench.billing(), bench.card(Behaviour::Pays).await, manager(&bench));
        let tried = async |by: &Manager| cards::make_default(&billing, &Caller::Manager(by.clone()), card).await;
        let agent = Manager { operator: bench.agent, ..admin.clone() };
        let token = Manager { permissions: Permissions::default(), ..admin.clone() };
        for by in [&agent, &token] {
            assert!(matches!(tried(by).await, Err(BillingError::Forbidden(_))), "{by:?}");
            assert!(matches!(accounts::log_out(&billing, by).await, Err(BillingError::Forbidden(_))), "{by:?}");
        }
        accounts::log_out(&billing, &admin).await.unwrap();
        assert!(matches!(tried(&admin).await, Err(BillingError::Login(LoginError::LoggedOut))));
        let (subject, desk) = (bench.account.to_string(), bench.desk.to_string());
        let payer =
            |desks| Identity { issuer: None, subject: subject.clone(), email: None, name: "Payer".into(), desks };
        assert!(!accounts::log_in(&billing, &admin, &payer(vec![])).await.unwrap().1);
        assert!(matches!(tried(&admin).await, Err(BillingError::Login(LoginError::WrongAccount))));
        assert!(accounts::log_in(&billing, &admin, &payer(vec![desk])).await.unwrap().1);
        assert!(tried(&admin).await.is_ok());
        let words: Vec<String> = done(&bench, bench.desk).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(words, ["billing.method-default", "billing.login", "billing.login", "billing.logout"]);
    })
    .await;
}
