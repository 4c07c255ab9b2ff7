//! What each endpoint refuses beside what the flows meet: parameters that are repeated or not supported, forms that are none,
//! tokens in the wrong place.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
};
use tower::ServiceExt as _;

use super::{World, basic, error, sent_back};

#[tokio::test]
async fn no_parameter_of_a_login_is_overlooked_or_taken_twice() {
    let world = World::start().await;
    let agent = world.agent().await;
    let long = "x".repeat(501);
    for (changed, error) in [
        (("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        (("request_uri", "https://hello.example/request"), "request_uri_not_supported"),
        (("registration", "{}"), "registration_not_supported"),
        (("response_mode", "form_post"), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
        (("response_type", "id_token"), "unsupported_response_type"),
        (("response_type", ""), "unsupported_response_type"),
        (("scope", ""), "invalid_scope"),
        (("nonce", long.as_str()), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("prompt", "login none"), "invalid_request"),
    ] {
        sent_back(&agent.get(&world.authorize(&[changed])).await, error);
    }
    let plain = world.authorize(&[]);
    for name in ["response_type", "scope", "nonce", "code_challenge", "code_challenge_method"] {
        sent_back(&agent.get(&format!("{plain}&{name}=code")).await, "invalid_request");
    }
    for name in ["response_mode", "prompt", "max_age"] {
        sent_back(&agent.get(&format!("{plain}&{name}=1&{name}=1")).await, "invalid_request");
    }
    // The state would not fit into the way back either.
    let page = agent.get(&world.authorize(&[("state", &long)])).await;
    assert_eq!((page.parameter("error").as_deref(), page.parameter("code")), (Some("invalid_request"), None));
    assert!(agent.get(&plain).await.parameter("code").is_some());
}

#[tokio::test]
async fn programs_send_forms_with_what_is_needed() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let proof = basic(id, secret);
    let form = "application/x-www-form-urlencoded";
    for (kind, body, status, word) in [
        ("application/json", "{\"grant_type\":\"client_credentials\"}", 400, "invalid_request"),
        ("text/plain", "grant_type=client_credentials", 400, "invalid_request"),
        (form, "", 400, "unsupported_grant_type"),
        (form, "grant_type=refresh_token&refresh_token=x", 400, "unsupported_grant_type"),
        (form, "grant_type=implicit", 400, "unsupported_grant_type"),
        (form, "grant_type=authorization_code", 400, "invalid_grant"),
        (form, "grant_type=authorization_code&code=", 400, "invalid_grant"),
        (form, "grant_type=client_credentials&scope=", 200, ""),
        (form, "grant_type=client_credentials&scope=tickets.view&scope=desk.manage", 400, "invalid_request"),
    ] {
        let request = Request::post("/oauth/token").header(header::CONTENT_TYPE, kind);
        let request = request.header(header::AUTHORIZATION, &proof).body(Body::from(body)).unwrap();
        assert_eq!(error(&world.send(request).await), (status, word), "{kind} {body}");
    }
    for endpoint in ["token", "introspect", "revoke"] {
        let request = Request::get(format!("/oauth/{endpoint}?client_id={id}&client_secret={secret}"));
        let asked = world.site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(asked.status(), 405, "{endpoint}: secrets do not belong into addresses");
    }
}

#[tokio::test]
async fn a_token_counts_as_a_bearer_alone_and_while_it_works() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let (_, answer) = world.trade(&world.code().await, &[]).await;
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let userinfo = async |query: &str, authorization: Option<String>| {
        let request = Request::get(format!("/oauth/userinfo{query}"));
        let request = match authorization {
            Some(value) => request.header(header::AUTHORIZATION, value),
            None => request,
        };
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let query = format!("?access_token={token}");
    for (query, authorization) in [
        ("", None),
        ("", Some(token.clone())),
        ("", Some(format!("Basic {token}"))),
        ("", Some(format!("Bearer {}", token.to_uppercase()))),
        ("", Some(format!("Bearer {secret}"))),
        (query.as_str(), None),
    ] {
        let refused = userinfo(query, authorization.clone()).await;
        assert_eq!(error(&refused), (401, "invalid_token"), "{query} {authorization:?}");
    }
    assert_eq!(userinfo("", Some(format!("bearer {token}"))).await.0, 200);

    let own = basic(id, secret);
    let active = async |token: &str| {
        world.ask_with("introspect", Some(&own), &[("token", token)]).await.1["active"].as_bool().unwrap()
    };
    assert!(active(&token).await);
    for other in ["", "annt_00", secret, id] {
        assert!(!active(other).await, "{other}");
        assert_eq!(world.ask_with("revoke", Some(&own), &[("token", other)]).await.0, 200, "as RFC 7009 says");
    }
    assert_eq!(error(&world.ask("revoke", &[("token", &token)]).await), (401, "invalid_client"));
    assert!(active(&token).await);
    world.site.clock.advance(Duration::from_secs(3600));
    assert!(!active(&token).await);
    assert_eq!(error(&userinfo("", Some(format!("Bearer {token}"))).await), (401, "invalid_token"));
}
