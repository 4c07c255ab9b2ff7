//! The client area as an issuer: what it says of itself, what it refuses, and that a code is good once, for a minute, for
//! whom it was made.

use std::time::Duration;

use annex_domain::{
    clock::{Clock as _, Timestamp},
    ids::DeskId,
};
use annex_store::billing::accounts;
use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    ClientId, IssuerUrl, Nonce, TokenResponse as _,
    core::{CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde_json::Value;
use tower::ServiceExt as _;

use super::site::{Browser, PASSWORD, Page, Site, parameter};
use crate::{
    client_area::claim,
    issuer::client_area::{CLIENT_ID, moment},
    oidc::{Metadata, TokenAnswer},
};

const CALLBACK: &str = "http://127.0.0.1:1/billing/callback";
const ISSUER: &str = "http://127.0.0.1:1/client-area";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const ASKED: [(&str, &str); 8] = [
    ("response_type", "code"),
    ("client_id", CLIENT_ID),
    ("redirect_uri", CALLBACK),
    ("scope", "openid email"),
    ("state", "s1"),
    ("nonce", "n1"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// The address of the authorization endpoint with a parameter changed; an empty value leaves it out.
fn authorize(changed: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(&str, &str)> = ASKED.into();
    for (name, value) in changed {
        pairs.retain(|(key, _)| key != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    format!("/client-area/authorize?{}", serde_urlencoded::to_string(pairs).unwrap())
}

/// A code for an account that holds the first desk's licence.
async fn code(site: &Site) -> String {
    if accounts::licence_holder(&mut site.state.db.read().await.unwrap(), site.desks.desk).await.unwrap().is_none() {
        site.account("payer@example.org", Some(site.desks.desk)).await;
    }
    let browser = site.browser();
    browser.client("payer@example.org").await;
    let page = browser.post(&authorize(&[]), &[]).await;
    assert_eq!((page.parameter("state").as_deref(), page.parameter("iss").as_deref()), (Some("s1"), Some(ISSUER)));
    page.parameter("code").unwrap()
}

fn exchange<'f>(code: &'f str, changed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", CLIENT_ID),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changed {
        pairs.retain(|(key, _)| key != name);
        pairs.push((name, value));
    }
    pairs
}

/// Status and body of the token endpoint, asked as a server asks: without cookies or headers of browsers.
async fn trade(site: &Site, form: &[(&str, &str)]) -> (u16, Value) {
    let request = Request::post("/client-area/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from(serde_urlencoded::to_string(form).unwrap());
    let response = site.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn keys_of(browser: &Browser<'_>) -> String {
    browser.get("/client-area/jwks").await.html
}

#[tokio::test]
async fn it_says_who_it_is_and_signs_with_the_key_that_it_shows() {
    let site = Site::start().await;
    let browser = site.browser();
    let document = browser.get("/client-area/.well-known/openid-configuration").await;
    let metadata: Metadata = serde_json::from_str(&document.html).unwrap();
    assert_eq!(metadata.issuer().as_str(), ISSUER);
    assert_eq!(metadata.token_endpoint().unwrap().as_str(), format!("{ISSUER}/token"));
    assert_eq!(metadata.additional_metadata().code_challenge_methods_supported.as_deref().unwrap(), ["S256"]);
    let first = keys_of(&browser).await;
    let keys: CoreJsonWebKeySet = serde_json::from_str(&first).unwrap();

    let code = code(&site).await;
    let (status, answer) = trade(&site, &exchange(&code, &[])).await;
    assert_eq!(status, 200, "{answer}");
    let answer: TokenAnswer = serde_json::from_value(answer).unwrap();
    let now = moment(site.state.clock.now());
    let verifier = CoreIdTokenVerifier::new_public_client(
        ClientId::new(CLIENT_ID.into()),
        IssuerUrl::new(ISSUER.into()).unwrap(),
        keys,
    )
    .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
    .set_time_fn(move || now);
    let claims = answer.id_token().unwrap().claims(&verifier, &Nonce::new("n1".into())).unwrap();
    assert_eq!(claims.email().unwrap().as_str(), "payer@example.org");
    assert_eq!(claims.additional_claims().annex_desks, [site.desks.desk.to_string()]);
    assert!(claims.access_token_hash().is_some());
    assert_eq!(claims.auth_time(), Some(now), "when the password was given");
    assert_eq!(keys_of(&browser).await, first, "the key stays");
    assert!(answer.id_token().unwrap().claims(&verifier, &Nonce::new("n2".into())).is_err());
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_panels() {
    let site = Site::start().await;
    site.account("payer@example.org", Some(site.desks.desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", authorize(&[]));
    for path in [
        authorize(&[("client_id", "other")]),
        authorize(&[("client_id", "")]),
        authorize(&[("redirect_uri", "")]),
        authorize(&[("redirect_uri", "https://evil.example/billing/callback")]),
        authorize(&[("redirect_uri", "http://127.0.0.1:1/billing/callback/")]),
        authorize(&[("redirect_uri", "http://127.0.0.1:1/billing/callback?x=y")]),
        authorize(&[("redirect_uri", "http://127.0.0.1:1/billing/callback.evil.example")]),
        authorize(&[("redirect_uri", "http://127.0.0.1:1/billing/../billing/callback")]),
        twice,
    ] {
        for page in [browser.get(&path).await, browser.post(&path, &[]).await] {
            assert_eq!(page.code(), 400, "{path}");
            assert!(!page.headers.contains_key(header::LOCATION), "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_without_pkce_nonce_or_state_goes_back_with_an_error() {
    let site = Site::start().await;
    site.account("payer@example.org", Some(site.desks.desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
    ] {
        let page = browser.post(&authorize(&[changed]), &[]).await;
        assert_eq!(page.parameter("error").as_deref(), Some(error), "{changed:?}");
        assert_eq!(page.parameter("iss").as_deref(), Some(ISSUER));
        assert_eq!(page.parameter("code"), None);
    }
    let repeated = browser.post(&format!("{}&nonce=n2", authorize(&[])), &[]).await;
    assert_eq!(repeated.parameter("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn nothing_happens_before_the_account_was_asked() {
    let site = Site::start().await;
    site.account("payer@example.org", Some(site.desks.desk)).await;
    let browser = site.browser();
    let silent = authorize(&[("prompt", "none")]);
    assert_eq!(browser.get(&silent).await.parameter("error").as_deref(), Some("login_required"));
    let page = browser.get(&authorize(&[])).await;
    assert!(page.location().starts_with("/client-area/sign-in?next="), "{}", page.location());
    // Without a session a POST leads to the sign-in as well, and makes no code.
    assert!(browser.post(&authorize(&[]), &[]).await.location().starts_with("/client-area/sign-in?next="));
    browser.client("payer@example.org").await;
    assert_eq!(browser.get(&silent).await.parameter("error").as_deref(), Some("interaction_required"));
    let asks = browser.get(&authorize(&[])).await;
    assert_eq!(asks.code(), 200);
    assert!(asks.html.contains("payer@example.org"));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let site = Site::start().await;
    let code = code(&site).await;
    assert_eq!(trade(&site, &exchange(&code, &[])).await.0, 200);
    let (status, body) = trade(&site, &exchange(&code, &[])).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
    assert!(body["error_description"].as_str().unwrap().contains("used"));
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let site = Site::start().await;
    let first = code(&site).await;
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(trade(&site, &exchange(&first, &[])).await.1["error"], "invalid_grant");
    let second = code(&site).await;
    site.clock.advance(Duration::from_secs(59));
    assert_eq!(trade(&site, &exchange(&second, &[])).await.0, 200);
}

#[tokio::test]
async fn a_code_is_good_for_whom_it_was_made() {
    let site = Site::start().await;
    let other = VERIFIER.replace('d', "e");
    for (changed, status, error) in [
        (("code_verifier", other.as_str()), 400, "invalid_grant"),
        (("code_verifier", CHALLENGE), 400, "invalid_grant"),
        (("code_verifier", ""), 400, "invalid_grant"),
        (("redirect_uri", "http://127.0.0.1:1/billing/callback/"), 400, "invalid_grant"),
        (("redirect_uri", ""), 400, "invalid_grant"),
        (("code", "0a"), 400, "invalid_grant"),
        (("client_id", "other"), 401, "invalid_client"),
        (("client_secret", "x"), 401, "invalid_client"),
        (("grant_type", "refresh_token"), 400, "unsupported_grant_type"),
    ] {
        let code = code(&site).await;
        let (found, body) = trade(&site, &exchange(&code, &[changed])).await;
        assert_eq!((found, body["error"].as_str()), (status, Some(error)), "{changed:?}");
        assert_eq!(body.get("id_token"), None);
    }
    // A verifier cannot be guessed at: the first wrong one uses the code up.
    let code = code(&site).await;
    trade(&site, &exchange(&code, &[("code_verifier", &other)])).await;
    assert_eq!(trade(&site, &exchange(&code, &[])).await.1["error"], "invalid_grant");
    let mut twice = exchange(&code, &[]);
    twice.push(("client_id", CLIENT_ID));
    assert_eq!(trade(&site, &twice).await.1["error"], "invalid_request");
}

async fn holder(site: &Site, desk: DeskId) -> Option<String> {
    let mut conn = site.state.db.read().await.unwrap();
    let id = accounts::licence_holder(&mut conn, desk).await.unwrap()?;
    Some(accounts::get(&mut conn, id).await.unwrap().email)
}

async fn register(site: &Site, authorize: &str, email: &str) -> Page {
    let form = [("next", authorize), ("name", "Somebody"), ("email", email), ("password", super::site::PASSWORD)];
    site.browser().post("/client-area/register", &form).await
}

#[tokio::test]
async fn the_first_account_of_a_desk_takes_its_licence_and_no_second_one() {
    let site = Site::start().await;
    let (desk, now) = (site.desks.desk, site.state.clock.now());
    let claim = claim::make(site.state.lifecycle.vault(), desk, now).unwrap();
    let with_claim = authorize(&[("annex_claim", &claim)]);
    // Without a session, a claim leads to making an account.
    let page = site.browser().get(&with_claim).await;
    assert!(page.location().starts_with("/client-area/register?next="));
    assert_eq!(parameter(&page.location(), "next").as_deref(), Some(with_claim.as_str()));

    assert_eq!(register(&site, &with_claim, "not an address").await.code(), 422);
    assert_eq!(holder(&site, desk).await, None);
    let done = register(&site, &with_claim, "first@example.org").await;
    assert_eq!((done.code(), done.location()), (303, with_claim.clone()));
    assert_eq!(holder(&site, desk).await.as_deref(), Some("first@example.org"));
    assert_eq!(register(&site, &with_claim, "second@example.org").await.code(), 403);
    assert_eq!(holder(&site, desk).await.as_deref(), Some("first@example.org"));
    let mut conn = site.state.db.read().await.unwrap();
    assert!(accounts::by_email(&mut conn, "second@example.org").await.unwrap().is_none(), "nothing is left behind");
}

#[tokio::test]
async fn an_account_is_made_with_a_claim_of_the_panel_only() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let claim = claim::make(site.state.lifecycle.vault(), site.desks.desk, now).unwrap();
    let gone = claim::make(site.state.lifecycle.vault(), DeskId::new(), now).unwrap();
    let forged = claim.replace(&claim[..2], "AB");
    for path in [authorize(&[]), authorize(&[("annex_claim", &gone)]), authorize(&[("annex_claim", &forged)])] {
        assert_eq!(register(&site, &path, "a@example.org").await.code(), 403, "{path}");
        assert!(site.browser().get(&path).await.location().starts_with("/client-area/sign-in?"));
    }
    site.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(register(&site, &authorize(&[("annex_claim", &claim)]), "a@example.org").await.code(), 403);
}

#[tokio::test]
async fn an_account_that_there_is_takes_the_licence_by_going_on() {
    let site = Site::start().await;
    site.account("payer@example.org", Some(site.desks.other_desk)).await;
    let claim = claim::make(site.state.lifecycle.vault(), site.desks.desk, site.state.clock.now()).unwrap();
    let path = authorize(&[("annex_claim", &claim)]);
    let browser = site.browser();
    browser.client("payer@example.org").await;
    browser.get(&path).await;
    assert_eq!(holder(&site, site.desks.desk).await, None, "looking changes nothing");
    browser.post(&path, &[]).await;
    assert_eq!(holder(&site, site.desks.desk).await.as_deref(), Some("payer@example.org"));
}

/// What the relying party is told about when the password was given, after a walk from `path` over whatever asks for it.
async fn walk(site: &Site, browser: &Browser<'_>, path: &str) -> (u32, Timestamp) {
    let (mut path, mut passwords) = (path.to_owned(), 0);
    for _ in 0..6 {
        let page = browser.get(&path).await;
        if page.code() == 200 && path.starts_with("/client-area/sign-in?") {
            let next = parameter(&path, "next").unwrap();
            let form = [("email", "payer@example.org"), ("password", PASSWORD), ("next", &next)];
            path = browser.post("/client-area/sign-in", &form).await.location();
            passwords += 1;
        } else if page.code() == 200 {
            let code = browser.post(&path, &[]).await.parameter("code").unwrap();
            let (status, answer) = trade(site, &exchange(&code, &[])).await;
            assert_eq!(status, 200, "{answer}");
            let answer: TokenAnswer = serde_json::from_value(answer).unwrap();
            let token = answer.id_token().unwrap().to_string();
            let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            let claims: Value = serde_json::from_slice(&claims).unwrap();
            return (passwords, Timestamp(claims["auth_time"].as_i64().unwrap() * 1000));
        } else {
            path = page.location();
        }
    }
    panic!("the walk has no end: {path}");
}

#[tokio::test]
async fn a_relying_party_gets_a_sign_in_as_new_as_it_asks_for() {
    let site = Site::start().await;
    site.account("payer@example.org", Some(site.desks.desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    let began = site.clock.now();
    site.clock.advance(Duration::from_secs(600));
    let (ten_minutes, five) = (authorize(&[("max_age", "600")]), authorize(&[("max_age", "300")]));
    assert_eq!(walk(&site, &browser, &authorize(&[])).await, (0, began));
    assert_eq!(walk(&site, &browser, &ten_minutes).await, (0, began), "young enough");
    // Nobody may be asked: then there is no way to a newer one.
    let silent = authorize(&[("max_age", "300"), ("prompt", "none")]);
    assert_eq!(browser.get(&silent).await.parameter("error").as_deref(), Some("login_required"));
    // A code is not to be had by posting at once either.
    let posted = browser.post(&five, &[]).await;
    assert!(posted.location().starts_with("/client-area/sign-in?"), "{}", posted.location());

    assert_eq!(walk(&site, &browser, &five).await, (1, site.clock.now()));
    for prompt in ["login", "select_account", "login consent"] {
        site.clock.advance(Duration::from_secs(1));
        let asked = authorize(&[("prompt", prompt)]);
        assert_eq!(walk(&site, &browser, &asked).await, (1, site.clock.now()), "{prompt}");
    }
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(walk(&site, &browser, &authorize(&[("max_age", "0")])).await, (1, site.clock.now()));
    let stranger = site.browser();
    assert_eq!(
        walk(&site, &stranger, &authorize(&[("prompt", "login")])).await,
        (1, site.clock.now()),
        "once is enough"
    );
}
