//! Who may sign in, and what the service is told of them.

use std::{sync::Arc, time::Duration};

use annex_desk::desks::{By, resume, suspend};
use annex_domain::{
    addon::Version,
    clock::Timestamp,
    manifest::{Manifest, Service},
    oauth::SigningAlgorithm,
    operator::Actor,
};
use annex_store::{
    desks, testing,
    users::{self, Ticks},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use openidconnect::{
    ClientId, IssuerUrl, Nonce, TokenResponse as _,
    core::{CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use tower::ServiceExt as _;

use super::{BACK, ISSUER, World, authorize, body_of, browser, issue, sent_back, trade};
use crate::{
    client_area::tests::site::{PASSWORD, Site},
    config::WebConfig,
    issuer::client_area::moment,
    oidc::TokenAnswer,
};

#[tokio::test]
async fn an_operator_signs_in_and_the_token_verifies_by_each_algorithm() {
    let world = World::start().await;
    let agent = world.agent().await;
    let keys: CoreJsonWebKeySet = serde_json::from_value(world.get("/oauth/jwks", "").await.1).unwrap();
    for (algorithm, named) in [
        (SigningAlgorithm::Rs256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        (SigningAlgorithm::Es256, CoreJwsSigningAlgorithm::EcdsaP256Sha256),
        (SigningAlgorithm::EdDsa, CoreJwsSigningAlgorithm::EdDsa),
    ] {
        let issued = issue(&world.site, &world.installed, Some("acme"), algorithm).await;
        let page = agent.get(&authorize(&issued, &[])).await;
        assert_eq!((page.code(), page.parameter("iss").as_deref()), (303, Some(ISSUER)));
        let code = page.parameter("code").unwrap();
        let (status, answer) = world.ask("token", &trade(&issued, &code, &[])).await;
        assert_eq!((status, answer["scope"].as_str()), (200, Some("openid email profile tickets.view")), "{answer}");
        let token: TokenAnswer = serde_json::from_value(answer).unwrap();
        let now = moment(world.site.state.clock.now());
        let (client, issuer) = (ClientId::new(issued.client_id), IssuerUrl::new(ISSUER.into()).unwrap());
        let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, keys.clone())
            .set_allowed_algs([named])
            .set_time_fn(move || now);
        let claims = token.id_token().unwrap().claims(&verifier, &Nonce::new("n1".into())).unwrap();
        assert_eq!(claims.subject().as_str(), world.site.desks.agent.to_string());
        assert_eq!(claims.auth_time(), Some(now), "when the password was given");
    }
}

#[tokio::test]
async fn the_service_is_told_what_it_asked_for() {
    let world = World::start().await;
    let (_, answer) = world.trade(&world.code().await, &[]).await;
    let told = body_of(&answer["id_token"]);
    let site = &world.site;
    assert_eq!((told["desk"].as_str(), told["licensed"].as_bool()), (Some(&*site.desks.desk.to_string()), Some(true)));
    assert_eq!(told["installation"].as_str(), Some(&*world.installed.id.to_string()));
    assert_eq!((told["name"].as_str(), told["locale"].as_str()), (Some("Bo"), Some("en")));
    let token = answer["access_token"].as_str().unwrap();
    let (status, info) = world.get("/oauth/userinfo", token).await;
    assert_eq!((status, &info["sub"], &info["email"]), (200, &told["sub"], &told["email"]));
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 200);

    let little = world.agent().await.get(&world.authorize(&[("scope", "openid"), ("nonce", "")])).await;
    let (_, answer) = world.trade(&little.parameter("code").unwrap(), &[]).await;
    let told = body_of(&answer["id_token"]);
    assert!(["email", "name", "nonce"].iter().all(|claim| told.get(claim).is_none()), "{told}");
    let token = answer["access_token"].as_str().unwrap();
    assert!(world.get("/oauth/userinfo", token).await.1.get("email").is_none());
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 403, "no scope of the API was asked for");
    assert_eq!(world.get("/oauth/userinfo", "annt_00").await.0, 401);
}

#[tokio::test]
async fn only_who_uses_the_add_on_gets_a_code() {
    let world = World::start().await;
    let admin = browser(&world, world.site.desks.admin).await;
    sent_back(&admin.get(&world.authorize(&[])).await, "access_denied");
    let stranger = world.site.operator(world.site.desks.other_desk, world.site.desks.other_admin).await;
    sent_back(&stranger.get(&world.authorize(&[])).await, "access_denied");
    let agent = world.agent().await;
    assert!(agent.get(&world.authorize(&[])).await.parameter("code").is_some());
    world.deactivate().await;
    sent_back(&agent.get(&world.authorize(&[])).await, "access_denied");
}

#[tokio::test]
async fn who_is_not_signed_in_does_so_first() {
    let world = World::start().await;
    let nobody = world.site.browser();
    sent_back(&nobody.get(&world.authorize(&[("prompt", "none")])).await, "login_required");
    let page = nobody.get(&world.authorize(&[])).await;
    assert!(page.location().starts_with("/sign-in?next=%2Foauth%2Fauthorize"), "{}", page.location());
    let next = page.parameter("next").unwrap();
    let form = [("email", "bo@example.org"), ("password", PASSWORD), ("next", next.as_str())];
    let page = nobody.post("/sign-in", &form).await;
    // No redirect: the policy of forms would stop the one to the service that follows.
    assert_eq!(page.code(), 200, "{}", page.html);
    let onward = page.headers["refresh"].to_str().unwrap();
    assert!(onward.starts_with("0;url=http://127.0.0.1:1/oauth/authorize?"), "{onward}");
    assert!(nobody.get(&next).await.parameter("code").is_some());
}

#[tokio::test]
async fn operators_of_a_desk_with_a_name_are_asked_there() {
    let mut world = World::start().await;
    let site = &mut world.site;
    let config = WebConfig { desk_domain: Some("desk.example".into()), ..WebConfig::clone(&site.state.config) };
    site.state.config = Arc::new(config);
    site.router = crate::router(site.state.clone());
    let mut tx = testing::tx(&site.state.db).await;
    desks::set_host_name(&mut tx, site.desks.desk, Some(&"acme".parse().unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    let path = world.authorize(&[]);
    let there = format!("http://acme.desk.example:1{path}");
    assert_eq!(world.site.browser().get(&path).await.location(), there);
    let stranger = world.site.operator(world.site.desks.other_desk, world.site.desks.other_admin).await;
    assert_eq!(stranger.get(&path).await.location(), there, "they may be signed in there as well");
    assert!(world.agent().await.get(&path).await.parameter("code").is_some(), "who is signed in here is asked nothing");

    let request = Request::get(&path).header(header::HOST, "acme.desk.example").body(Body::empty()).unwrap();
    let asked = world.site.router.clone().oneshot(request).await.unwrap();
    let to = asked.headers()[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with("/sign-in?next="), "{to}");
}

#[tokio::test]
async fn a_newer_sign_in_can_be_asked_for() {
    let world = World::start().await;
    let agent = world.agent().await;
    world.site.clock.advance(Duration::from_secs(60));
    assert!(agent.get(&world.authorize(&[("max_age", "60")])).await.parameter("code").is_some());
    for asked in [("max_age", "59"), ("prompt", "login")] {
        let page = agent.get(&world.authorize(&[asked])).await;
        assert!(page.location().starts_with("/sign-in/again?next="), "{asked:?}: {}", page.location());
        let next = page.parameter("next").unwrap();
        let wrong = agent.post("/sign-in/again", &[("password", "wrong"), ("next", &next)]).await;
        assert_eq!(wrong.code(), 422);
        assert_eq!(agent.get(&next).await.parameter("code"), None, "the note alone is worth nothing");
        assert_eq!(agent.get("/sign-in/again").await.code(), 200);
        let right = agent.post("/sign-in/again", &[("password", PASSWORD), ("next", &next)]).await;
        assert!(right.headers.contains_key("refresh"), "{}", right.html);
        assert!(agent.get(&next).await.parameter("code").is_some(), "{asked:?}");
        world.site.clock.advance(Duration::from_secs(60));
    }
    let silent = world.authorize(&[("max_age", "1"), ("prompt", "none")]);
    sent_back(&agent.get(&silent).await, "login_required");
}

#[tokio::test]
async fn the_token_says_when_the_password_was_given() {
    let world = World::start().await;
    let agent = world.agent().await;
    let given = async |path: &str| {
        let code = agent.get(path).await.parameter("code").unwrap();
        let (_, answer) = world.trade(&code, &[]).await;
        body_of(&answer["id_token"])["auth_time"].as_i64().unwrap()
    };
    let seconds = || world.site.clock_now().0 / 1000;
    let began = seconds();
    world.site.clock.advance(Duration::from_secs(60));
    assert_eq!(given(&world.authorize(&[])).await, began, "being signed in is no sign-in");
    let page = agent.get(&world.authorize(&[("max_age", "0")])).await;
    let next = page.parameter("next").unwrap();
    agent.post("/sign-in/again", &[("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(given(&next).await, seconds());
}

#[tokio::test]
async fn a_service_can_ask_for_the_end_of_the_session() {
    let world = World::start().await;
    let agent = world.agent().await;
    let path = |to: &str| {
        let pairs = [("client_id", world.issued.client_id.as_str()), ("post_logout_redirect_uri", to), ("state", "s2")];
        format!("/oauth/end_session?{}", serde_urlencoded::to_string(pairs).unwrap())
    };
    let asks = agent.get(&path(BACK)).await;
    assert_eq!(asks.code(), 200);
    assert_eq!(agent.get("/profile").await.code(), 200, "nothing happens before they were asked");
    let done = agent.post(&path(BACK), &[]).await;
    let onward = done.headers["refresh"].to_str().unwrap();
    assert_eq!(onward, format!("0;url={BACK}?state=s2"));
    assert_eq!(agent.get("/profile").await.code(), 303, "signed out");
    assert_eq!(agent.get(&path(BACK)).await.location(), format!("{BACK}?state=s2"));
    for elsewhere in ["https://evil.example/", &format!("{BACK}/"), ""] {
        assert_eq!(agent.get(&path(elsewhere)).await.location(), "/sign-in", "{elsewhere}");
    }
}

#[tokio::test]
async fn who_uses_an_add_on_opens_its_service() {
    let site = Site::start().await;
    let service = Service { open: Some("https://hello.example/start?x=1".into()), ..Service::default() };
    let manifest = testing::manifest("acme.hello", Version::new(1, 0, 0), 1);
    let mut tx = testing::tx(&site.state.db).await;
    testing::publish(&mut tx, &Manifest { service: Some(service), ..manifest }, Timestamp(1)).await.unwrap();
    let of = testing::installed(&mut tx, site.desks.desk).await;
    let only = |who| Ticks::Exactly([who].into());
    users::change(&mut tx, of.desk, of.id, &only(site.desks.agent), Timestamp(1)).await.unwrap();
    tx.commit().await.unwrap();
    let (admin, page) = (site.admin().await, format!("/my-addons/{}", of.id));
    let html = admin.get(&page).await.html;
    assert!(!html.contains("hello.example/start"), "they do not use it: {html}");

    let mut tx = testing::tx(&site.state.db).await;
    users::change(&mut tx, of.desk, of.id, &only(site.desks.admin), Timestamp(1)).await.unwrap();
    tx.commit().await.unwrap();
    let query = format!("iss=http%3A%2F%2F127.0.0.1%3A1%2Foauth&login_hint=ada%40example.org&installation={}", of.id);
    let html = admin.get(&page).await.html.replace("&#38;", "&").replace("&amp;", "&");
    assert!(html.contains(&format!("href=\"https://hello.example/start?x=1&{query}\"")), "{html}");
}

#[tokio::test]
async fn a_desk_that_is_suspended_gives_nothing_out() {
    let world = World::start().await;
    let (_, answer) = world.trade(&world.code().await, &[]).await;
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(world.get("/oauth/userinfo", token).await.0, 200);
    let (desk, by) = (world.site.desks.desk, By { actor: Actor::CommandLine, now: world.site.clock_now() });
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    suspend(&world.site.state.desk(), by, desk).await.unwrap();
    assert_eq!(world.get("/oauth/userinfo", token).await.0, 401);
    assert_eq!(world.ask("token", &form).await.0, 401);
    resume(&world.site.state.desk(), by, desk).await.unwrap();
    assert_eq!(world.get("/oauth/userinfo", token).await.0, 200);
    assert_eq!(world.ask("token", &form).await.0, 200);
}
