//! Letting a program in through the whole router: it gets a token once somebody has decided, and only then; and each thing that stops it.

use std::time::Duration;

use annex_domain::{
    addon::PublisherSlug,
    clock::Clock as _,
    device_code::WORKS,
    publisher::{MemberRole, PublisherStatus},
};
use annex_store::{
    catalog,
    publishers::{members, organisations},
    sessions::CONFIRMED,
    testing,
};
use serde_json::Value;

use crate::{
    client_area::tests::site::{Browser, PASSWORD, Site},
    drawn::HOSTILE,
    i18n::english,
    oidc::ForeignIssuer,
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "/portal/device";

/// The codes that a program was given.
struct Codes {
    device: String,
    user: String,
}

/// A publisher with one member, who is signed in.
async fn member<'s>(site: &'s Site, publisher: &str, role: MemberRole) -> Browser<'s> {
    let email = format!("{role}@{publisher}.example");
    let account = site.account(&email, None).await;
    let (slug, now): (PublisherSlug, _) = (publisher.parse().unwrap(), site.clock.now());
    let mut tx = testing::tx(&site.state.db).await;
    catalog::add_publisher(&mut tx, &slug, publisher, now).await.unwrap();
    members::add(&mut tx, &slug, account, role, now).await.unwrap();
    tx.commit().await.unwrap();
    let browser = site.browser();
    browser.client(&email).await;
    browser
}

/// What a program is answered.
async fn program(site: &Site, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let page = site.browser().post(path, form).await;
    (page.code(), serde_json::from_str(&page.html).unwrap_or_default())
}

async fn ask(site: &Site, more: &[(&str, &str)]) -> (u16, Value) {
    let usual = [("client_id", "annex-cli"), ("scope", "read submit"), ("client_name", "annex on box")];
    let kept = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let form: Vec<_> = kept.chain(more.iter().copied()).collect();
    program(site, "/oauth/device", &form).await
}

async fn codes(site: &Site, more: &[(&str, &str)]) -> Codes {
    let (status, answer) = ask(site, more).await;
    assert_eq!(status, 200, "{answer}");
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    assert_eq!(text("verification_uri"), "http://127.0.0.1:1/portal/device");
    assert_eq!(
        text("verification_uri_complete"),
        format!("http://127.0.0.1:1/portal/device?code={}", text("user_code"))
    );
    Codes { device: text("device_code"), user: text("user_code") }
}

/// The error that a program is told when it asks for its token; or the token.
async fn told(site: &Site, device: &str) -> String {
    let form = [("grant_type", GRANT), ("client_id", "annex-cli"), ("device_code", device)];
    let (status, answer) = program(site, "/oauth/token", &form).await;
    let name = if status == 200 { "access_token" } else { "error" };
    answer[name].as_str().unwrap_or_else(|| panic!("{status} {answer}")).to_owned()
}

#[tokio::test]
async fn a_program_is_let_in_by_the_code_that_it_shows() {
    let site = Site::start().await;
    let ann = member(&site, "acme", MemberRole::Developer).await;
    let codes = codes(&site, &[("publisher", "acme")]).await;
    assert_eq!(told(&site, &codes.device).await, "authorization_pending");

    // The link alone does nothing; the code is read in any case.
    let filled = ann.get(&format!("{PAGE}?code={}", codes.user)).await.html;
    assert!(filled.contains(&format!("value=\"{}\"", codes.user)) && !filled.contains("annex on box"), "{filled}");
    let shown = ann.post(PAGE, &[("user_code", &codes.user.to_lowercase())]).await;
    let t = english();
    let (scope, text) = (t.get("portal-scope-submit"), t.get("portal-device-text"));
    for part in ["annex on box", codes.user.as_str(), scope.as_str(), text.as_str()] {
        assert!(shown.code() == 200 && shown.html.contains(part), "{part}: {}", shown.html);
    }
    assert!(!shown.html.contains("type=\"password\""), "who has just signed in is not asked again");
    assert!(!shown.html.contains(&t.get("portal-scope-publish")), "that was not asked for");
    let form = [("user_code", codes.user.as_str()), ("publisher", "acme")];
    let done = ann.post("/portal/device/approve", &form).await;
    assert!(ann.follow(done).await.1.html.contains("annex on box"));

    let token = told(&site, &codes.device).await;
    assert!(token.starts_with("annp_"), "{token}");
    assert_eq!(told(&site, &codes.device).await, "invalid_grant", "a code gives one token");
    assert_eq!(ann.post("/portal/device/approve", &form).await.code(), 422, "and is decided once");
    assert!(ann.get("/portal/publishers/acme/tokens").await.html.contains("annex on box"));
}

#[tokio::test]
async fn what_is_not_decided_or_denied_gives_nothing() {
    let site = Site::start().await;
    let ann = member(&site, "acme", MemberRole::Owner).await;
    for wrong in ["", "nonsense", "BCDF-GHJK"] {
        let refused = ann.post(PAGE, &[("user_code", wrong)]).await;
        assert!(refused.code() == 422 && refused.html.contains("id=\"e-user_code\""), "{wrong}: {}", refused.html);
    }
    assert_eq!(told(&site, "nonsense").await, "invalid_grant");
    let denied = codes(&site, &[]).await;
    assert_eq!(ann.post("/portal/device/deny", &[("user_code", &denied.user)]).await.code(), 303);
    assert_eq!(told(&site, &denied.device).await, "access_denied");
    let hasty = codes(&site, &[]).await;
    assert_eq!(told(&site, &hasty.device).await, "authorization_pending");
    assert_eq!(told(&site, &hasty.device).await, "slow_down");
    site.clock.advance(Duration::from_secs(5));
    assert_eq!(told(&site, &hasty.device).await, "slow_down", "ten seconds now");
    site.clock.advance(Duration::from_secs(15));
    assert_eq!(told(&site, &hasty.device).await, "authorization_pending");
    site.clock.advance(WORKS);
    assert_eq!(told(&site, &hasty.device).await, "expired_token");
    assert_eq!(ann.post(PAGE, &[("user_code", &hasty.user)]).await.code(), 422);
    let signed_out = site.browser().get(&format!("{PAGE}?code={}", hasty.user)).await;
    assert_eq!(signed_out.parameter("next"), Some(format!("{PAGE}?code={}", hasty.user)));
}

#[tokio::test]
async fn nobody_lets_a_program_in_to_what_is_not_theirs() {
    let site = Site::start().await;
    let cy = member(&site, "other", MemberRole::Owner).await;
    let fay = member(&site, "acme", MemberRole::Finance).await;
    let codes = codes(&site, &[("publisher", "acme")]).await;
    for browser in [&cy, &fay] {
        let shown = browser.post(PAGE, &[("user_code", &codes.user)]).await.html;
        assert!(!shown.contains("/portal/device/approve") && shown.contains("/portal/device/deny"), "{shown}");
    }
    let approve = async |browser: &Browser<'_>, publisher: &str| {
        browser.post("/portal/device/approve", &[("user_code", &codes.user), ("publisher", publisher)]).await.code()
    };
    assert_eq!(approve(&cy, "other").await, 404, "it asks for another publisher");
    assert_eq!(approve(&cy, "acme").await, 404);
    assert_eq!(approve(&cy, "no such").await, 404);
    assert_eq!(approve(&fay, "acme").await, 403);
    assert_eq!(told(&site, &codes.device).await, "authorization_pending");
}

#[tokio::test]
async fn a_sign_in_that_is_old_takes_the_password_and_a_name_stays_a_text() {
    let site = Site::start().await;
    let ann = member(&site, "acme", MemberRole::Owner).await;
    site.clock.advance(CONFIRMED);
    let codes = codes(&site, &[("client_name", HOSTILE)]).await;
    assert!(ann.post(PAGE, &[("user_code", &codes.user)]).await.html.contains("type=\"password\""));
    let approve = async |password: &str| {
        let form = [("user_code", codes.user.as_str()), ("publisher", "acme"), ("password", password)];
        ann.post("/portal/device/approve", &form).await
    };
    let refused = approve("wrong").await;
    assert!(refused.code() == 422 && refused.html.contains("id=\"e-password\""), "{}", refused.html);
    assert_eq!(approve(PASSWORD).await.code(), 303);

    let slug: PublisherSlug = "acme".parse().unwrap();
    let set = async |status| {
        let mut tx = testing::tx(&site.state.db).await;
        organisations::set_status(&mut tx, &slug, status).await.unwrap();
        tx.commit().await.unwrap();
    };
    set(PublisherStatus::Suspended).await;
    assert_eq!(told(&site, &codes.device).await, "access_denied");
    set(PublisherStatus::Active).await;
    assert!(told(&site, &codes.device).await.starts_with("annp_"));
}

#[tokio::test]
async fn programs_that_ask_wrongly_are_told_what_is_wrong() {
    let site = Site::start().await;
    let long = "x".repeat(61);
    for (more, expected) in [
        (("client_id", "somebody"), (401, "invalid_client")),
        (("scope", ""), (400, "invalid_request")),
        (("scope", "read everything"), (400, "invalid_scope")),
        (("publisher", "No such"), (400, "invalid_request")),
        (("client_name", long.as_str()), (400, "invalid_request")),
        (("client_name", "two\nlines"), (400, "invalid_request")),
    ] {
        let (status, answer) = ask(&site, &[more]).await;
        assert_eq!((status, answer["error"].as_str()), (expected.0, Some(expected.1)), "{more:?}");
    }
    let mut last = (0, Value::Null);
    for _ in 0..11 {
        last = ask(&site, &[]).await;
    }
    assert_eq!((last.0, last.1["error"].as_str()), (429, Some("slow_down")), "{}", last.1);

    let issuer = ForeignIssuer::new("http://127.0.0.1:1".into(), "annex".into(), None).unwrap();
    let foreign = Site::start_with(Some(issuer)).await;
    let (status, answer) = ask(&foreign, &[]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("unauthorized_client")));
}
