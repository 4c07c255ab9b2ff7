//! The desk is logged in to billing at an issuer that is not ours: npm's oidc-provider, as a process of its own. The right
//! account, the wrong one, none; over restarts; and everything that an issuer, or whoever stands between, may get wrong.

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::support::{
    api::Api,
    browser::{Browser, Page},
    database::Database,
    host::{Host, Setup},
    on_each_database,
    peer::{Peer, have},
};

/// The foreign issuer.
struct Issuer {
    peer: Peer,
    client: reqwest::Client,
}

impl Issuer {
    /// None where npm's package is not: `make test` says so, and with `CI=true` fails.
    fn start() -> Option<Self> {
        if !have("oidc-provider", &["npm/node_modules/oidc-provider"]) {
            return None;
        }
        Some(Self { peer: Peer::start("oidc.py", &[]), client: reqwest::Client::new() })
    }

    async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_control/{path}", self.peer.url);
        let answer = self.client.request(method, url).json(body).send().await.expect("the issuer answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap_or_default()
    }

    /// Lets an account hold the licence of desks.
    async fn holds(&self, account: &str, desks: &[&str]) {
        self.control(Method::PUT, &format!("accounts/{account}"), &json!({ "annex_desks": desks })).await;
    }

    /// Misbehaves the next time.
    async fn misbehave(&self, mode: &str) {
        self.control(Method::POST, "mode", &json!({ "mode": mode, "times": 1 })).await;
    }

    /// What a browser does there: signs in as `account`. Answers where it is sent in the end.
    async fn visit(&self, address: &str, account: &str) -> Url {
        self.control(Method::POST, "login", &json!({ "account": account })).await;
        let answer = self.control(Method::POST, "authorize", &json!({ "url": address })).await;
        answer["location"].as_str().expect("a redirect").parse().expect("a URL")
    }
}

/// A host that logs in there.
async fn host(database: Database, issuer: &Issuer) -> Host {
    let options = [
        ("--billing-issuer", issuer.peer.url.as_str()),
        ("--billing-client-id", "annex"),
        ("--billing-client-secret", "annex-secret"),
    ];
    let mut setup = Setup::new(database).at_one_address();
    for (name, value) in options {
        setup = setup.argument(name).argument(value);
    }
    setup.start().await
}

async fn desk_of(api: &Api) -> String {
    api.get("/me").await["desk"]["id"].as_str().expect("an id").to_owned()
}

/// Presses Login; the address of the issuer that the browser is led to.
async fn leave(browser: &Browser, issuer: &Issuer) -> String {
    let to = browser.led_to("/billing/login").await;
    assert!(to.starts_with(&format!("{}/", issuer.peer.url)), "{to}");
    to
}

/// What the callback says.
async fn come_back(browser: &Browser, callback: &Url) -> Page {
    let query = callback.query().expect("an answer");
    assert_eq!(callback.path(), "/billing/callback");
    browser.visit(&format!("/billing/callback?{query}")).await
}

async fn log_in(browser: &Browser, issuer: &Issuer, account: &str) -> Page {
    let to = leave(browser, issuer).await;
    let callback = issuer.visit(&to, account).await;
    come_back(browser, &callback).await
}

async fn log_out(browser: &Browser) {
    let page = browser.get("/billing").await;
    browser.submit(&page, "form[action='/billing/logout']", &[]).await.expect("logged out");
}

/// Nobody was logged in, and it says why.
#[track_caller]
fn refused(page: &Page, code: &str, what: &str) {
    assert!(page.has(&format!("[data-code='{code}']")), "{what}: expected {code}, {}:\n{}", page.status, page.text());
    assert!(page.has("form[action='/billing/login']"), "{what}: it can be tried again");
}

on_each_database!(a_desk_is_logged_in_until_somebody_logs_it_out);

async fn a_desk_is_logged_in_until_somebody_logs_it_out(database: Database) {
    let Some(issuer) = Issuer::start() else { return };
    let mut host = host(database, &issuer).await;
    let (browser, desk) = (host.browser().await, desk_of(&host.api()).await);
    issuer.holds("ada", &[&desk]).await;

    // The right account; the login is the desk's, and outlives the host and every session.
    let page = browser.get("/billing/login").await;
    page.expect("127.0.0.1");
    let form = browser.submit(&page, "form[action='/billing/login']", &[]).await;
    assert!(form.url.as_str().starts_with(&issuer.peer.url), "{}", form.url);
    let page = browser.submit(&form, "form", &[("account", "ada")]).await;
    assert_eq!((page.status, page.url.path()), (200, "/billing"), "{}", page.text());
    page.expect("ada@example.com");
    host.restart_with(Vec::<(&str, &str)>::new());
    let browser = host.browser().await;
    browser.get("/billing").await.expect("ada@example.com");
    log_out(&browser).await;

    // The wrong account (R6): said, and only Logout is offered; everything else that costs is refused.
    issuer.holds("bob", &["00000000-0000-7000-8000-000000000000"]).await;
    let wrong = log_in(&browser, &issuer, "bob").await;
    wrong.expect("doesn’t hold this help desk’s licence");
    assert!(wrong.has("form[action='/billing/logout']") && !wrong.has("form[action='/billing/login']"));
    log_out(&browser).await;

    // An account that says nothing of desks is the wrong one as well; nobody is logged in after giving up.
    issuer.misbehave("no-desks").await;
    log_in(&browser, &issuer, "ada").await.expect("doesn’t hold this help desk’s licence");
    log_out(&browser).await;
    issuer.misbehave("error").await;
    refused(&log_in(&browser, &issuer, "ada").await, "given-up", "error");
    log_in(&browser, &issuer, "ada").await.expect("ada@example.com");
}

on_each_database!(what_an_issuer_gets_wrong_is_refused);

async fn what_an_issuer_gets_wrong_is_refused(database: Database) {
    let Some(issuer) = Issuer::start() else { return };
    let host = host(database, &issuer).await;
    let (browser, desk) = (host.browser().await, desk_of(&host.api()).await);
    issuer.holds("ada", &[&desk]).await;
    // A first login, so that there is a code that was used.
    log_in(&browser, &issuer, "ada").await.expect("ada@example.com");
    log_out(&browser).await;
    for (mode, code) in [
        ("wrong-nonce", "token"),
        ("no-nonce", "token"),
        ("wrong-audience", "token"),
        ("extra-audience", "token"),
        ("wrong-issuer", "token"),
        ("expired", "token"),
        ("issued-in-future", "token"),
        ("wrong-key", "token"),
        ("unsigned", "token"),
        ("hs256", "token"),
        ("wrong-state", "state"),
        ("wrong-iss", "issuer"),
        ("replayed-code", "code"),
        ("token-500", "unreachable"),
        ("token-garbage", "code"),
    ] {
        let to = leave(&browser, &issuer).await;
        issuer.misbehave(mode).await;
        let callback = issuer.visit(&to, "ada").await;
        refused(&come_back(&browser, &callback).await, code, mode);
        browser.get("/billing").await.expect_not("ada@example.com");
    }
    issuer.misbehave("wrong-discovery").await;
    let page = browser.get("/billing/login").await;
    refused(&browser.submit(&page, "form[action='/billing/login']", &[]).await, "issuer", "wrong-discovery");
    log_in(&browser, &issuer, "ada").await.expect("ada@example.com");
}

on_each_database!(an_answer_is_for_one_session_once);

async fn an_answer_is_for_one_session_once(database: Database) {
    let Some(issuer) = Issuer::start() else { return };
    let host = host(database, &issuer).await;
    let (browser, desk) = (host.browser().await, desk_of(&host.api()).await);
    issuer.holds("ada", &[&desk]).await;
    let to = leave(&browser, &issuer).await;
    let callback = issuer.visit(&to, "ada").await;
    // The same admin in another browser; then whoever has no session at all.
    refused(&come_back(&host.browser().await, &callback).await, "state", "another session");
    assert_eq!(come_back(&host.fresh_browser(), &callback).await.url.path(), "/sign-in");
    browser.get("/billing").await.expect_not("ada@example.com");
    // That did not use it up; the first use does.
    come_back(&browser, &callback).await.expect("ada@example.com");
    log_out(&browser).await;
    refused(&come_back(&browser, &callback).await, "state", "the same answer again");
    // The issuer takes a verifier but for its own challenge: the code of another login does not work.
    let (first, second) = (leave(&browser, &issuer).await, leave(&browser, &issuer).await);
    let (mut first, second) = (issuer.visit(&first, "ada").await, issuer.visit(&second, "ada").await);
    let code = second.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let pairs: Vec<(String, String)> = first.query_pairs().into_owned().collect();
    first.query_pairs_mut().clear().extend_pairs(pairs.iter().map(|(name, value)| {
        let value = if name == "code" { &code } else { value };
        (name, value)
    }));
    refused(&come_back(&browser, &first).await, "code", "the code of another login");
}

on_each_database!(a_billing_system_that_is_away_is_said_to_be);

async fn a_billing_system_that_is_away_is_said_to_be(database: Database) {
    let Some(issuer) = Issuer::start() else { return };
    let host = host(database, &issuer).await;
    let browser = host.browser().await;
    let page = browser.get("/billing/login").await;
    drop(issuer);
    let page = browser.submit(&page, "form[action='/billing/login']", &[]).await;
    assert_eq!(page.status, 502, "{}", page.text());
    page.expect("Add-ons keep running");
    browser.get("/billing").await;
}
