//! Accounts, licences of desks, logins, and cards.

use std::time::Duration;

use annex_domain::ids::SessionId;

use super::*;
use crate::{
    billing::{
        accounts::BUILT_IN_ISSUER,
        client_sessions, logins,
        methods::{self, NewMethod},
        oidc::{self, OidcRequest},
    },
    db::query::fetch_all,
    sessions::{ABSOLUTE, IDLE},
};

#[tokio::test]
async fn accounts_are_known_by_issuer_and_subject() {
    with_payer(async |db, payer| {
        let account = payer.account;
        assert_eq!((account.issuer.as_str(), account.subject.clone()), (BUILT_IN_ISSUER, account.id.to_string()));
        let again = NewAccount { email: " PAY@example.org ".into(), name: "B".into(), password_hash: "h".into() };
        assert_eq!(taken(&refused!(db, |tx| accounts::insert(tx, &again, NOW))), "the e-mail address");
        let mut tx = db.begin().await.unwrap();
        let found = accounts::by_email(&mut tx, "Pay@Example.org").await.unwrap().unwrap();
        assert_eq!((found.account, found.password_hash.as_str()), (account.clone(), "$hash"));
        // The same address at another issuer is somebody else, and no way in here.
        let issuer = "https://id.example.com";
        let foreign = accounts::upsert_foreign(&mut tx, issuer, "7", "pay@example.org", "Pat", NOW).await.unwrap();
        assert_ne!(foreign.id, account.id);
        let renamed = accounts::upsert_foreign(&mut tx, issuer, "7", "new@example.org", "Pat P", NOW).await.unwrap();
        assert_eq!(
            (renamed.id, renamed.email.as_str(), renamed.name.as_str()),
            (foreign.id, "new@example.org", "Pat P")
        );
        assert!(accounts::by_email(&mut tx, "new@example.org").await.unwrap().is_none());
        assert_eq!(accounts::by_subject(&mut tx, issuer, "7").await.unwrap().unwrap(), renamed);
        assert_eq!(accounts::by_subject(&mut tx, BUILT_IN_ISSUER, "7").await.unwrap(), None);
        tx.commit().await.unwrap();
        let error = refused!(db, |tx| accounts::upsert_foreign(tx, BUILT_IN_ISSUER, "7", "a@b", "x", NOW));
        assert_eq!(error.code(), "invalid");
        let error = refused!(db, |tx| accounts::set_password(tx, foreign.id, "h2", NOW));
        assert_eq!(error.code(), "not-found", "an account of another issuer has no password here");
    })
    .await;
}

#[tokio::test]
async fn one_account_holds_the_licence_of_a_desk_and_the_login_knows() {
    with_payer(async |db, payer| {
        let (desk, mine) = (payer.desk, payer.account.clone());
        let mut tx = db.begin().await.unwrap();
        let other = account(&mut tx, "other@example.org").await;
        accounts::hold_licence(&mut tx, desk, mine.id, NOW).await.unwrap();
        accounts::hold_licence(&mut tx, desk, mine.id, NOW).await.unwrap();
        logins::log_in(&mut tx, desk, mine.id, true, payer.fixture.admin, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let error = refused!(db, |tx| accounts::hold_licence(tx, desk, other.id, NOW));
        assert_eq!(taken(&error), "the licence of this help desk");

        let mut tx = db.begin().await.unwrap();
        let login = logins::of_desk(&mut tx, desk).await.unwrap().unwrap();
        assert_eq!((login.account.id, login.holds_licence, login.by), (mine.id, true, payer.fixture.admin));
        assert_eq!(logins::of_desk(&mut tx, payer.fixture.other_desk).await.unwrap(), None);
        accounts::move_licence(&mut tx, desk, other.id, NOW).await.unwrap();
        assert_eq!(accounts::licence_holder(&mut tx, desk).await.unwrap(), Some(other.id));
        assert_eq!(accounts::desks_of(&mut tx, mine.id).await.unwrap(), []);
        assert_eq!(accounts::desks_of(&mut tx, other.id).await.unwrap(), [desk]);
        assert!(!logins::of_desk(&mut tx, desk).await.unwrap().unwrap().holds_licence, "the wrong one now");
        logins::log_in(&mut tx, desk, other.id, true, payer.fixture.agent, NOW).await.unwrap();
        assert_eq!(logins::of_desk(&mut tx, desk).await.unwrap().unwrap().account, other);
        assert!(logins::log_out(&mut tx, desk).await.unwrap());
        assert!(!logins::log_out(&mut tx, desk).await.unwrap());
        assert_eq!(logins::of_desk(&mut tx, desk).await.unwrap(), None);
        assert_eq!(accounts::licence_holder(&mut tx, desk).await.unwrap(), Some(other.id), "also after the logout");
        logins::log_in(&mut tx, desk, mine.id, true, payer.fixture.admin, NOW).await.unwrap();
        assert_eq!(accounts::licence_holder(&mut tx, desk).await.unwrap(), Some(mine.id));
        logins::log_in(&mut tx, desk, other.id, false, payer.fixture.admin, NOW).await.unwrap();
        assert_eq!(
            accounts::licence_holder(&mut tx, desk).await.unwrap(),
            Some(mine.id),
            "the wrong one holds nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn a_login_comes_back_once_in_time_and_into_its_session() {
    with_payer(async |db, payer| {
        let (session, later) = (SessionId::new(), NOW.after(Duration::from_secs(600)));
        let request = OidcRequest { desk: payer.desk, session, sealed: vec![0, 1, 255] };
        let mut tx = db.begin().await.unwrap();
        oidc::put_request(&mut tx, "state", &request, NOW, later).await.unwrap();
        oidc::put_request(&mut tx, "late", &request, NOW, later).await.unwrap();
        let mut take = async |state: &str, desk, session, now| {
            oidc::take_request(&mut tx, state, desk, session, now).await.unwrap()
        };
        assert_eq!(take("state", payer.desk, SessionId::new(), NOW).await, None, "another session's");
        assert_eq!(take("state", payer.fixture.other_desk, session, NOW).await, None, "another desk's");
        assert_eq!(take("other", payer.desk, session, NOW).await, None);
        assert_eq!(take("late", payer.desk, session, later).await, None, "too late");
        assert_eq!(take("state", payer.desk, session, NOW).await, Some(vec![0, 1, 255]));
        assert_eq!(take("state", payer.desk, session, NOW).await, None, "once");
        let stored = fetch_all!(tx, (String,), "SELECT state_hash FROM oidc_requests").unwrap();
        assert!(stored.len() == 1 && stored[0].0 != "late", "only hashes are kept");
        assert_eq!(oidc::purge(&mut tx, later).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_use_a_code_at_once_one_gets_in() {
    with_payer(async |db, payer| {
        let later = NOW.after(Duration::from_secs(60));
        let mut tx = db.begin().await.unwrap();
        let request = json!({ "nonce": "n" });
        oidc::put_code(&mut tx, "code", payer.account.id, &request, NOW, later).await.unwrap();
        oidc::put_code(&mut tx, "late", payer.account.id, &request, NOW, later).await.unwrap();
        tx.commit().await.unwrap();
        let use_code = async |code: &str, now| {
            let mut tx = db.begin().await.unwrap();
            let used = oidc::use_code(&mut tx, code, now).await.unwrap();
            tx.commit().await.unwrap();
            used
        };
        assert_eq!(use_code("late", later).await, None);
        assert_eq!(use_code("never", NOW).await, None);
        let used: Vec<_> = futures::future::join_all((0..4).map(|_| use_code("code", NOW))).await;
        let fresh: Vec<_> = used.into_iter().flatten().collect();
        assert_eq!(fresh, [(payer.account.id, json!({ "nonce": "n" }))]);
    })
    .await;
}

#[tokio::test]
async fn a_session_of_the_client_area_ends_when_idle_after_twelve_hours_and_with_a_new_password() {
    with_payer(async |db, payer| {
        let begin = async || {
            let mut tx = db.begin().await.unwrap();
            let secret = client_sessions::create(&mut tx, payer.account.id, NOW).await.unwrap();
            tx.commit().await.unwrap();
            secret
        };
        let who = async |secret: &str, now| {
            client_sessions::authenticate(&db, secret, now).await.unwrap().map(|session| session.account)
        };
        let (kept, idle, other) = (begin().await, begin().await, begin().await);
        let mut now = NOW;
        while now < NOW.after(ABSOLUTE) {
            assert_eq!(who(&kept, now).await, Some(payer.account.id), "{now}");
            now = now.after(IDLE - Duration::from_secs(1));
        }
        assert_eq!(who(&kept, NOW.after(ABSOLUTE)).await, None);
        assert_eq!(who(&idle, NOW.after(IDLE)).await, None);
        assert_eq!(who("guess", NOW).await, None);
        assert_eq!(who(&other, NOW).await, Some(payer.account.id));
        let mut tx = db.begin().await.unwrap();
        accounts::set_password(&mut tx, payer.account.id, "h2", NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(who(&other, NOW).await, None);
        let again = begin().await;
        let mut tx = db.begin().await.unwrap();
        client_sessions::revoke(&mut tx, &again).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(who(&again, NOW).await, None);
    })
    .await;
}

fn card(id: &str, last4: &str) -> NewMethod {
    NewMethod { gateway_id: id.into(), brand: "visa".into(), last4: last4.into(), exp_month: 12, exp_year: 2030 }
}

#[tokio::test]
async fn an_account_with_cards_has_one_default() {
    with_payer(async |db, payer| {
        let id = payer.account.id;
        let mut tx = db.begin().await.unwrap();
        let other = account(&mut tx, "other@example.org").await;
        assert_eq!(methods::default(&mut tx, id, "test").await.unwrap(), None);
        let one = methods::upsert(&mut tx, id, "test", &card("pm_1", "4242"), NOW).await.unwrap();
        let two = methods::upsert(&mut tx, id, "test", &card("pm_2", "0002"), Timestamp(NOW.0 + 1)).await.unwrap();
        assert!(one.is_default && !two.is_default);
        let same = methods::upsert(&mut tx, id, "test", &card("pm_1", "1111"), NOW).await.unwrap();
        assert_eq!((same.id, same.last4.as_str(), same.is_default), (one.id, "1111", true));
        methods::make_default(&mut tx, id, two.id).await.unwrap();
        assert_eq!(methods::default(&mut tx, id, "test").await.unwrap().unwrap().id, two.id);
        let defaults: Vec<_> = methods::list(&mut tx, id).await.unwrap().iter().map(|one| one.is_default).collect();
        assert_eq!(defaults, [true, false]);
        methods::remove(&mut tx, id, two.id).await.unwrap();
        assert_eq!(methods::default(&mut tx, id, "test").await.unwrap().unwrap(), same, "the one that is left");
        assert_eq!(methods::set_customer(&mut tx, id, "test", "cus_1", NOW).await.unwrap(), "cus_1");
        assert_eq!(
            methods::set_customer(&mut tx, id, "test", "cus_2", NOW).await.unwrap(),
            "cus_1",
            "the first counts"
        );
        assert_eq!(methods::account_of(&mut tx, "test", "cus_1").await.unwrap(), Some(id));
        tx.commit().await.unwrap();
        let theirs = other.id;
        assert_eq!(
            refused!(db, |tx| methods::upsert(tx, theirs, "test", &card("pm_1", "1"), NOW)).code(),
            "already-exists"
        );
        assert_eq!(refused!(db, |tx| methods::make_default(tx, theirs, one.id)).code(), "not-found");
        assert_eq!(refused!(db, |tx| methods::remove(tx, theirs, one.id)).code(), "not-found");
        assert_eq!(refused!(db, |tx| methods::get(tx, theirs, one.id)).code(), "not-found");
    })
    .await;
}
