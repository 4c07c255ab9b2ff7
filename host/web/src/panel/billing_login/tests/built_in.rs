//! With the built-in client area: the right account, the wrong one, none; and every answer that is not taken.

use std::time::Duration;

use annex_domain::ids::DeskId;
use annex_store::{
    audit,
    billing::logins::{self, Login},
};

use crate::client_area::tests::site::{Browser, PASSWORD, Page, Site, parameter};

async fn login(site: &Site, desk: DeskId) -> Option<Login> {
    logins::of_desk(&mut site.state.db.read().await.unwrap(), desk).await.unwrap()
}

/// The page that says why nobody was logged in.
async fn refused(browser: &Browser<'_>, callback: &str, code: &str) -> Page {
    let page = browser.get(callback).await;
    assert_eq!(page.code(), 400, "{callback}: {}", page.html);
    assert!(page.html.contains(&format!("data-code=\"{code}\"")), "{callback}: {}", page.html);
    assert!(page.html.contains("action=\"/billing/login\""), "it offers to try again");
    assert_eq!(login(browser.site, browser.site.desks.desk).await, None);
    page
}

/// An address with the value of a parameter changed.
fn changed(address: &str, name: &str, value: &str) -> String {
    let (path, query) = address.split_once('?').unwrap();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let pairs = pairs.into_iter().map(|(key, old)| if key == name { (key, value.to_owned()) } else { (key, old) });
    let pairs: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).collect();
    format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap())
}

#[tokio::test]
async fn a_new_host_is_logged_in_with_an_account_made_on_the_way() {
    let site = Site::start().await;
    let browser = site.admin().await;
    let authorize = browser.begin_login().await;
    let register = browser.get(&authorize).await.location();
    assert!(register.starts_with("/client-area/register?"), "{register}");
    assert_eq!(browser.get(&register).await.code(), 200);
    let next = parameter(&register, "next").unwrap();
    let form = [("next", next.as_str()), ("name", "Acme"), ("email", "pay@example.org"), ("password", PASSWORD)];
    let back = browser.post("/client-area/register", &form).await.location();
    let callback = browser.consent(&back).await;
    let done = browser.get(&callback).await;
    assert_eq!(done.location(), "/billing");
    let login = login(&site, site.desks.desk).await.unwrap();
    assert!(login.holds_licence);
    assert_eq!((login.account.email.as_str(), login.by), ("pay@example.org", site.desks.admin));
}

#[tokio::test]
async fn the_right_account_logs_the_desk_in_until_logout() {
    let site = Site::start().await;
    let account = site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    let asks = browser.get("/billing/login?next=/addons").await;
    assert!(asks.html.contains("value=\"/addons\""), "{}", asks.html);
    let page = browser.post("/billing/login", &[("next", "/addons")]).await;
    browser.client("pay@example.org").await;
    let callback = browser.consent(&page.location()).await;
    assert_eq!(browser.get(&callback).await.location(), "/addons");
    let login_now = login(&site, site.desks.desk).await.unwrap();
    assert!(login_now.holds_licence && login_now.account.id == account);
    assert_eq!(login(&site, site.desks.other_desk).await, None, "the other desk is not logged in");

    // It does not end with sessions; another login is not begun over it.
    site.clock.advance(Duration::from_secs(400 * 24 * 60 * 60));
    let browser = site.admin().await;
    assert!(login(&site, site.desks.desk).await.is_some());
    assert_eq!(browser.post("/billing/login", &[]).await.location(), "/billing");
    assert_eq!(browser.post("/billing/logout", &[]).await.location(), "/billing");
    assert_eq!(login(&site, site.desks.desk).await, None);
    let entries = audit::list(&mut site.state.db.read().await.unwrap(), site.desks.desk, None, 10).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert!(actions.contains(&"billing.login") && actions.contains(&"billing.logout"), "{actions:?}");
}

#[tokio::test]
async fn the_wrong_account_is_told_apart() {
    let site = Site::start().await;
    site.account("right@example.org", Some(site.desks.desk)).await;
    site.account("wrong@example.org", Some(site.desks.other_desk)).await;
    site.account("none@example.org", None).await;
    for email in ["wrong@example.org", "none@example.org"] {
        let browser = site.admin().await;
        let callback = browser.authorize(email).await;
        assert_eq!(browser.get(&callback).await.location(), "/billing");
        let login_now = login(&site, site.desks.desk).await.unwrap();
        assert_eq!((login_now.account.email.as_str(), login_now.holds_licence), (email, false));
        browser.post("/billing/logout", &[]).await;
        // The session at the client area goes on: another account is chosen on its page.
        let authorize = browser.begin_login().await;
        let other = browser.post("/client-area/sign-out", &[("next", &authorize)]).await;
        assert!(other.location().starts_with("/client-area/sign-in?next="), "{}", other.location());
    }
}

#[tokio::test]
async fn only_who_manages_add_ons_logs_in_and_out() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let admin = site.admin().await;
    let callback = admin.authorize("pay@example.org").await;
    let agent = site.operator(site.desks.desk, site.desks.agent).await;
    assert_eq!(agent.get("/billing/login").await.code(), 403);
    assert_eq!(agent.get(&callback).await.code(), 403);
    assert_eq!(agent.post("/billing/login", &[]).await.code(), 403);
    assert_eq!(agent.post("/billing/logout", &[]).await.code(), 403);
    assert!(site.browser().get(&callback).await.location().starts_with("/sign-in?"));
    assert_eq!(login(&site, site.desks.desk).await, None);
    // None of them used it up.
    admin.get(&callback).await;
    assert!(login(&site, site.desks.desk).await.is_some());
}

#[tokio::test]
async fn an_answer_belongs_to_the_session_that_asked() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    let callback = browser.authorize("pay@example.org").await;
    // The same person in another browser; the admin of another desk, whose browser was given somebody's code.
    refused(&site.admin().await, &callback, "state").await;
    let stranger = site.operator(site.desks.other_desk, site.desks.other_admin).await;
    assert_eq!(stranger.get(&callback).await.code(), 400);
    assert_eq!(login(&site, site.desks.other_desk).await, None);
    for wrong in ["", "0a", &"0".repeat(64)] {
        refused(&browser, &changed(&callback, "state", wrong), "state").await;
    }
    refused(&browser, &format!("{callback}&state=0a"), "state").await;
    // None of that used it up.
    assert_eq!(browser.get(&callback).await.location(), "/billing");
    assert!(login(&site, site.desks.desk).await.is_some());
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    let callback = browser.authorize("pay@example.org").await;
    assert_eq!(browser.get(&callback).await.code(), 303);
    browser.post("/billing/logout", &[]).await;
    refused(&browser, &callback, "state").await;
    // The code with the state of a new login: it was used, and is bound to another verifier.
    let old = parameter(&callback, "code").unwrap();
    let again = browser.begin_login().await;
    let fresh = browser.consent(&again).await;
    refused(&browser, &changed(&fresh, "code", &old), "code").await;
}

#[tokio::test]
async fn codes_of_another_login_do_not_work() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    // Two logins side by side: the code of one with the state of the other has the wrong verifier and nonce.
    let first = browser.authorize("pay@example.org").await;
    let begun = browser.begin_login().await;
    let second = browser.consent(&begun).await;
    let code = parameter(&first, "code").unwrap();
    refused(&browser, &changed(&second, "code", &code), "code").await;
    for wrong in ["", "0a"] {
        let begun = browser.begin_login().await;
        let callback = browser.consent(&begun).await;
        refused(&browser, &changed(&callback, "code", wrong), "code").await;
    }
}

#[tokio::test]
async fn answers_that_come_late_are_not_taken() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    let callback = browser.authorize("pay@example.org").await;
    site.clock.advance(Duration::from_secs(60));
    refused(&browser, &callback, "code").await;
    let begun = browser.begin_login().await;
    site.clock.advance(Duration::from_secs(29 * 60));
    browser.get("/profile").await;
    site.clock.advance(Duration::from_secs(60));
    browser.client("pay@example.org").await;
    let callback = browser.consent(&begun).await;
    refused(&browser, &callback, "state").await;
}

#[tokio::test]
async fn answers_of_another_issuer_and_errors_are_not_taken() {
    let site = Site::start().await;
    site.account("pay@example.org", Some(site.desks.desk)).await;
    let browser = site.admin().await;
    for (name, value, code) in [
        ("iss", "https://evil.example", "issuer"),
        ("iss", "http://127.0.0.1:1/client-area/", "issuer"),
        ("iss", "", "issuer"),
    ] {
        let callback = browser.authorize("pay@example.org").await;
        refused(&browser, &changed(&callback, name, value), code).await;
    }
    for (error, code) in [("access_denied", "given-up"), ("server_error", "by-issuer"), ("%3Cscript%3E", "by-issuer")] {
        let callback = browser.authorize("pay@example.org").await;
        let page = refused(&browser, &format!("{callback}&error={error}"), code).await;
        assert!(!page.html.contains("<script>"));
    }
}
