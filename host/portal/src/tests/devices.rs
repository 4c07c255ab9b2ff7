//! A program is let in by who may make tokens, once and for what it asked, and nobody finds a code by trying.

use std::time::Duration;

use annex_domain::device_code::{UserCode, WORKS};
use annex_store::{
    logins::{PER_ACCOUNT, WINDOW},
    publishers::devices::Codes,
    sessions::CONFIRMED,
};

use super::*;
use crate::devices::{Ask, Collected, approve, ask, collect, deny, look};

const PROGRAM: &str = "annex on box";
const ADDRESS: &str = "192.0.2.9";

fn wish(publisher: Option<&str>) -> Ask {
    let scopes = BTreeSet::from([PublisherScope::Read, PublisherScope::Submit]);
    Ask { program: PROGRAM.into(), publisher: publisher.map(|slug| slug.parse().unwrap()), scopes }
}

async fn asked(bench: &Bench, publisher: Option<&str>) -> Codes {
    ask(&bench.portal, &wish(publisher), ADDRESS, NOW).await.unwrap()
}

/// What the program is told.
async fn told(bench: &Bench, codes: &Codes, now: Timestamp) -> &'static str {
    match collect(&bench.portal, &codes.device, now).await {
        Ok(Collected::Token(_)) => "token",
        Ok(Collected::Waiting) => "waiting",
        Ok(Collected::TooSoon) => "too soon",
        Ok(Collected::Denied) => "denied",
        Ok(Collected::Expired) => "expired",
        Ok(Collected::Unknown) => "unknown",
        Err(refusal) => refusal.code(),
    }
}

#[tokio::test]
async fn a_program_gets_a_token_once_somebody_has_let_it_in() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let ann = bench.member("acme", "ann@acme.example", MemberRole::Developer).await;
        let codes = asked(&bench, Some("acme")).await;
        assert_eq!(told(&bench, &codes, NOW).await, "waiting");
        let shown = look(&bench.portal, ann.account, &codes.user, "192.0.2.1", NOW).await.unwrap();
        assert_eq!((shown.program.as_str(), shown.address.as_str()), (PROGRAM, ADDRESS));
        assert_eq!(shown.scopes, wish(None).scopes);
        approve(&bench.portal, &ann, &codes.user, NOW, &given("")).await.unwrap();
        let Ok(Collected::Token(made)) = collect(&bench.portal, &codes.device, NOW).await else { panic!("no token") };
        assert_eq!((made.token.name.as_str(), &made.token.publisher), (PROGRAM, &ann.publisher));
        let works = token_rows::authenticate(&db, &made.secret, NOW).await.unwrap().unwrap();
        assert_eq!((works.account, works.scopes), (ann.account, wish(None).scopes));
        assert!(works.expires_at > NOW && works.expires_at <= NOW.after(Duration::from_secs(90 * 86_400)));

        assert_eq!(told(&bench, &codes, NOW).await, "unknown", "it was collected");
        let again = approve(&bench.portal, &ann, &codes.user, NOW, &given("")).await;
        assert_eq!(code(again), "invalid-request");
        tokens::give_back(&bench.portal, &ann, works.id).await.unwrap();
        assert!(token_rows::authenticate(&db, &made.secret, NOW).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn who_makes_no_tokens_lets_nobody_in_and_no_other_publisher_does() {
    on_both(async |db| {
        let bench = Bench::make(db.clone()).await;
        let ann = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let cy = bench.member("other", "cy@other.example", MemberRole::Owner).await;
        let fay = bench.member("money", "fay@money.example", MemberRole::Finance).await;
        let codes = asked(&bench, Some("acme")).await;
        assert_eq!(code(approve(&bench.portal, &fay, &codes.user, NOW, &given("")).await), "not-your-role");
        assert_eq!(code(approve(&bench.portal, &cy, &codes.user, NOW, &given("")).await), "not-found");
        assert_eq!(told(&bench, &codes, NOW).await, "waiting");

        // Between the click and the token, who clicked has lost the right.
        approve(&bench.portal, &ann, &codes.user, NOW, &given("")).await.unwrap();
        let mut tx = annex_store::testing::tx(&db).await;
        rows::set_role(&mut tx, &ann.publisher, ann.account, MemberRole::Finance).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told(&bench, &codes, NOW).await, "not-your-role");

        let codes = asked(&bench, None).await;
        approve(&bench.portal, &cy, &codes.user, NOW, &given("")).await.unwrap();
        assert_eq!(told(&bench, &codes, NOW).await, "token", "who decides has chosen");
        let codes = asked(&bench, None).await;
        deny(&bench.portal, fay.account, &codes.user, "192.0.2.1", NOW).await.unwrap();
        assert_eq!(told(&bench, &codes, NOW).await, "denied");
        let codes = asked(&bench, None).await;
        assert_eq!(told(&bench, &codes, NOW.after(WORKS)).await, "expired");
        let late = look(&bench.portal, cy.account, &codes.user, "192.0.2.1", NOW.after(WORKS)).await;
        assert_eq!(code(late), "invalid-request");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_is_old_takes_the_password() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let ann = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let codes = asked(&bench, None).await;
        let old = NOW.before(CONFIRMED);
        for password in ["", "wrong"] {
            let refused = approve(&bench.portal, &ann, &codes.user, old, &given(password)).await;
            assert_eq!(code(refused), "invalid-request", "{password:?}");
        }
        assert_eq!(told(&bench, &codes, NOW).await, "waiting");
        approve(&bench.portal, &ann, &codes.user, old, &given(PASSWORD)).await.unwrap();
        assert_eq!(told(&bench, &codes, NOW).await, "token");
    })
    .await;
}

#[tokio::test]
async fn codes_are_not_found_by_trying_and_requests_do_not_pile_up() {
    on_both(async |db| {
        let bench = Bench::make(db).await;
        let ann = bench.member("acme", "ann@acme.example", MemberRole::Owner).await;
        let typed = async |user: &UserCode, now| code(look(&bench.portal, ann.account, user, "192.0.2.1", now).await);
        let codes = asked(&bench, None).await;
        let wrong: UserCode = "BCDF-GHJK".parse().unwrap();
        for _ in 0..PER_ACCOUNT {
            assert_eq!(typed(&codes.user, NOW).await, "done", "a right one does not count");
            assert_eq!(typed(&wrong, NOW).await, "invalid-request");
        }
        assert_eq!(typed(&codes.user, NOW).await, "too-many-attempts");
        assert_eq!(typed(&wrong, NOW.after(WINDOW)).await, "invalid-request");

        let more = async |address| code(ask(&bench.portal, &wish(None), address, NOW).await);
        for _ in 1..PER_ACCOUNT {
            assert_eq!(more(ADDRESS).await, "done");
        }
        assert_eq!(more(ADDRESS).await, "too-many-attempts");
        assert_eq!(more("198.51.100.1").await, "done", "another network");
        let later = NOW.after(Duration::from_secs(1));
        let cy = bench.account("cy@other.example").await;
        deny(&bench.portal, cy, &codes.user, "198.51.100.2", later).await.unwrap();
        assert_eq!(more(ADDRESS).await, "done", "somebody has decided");

        for (input, what) in [
            (Ask { program: " ".into(), ..wish(None) }, "a name"),
            (Ask { program: "two\nlines".into(), ..wish(None) }, "one line"),
            (Ask { program: "x".repeat(61), ..wish(None) }, "a short name"),
            (Ask { scopes: BTreeSet::new(), ..wish(None) }, "scopes"),
        ] {
            assert_eq!(code(ask(&bench.portal, &input, ADDRESS, NOW).await), "invalid-request", "{what}");
        }
    })
    .await;
}
