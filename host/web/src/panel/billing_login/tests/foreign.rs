//! With another issuer: what is asked of it, what is believed, and each thing that is not.

use annex_store::billing::{
    accounts,
    logins::{self, Login},
};
use axum::http::header;
use serde_json::json;

use super::issuer::{CODE, FakeIssuer, Mischief, SECRET};
use crate::{
    client_area::tests::site::{Browser, Page, Site, parameter},
    oidc::ForeignIssuer,
};

struct World {
    site: Site,
    issuer: FakeIssuer,
}

impl World {
    async fn start() -> Self {
        let issuer = FakeIssuer::start(1_800_000_000).await;
        let foreign = ForeignIssuer::new(issuer.url.clone(), "annex".into(), Some(SECRET.into())).unwrap();
        let site = Site::start_with(Some(foreign)).await;
        let desk = site.desks.desk.to_string();
        issuer.set(|inner| inner.desks = json!([desk]));
        Self { site, issuer }
    }

    /// Sends a browser away; the address of the issuer that it is led to.
    async fn begin(&self, browser: &Browser<'_>) -> String {
        let page = browser.post("/billing/login", &[("next", "/addons")]).await;
        assert_eq!(page.code(), 200, "another host is led to by a page: {}", page.html);
        let to = page.headers[header::REFRESH].to_str().unwrap().strip_prefix("0;url=").unwrap().to_owned();
        assert!(to.starts_with(&format!("{}/authorize?", self.issuer.url)), "{to}");
        self.issuer.set(|inner| {
            inner.nonce = parameter(&to, "nonce").unwrap();
            inner.challenge = parameter(&to, "code_challenge").unwrap();
        });
        to
    }

    /// A login with something wrong.
    async fn log_in(&self, browser: &Browser<'_>, mischief: Mischief) -> Page {
        self.issuer.set(|inner| inner.mischief = Mischief::Nothing);
        let to = self.begin(browser).await;
        self.issuer.set(|inner| inner.mischief = mischief);
        browser.get(&format!("/billing/callback?code={CODE}&state={}", parameter(&to, "state").unwrap())).await
    }

    async fn login(&self) -> Option<Login> {
        logins::of_desk(&mut self.site.state.db.read().await.unwrap(), self.site.desks.desk).await.unwrap()
    }
}

#[tokio::test]
async fn an_honest_issuer_is_believed() {
    let world = World::start().await;
    let browser = world.site.admin().await;
    let asks = browser.get("/billing/login").await;
    assert!(asks.html.contains("127.0.0.1"), "it says where it leads");
    let to = world.begin(&browser).await;
    let wanted = [
        ("response_type", "code"),
        ("client_id", "annex"),
        ("redirect_uri", "http://127.0.0.1:1/billing/callback"),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
        ("prompt", "login"),
    ];
    for (name, value) in wanted {
        assert_eq!(parameter(&to, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(parameter(&to, "annex_claim"), None, "claims are for the built-in client area");
    assert_eq!(world.log_in(&browser, Mischief::Nothing).await.location(), "/addons");
    let login = world.login().await.unwrap();
    assert!(login.holds_licence);
    assert_eq!((login.account.issuer.as_str(), login.account.subject.as_str()), (world.issuer.url.as_str(), "ada"));
    assert_eq!(login.account.email, "ada@example.org");
}

#[tokio::test]
async fn the_link_is_to_the_subject_and_never_to_an_address() {
    let world = World::start().await;
    // An account of the client area with the same address, which holds the desk's licence there.
    let own = world.site.account("ada@example.org", Some(world.site.desks.desk)).await;
    let browser = world.site.admin().await;
    world.issuer.set(|inner| inner.desks = json!([]));
    world.log_in(&browser, Mischief::Nothing).await;
    let first = world.login().await.unwrap();
    assert!(first.account.id != own && !first.holds_licence, "{first:?}");
    browser.post("/billing/logout", &[]).await;
    // The same subject with another address is the same account; another subject with the same address is not.
    world.issuer.set(|inner| inner.email = json!("new@example.org"));
    world.log_in(&browser, Mischief::Nothing).await;
    let second = world.login().await.unwrap();
    assert_eq!((second.account.id, second.account.email.as_str()), (first.account.id, "new@example.org"));
    browser.post("/billing/logout", &[]).await;
    world.issuer.set(|inner| inner.subject = "eve".into());
    world.log_in(&browser, Mischief::Nothing).await;
    assert_ne!(world.login().await.unwrap().account.id, first.account.id);
}

#[tokio::test]
async fn an_account_without_the_desks_licence_is_the_wrong_one() {
    let world = World::start().await;
    let browser = world.site.admin().await;
    let other = world.site.desks.other_desk.to_string();
    world.issuer.set(|inner| inner.desks = json!([other]));
    assert_eq!(world.log_in(&browser, Mischief::Nothing).await.location(), "/billing");
    assert!(!world.login().await.unwrap().holds_licence);
    let mut conn = world.site.state.db.read().await.unwrap();
    assert_eq!(accounts::licence_holder(&mut conn, world.site.desks.desk).await.unwrap(), None);
}

#[tokio::test]
async fn without_an_address_invoices_go_to_whoever_logged_in() {
    let world = World::start().await;
    let browser = world.site.admin().await;
    for email in [json!(null), json!("not an address")] {
        world.issuer.set(|inner| inner.email = email);
        world.log_in(&browser, Mischief::Nothing).await;
        let mut conn = world.site.state.db.read().await.unwrap();
        let admin = annex_store::operators::get(&mut conn, world.site.desks.desk, world.site.desks.admin).await;
        assert_eq!(world.login().await.unwrap().account.email, admin.unwrap().email);
        drop(conn);
        browser.post("/billing/logout", &[]).await;
    }
}

#[tokio::test]
async fn each_thing_that_is_wrong_is_refused() {
    use Mischief::*;
    let world = World::start().await;
    let browser = world.site.admin().await;
    for (mischief, status, code) in [
        (Nonce, 400, "token"),
        (NoNonce, 400, "token"),
        (Audience, 400, "token"),
        (ExtraAudience, 400, "token"),
        (Issuer, 400, "token"),
        (Expired, 400, "token"),
        (IssuedInFuture, 400, "token"),
        (IssuedLongAgo, 400, "token"),
        (OtherKey, 400, "token"),
        (SharedKey, 400, "token"),
        (Unsigned, 400, "token"),
        (AccessTokenHash, 400, "token"),
        (Missing, 400, "token"),
        (Garbage, 400, "code"),
        (OtherIssuer, 400, "issuer"),
        (InsecureTokenEndpoint, 502, "unreachable"),
        (RedirectsTokens, 400, "code"),
        (Fails, 502, "unreachable"),
        (Endless, 502, "unreachable"),
    ] {
        let page = world.log_in(&browser, mischief).await;
        assert_eq!(page.code(), status, "{mischief:?}: {}", page.html);
        assert!(page.html.contains(&format!("data-code=\"{code}\"")), "{mischief:?}: {}", page.html);
        assert_eq!(world.login().await, None, "{mischief:?}");
    }
    assert_eq!(world.log_in(&browser, Nothing).await.code(), 303, "and nothing of that lasts");
}

#[tokio::test]
async fn an_issuer_that_is_not_there_is_said_to_be() {
    let world = World::start().await;
    let browser = world.site.admin().await;
    world.issuer.set(|inner| inner.mischief = Mischief::OtherIssuer);
    assert_eq!(browser.post("/billing/login", &[]).await.code(), 400);
    // Nobody listens on port 1 of loopback.
    let foreign = ForeignIssuer::new("http://127.0.0.1:1".into(), "annex".into(), None).unwrap();
    let site = Site::start_with(Some(foreign)).await;
    let page = site.admin().await.post("/billing/login", &[]).await;
    assert_eq!(page.code(), 502);
    assert!(page.html.contains("Add-ons keep running"), "{}", page.html);
}

#[tokio::test]
async fn a_state_of_another_issuer_is_not_taken() {
    let world = World::start().await;
    let browser = world.site.admin().await;
    let to = world.begin(&browser).await;
    let state = parameter(&to, "state").unwrap();
    let asked = || world.issuer.inner.lock().unwrap().asked;
    let path = format!("/billing/callback?code={CODE}&state={state}&iss=https%3A%2F%2Fevil.example");
    assert!(browser.get(&path).await.html.contains("data-code=\"issuer\""));
    assert_eq!(asked(), 0, "no code is sent anywhere");
}
