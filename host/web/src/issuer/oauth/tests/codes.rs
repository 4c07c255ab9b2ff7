//! Requests for a code, and what a code is good for.

use std::time::Duration;

use annex_domain::oauth::SigningAlgorithm;
use axum::http::header;

use super::{BACK, CHALLENGE, VERIFIER, World, error, issue, sent_back, trade};

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let world = World::start().await;
    let agent = world.agent().await;
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", world.authorize(&[]));
    for path in [
        world.authorize(&[("client_id", "")]),
        world.authorize(&[("client_id", "annex")]),
        world.authorize(&[("client_id", "annc_00000000-0000-7000-8000-000000000000")]),
        world.authorize(&[("redirect_uri", "")]),
        world.authorize(&[("redirect_uri", &format!("{BACK}/"))]),
        world.authorize(&[("redirect_uri", &format!("{BACK}?x=y"))]),
        world.authorize(&[("redirect_uri", "https://hello.example/x/../back")]),
        world.authorize(&[("redirect_uri", "https://HELLO.example/back")]),
        world.authorize(&[("redirect_uri", "https://evil.example/back")]),
        twice,
    ] {
        let page = agent.get(&path).await;
        assert_eq!(page.code(), 400, "{path}");
        assert!(!page.headers.contains_key(header::LOCATION), "{path}");
    }
}

#[tokio::test]
async fn a_request_that_is_wrong_goes_back_with_an_error() {
    let world = World::start().await;
    let agent = world.agent().await;
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("scope", "openid catalog.manage"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
    ] {
        sent_back(&agent.get(&world.authorize(&[changed])).await, error);
    }
    sent_back(&agent.get(&format!("{}&nonce=n2", world.authorize(&[]))).await, "invalid_request");
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    let world = World::start().await;
    let code = world.code().await;
    let (status, answer) = world.trade(&code, &[]).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 200);
    assert_eq!(error(&world.trade(&code, &[]).await), (400, "invalid_grant"));
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 401);
    assert_eq!(world.get("/oauth/userinfo", token).await.0, 401);
}

#[tokio::test]
async fn a_code_is_good_for_a_minute_and_for_what_it_was_asked_for() {
    let world = World::start().await;
    let late = world.code().await;
    world.site.clock.advance(Duration::from_secs(60));
    assert_eq!(error(&world.trade(&late, &[]).await), (400, "invalid_grant"));
    let other = VERIFIER.replace('d', "e");
    for changed in [
        ("code_verifier", other.as_str()),
        ("code_verifier", CHALLENGE),
        ("code_verifier", ""),
        ("redirect_uri", "https://hello.example/back/"),
        ("redirect_uri", ""),
        ("code", "0a"),
    ] {
        let code = world.code().await;
        assert_eq!(error(&world.trade(&code, &[changed]).await), (400, "invalid_grant"), "{changed:?}");
        if changed.0 != "code" {
            assert_eq!(error(&world.trade(&code, &[]).await), (400, "invalid_grant"), "it is used up");
        }
    }
    let stranger = issue(&world.site, &world.installed, Some("acme"), SigningAlgorithm::Rs256).await;
    let code = world.code().await;
    let stolen = world.ask("token", &trade(&stranger, &code, &[])).await;
    assert_eq!(error(&stolen), (400, "invalid_grant"), "of another client");
    let unsupported = world.trade(&code, &[("grant_type", "password")]).await;
    assert_eq!(error(&unsupported), (400, "unsupported_grant_type"));
    assert_eq!(world.trade(&code, &[]).await.0, 200);
}
