//! How a service proves that it is itself, and what it gets for itself.

use std::time::Duration;

use annex_domain::oauth::SigningAlgorithm;
use annex_store::{
    footprint,
    oauth::clients::{self, Issued},
    testing,
};
use serde_json::{Value, json};

use super::{ISSUER, World, assertion, basic, error, issue};

const ITSELF: (&str, &str) = ("grant_type", "client_credentials");
const JWT_BEARER: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

impl World {
    async fn by_header(&self, id: &str, secret: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.ask_with("token", Some(&basic(id, secret)), form).await
    }

    async fn by_form(&self, id: &str, secret: &str) -> (u16, Value) {
        self.ask("token", &[ITSELF, ("client_id", id), ("client_secret", secret)]).await
    }

    async fn by_proof(&self, proof: &str) -> (u16, Value) {
        self.ask("token", &[ITSELF, JWT_BEARER, ("client_assertion", proof)]).await
    }

    /// A good proof with some claims changed.
    fn proof(&self, change: &Value) -> String {
        let now = self.site.clock_now().0 / 1000;
        let id = &self.issued.client_id;
        let mut claims =
            json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": now + 300, "iat": now, "jti": change.to_string() });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        assertion(&self.issued, &json!({ "alg": "ES256" }), &claims)
    }
}

#[tokio::test]
async fn a_service_gets_a_token_by_its_secret() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let answers = [world.by_header(id, secret, &[ITSELF]).await, world.by_form(id, secret).await];
    for (status, answer) in &answers {
        assert_eq!((*status, answer["expires_in"].as_i64()), (200, Some(3600)), "{answer}");
        assert_eq!(answer["scope"], "tickets.view desk.manage");
        assert!(answer.get("id_token").is_none() && answer.get("refresh_token").is_none());
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(world.get("/api/v1/tickets", token).await.0, 200);
        assert_eq!(world.get("/oauth/userinfo", token).await.0, 403, "it is nobody");
    }
    world.site.clock.advance(Duration::from_secs(3600));
    for (_, answer) in &answers {
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(world.get("/api/v1/tickets", token).await.0, 401, "an hour later");
    }
}

#[tokio::test]
async fn who_does_not_prove_it_is_not_a_client() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let other = issue(&world.site, &world.installed, Some("acme"), SigningAlgorithm::Rs256).await;
    for answer in [
        world.by_header(id, "anns_00", &[ITSELF]).await,
        world.by_header(id, &other.secret, &[ITSELF]).await,
        world.by_header("annex", secret, &[ITSELF]).await,
        world.by_header(id, secret, &[ITSELF, ("client_id", &other.client_id)]).await,
        world.by_form(id, "anns_00").await,
        world.by_form(&other.client_id, secret).await,
        world.ask("token", &[ITSELF, ("client_id", id)]).await,
        world.ask_with("token", Some("Bearer x"), &[ITSELF]).await,
    ] {
        assert_eq!(error(&answer), (401, "invalid_client"));
    }
    let both = world.by_header(id, secret, &[ITSELF, ("client_secret", secret)]).await;
    assert_eq!(error(&both), (400, "invalid_request"), "in one way");
    let twice = world.by_header(id, secret, &[ITSELF, ITSELF]).await;
    assert_eq!(error(&twice), (400, "invalid_request"), "a field twice");
}

#[tokio::test]
async fn a_signed_proof_is_for_this_issuer_short_and_good_once() {
    let world = World::start().await;
    let now = world.site.clock_now().0 / 1000;
    let good = world.proof(&json!({ "jti": "one" }));
    assert_eq!(world.by_proof(&good).await.0, 200);
    assert_eq!(error(&world.by_proof(&good).await), (401, "invalid_client"), "replayed");
    let by_endpoint = world.proof(&json!({ "aud": ["https://else.example", format!("{ISSUER}/token")] }));
    assert_eq!(world.by_proof(&by_endpoint).await.0, 200);
    for change in [
        json!({ "aud": "https://else.example/oauth" }),
        json!({ "aud": "http://127.0.0.1:1/client-area" }),
        json!({ "exp": now }),
        json!({ "exp": now + 301 }),
        json!({ "iat": now + 61 }),
        json!({ "jti": "" }),
        json!({ "jti": "x".repeat(201) }),
        json!({ "iss": "somebody" }),
        json!({ "sub": "annc_00000000-0000-7000-8000-000000000000" }),
    ] {
        assert_eq!(error(&world.by_proof(&world.proof(&change)).await), (401, "invalid_client"), "{change}");
    }
}

#[tokio::test]
async fn a_proof_is_signed_by_the_clients_key() {
    let world = World::start().await;
    let other = issue(&world.site, &world.installed, Some("acme"), SigningAlgorithm::Rs256).await;
    let now = world.site.clock_now().0 / 1000;
    let id = &world.issued.client_id;
    let claims = |jti: &str| json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti });
    let kid = &world.issued.private_key_jwk["kid"];
    let named = assertion(&world.issued, &json!({ "alg": "ES256", "kid": kid }), &claims("named"));
    assert_eq!(world.by_proof(&named).await.0, 200);
    let flipped = assertion(&world.issued, &json!({ "alg": "ES256" }), &claims("flipped"));
    let (signed, _) = flipped.rsplit_once('.').unwrap();
    for wrong in [
        assertion(&other, &json!({ "alg": "ES256" }), &claims("other key")),
        assertion(&world.issued, &json!({ "alg": "ES256", "kid": "else" }), &claims("kid")),
        assertion(&world.issued, &json!({ "alg": "RS256" }), &claims("algorithm")),
        assertion(&world.issued, &json!({ "alg": "none" }), &claims("none")),
        assertion(&world.issued, &json!({ "alg": "HS256" }), &claims("shared")),
        format!("{signed}."),
        signed.to_owned(),
        "x".to_owned(),
    ] {
        assert_eq!(error(&world.by_proof(&wrong).await), (401, "invalid_client"), "{wrong}");
    }
}

#[tokio::test]
async fn a_key_that_was_replaced_is_a_proof_for_as_long_as_both_work() {
    let mut world = World::start().await;
    let (client, day) = (world.issued.client.clone(), Duration::from_hours(24));
    let mut tx = testing::tx(&world.site.state.db).await;
    let now = world.site.clock_now();
    let key = clients::replace_key(&mut tx, client.desk, client.id, day, now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.by_proof(&world.proof(&json!({ "jti": "old" }))).await.0, 200);
    world.site.clock.advance(day);
    let late = world.proof(&json!({ "jti": "old, late" }));
    assert_eq!(error(&world.by_proof(&late).await), (401, "invalid_client"));
    let (client_id, secret) = (world.issued.client_id.clone(), world.issued.secret.clone());
    world.issued = Issued { client, client_id, secret, private_key_jwk: key };
    assert_eq!(world.by_proof(&world.proof(&json!({ "jti": "new" }))).await.0, 200);
}

#[tokio::test]
async fn a_service_gets_the_scopes_that_the_desk_granted() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let (_, answer) = world.by_header(id, secret, &[ITSELF, ("scope", "desk.manage")]).await;
    assert_eq!(answer["scope"], "desk.manage");
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 403);
    for scope in ["catalog.manage", "tickets.view operators.manage", "anything", "openid"] {
        let refused = world.by_header(id, secret, &[ITSELF, ("scope", scope)]).await;
        assert_eq!(error(&refused), (400, "invalid_scope"), "{scope}");
    }
}

#[tokio::test]
async fn a_client_sees_and_ends_its_own_tokens_alone() {
    let world = World::start().await;
    let other = issue(&world.site, &world.installed, Some("acme"), SigningAlgorithm::Rs256).await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let answer = world.by_form(id, secret).await.1;
    let token = answer["access_token"].as_str().unwrap();
    let (own, theirs) = (basic(id, secret), basic(&other.client_id, &other.secret));
    let seen = world.ask_with("introspect", Some(&own), &[("token", token)]).await.1;
    assert_eq!((seen["active"].as_bool(), seen["client_id"].as_str()), (Some(true), Some(id)));
    assert_eq!(world.ask_with("introspect", Some(&theirs), &[("token", token)]).await.1, json!({ "active": false }));
    assert_eq!(error(&world.ask("introspect", &[("token", token)]).await), (401, "invalid_client"));
    assert_eq!(world.ask_with("revoke", Some(&theirs), &[("token", token)]).await.0, 200);
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 200, "not by another");
    assert_eq!(world.ask_with("revoke", Some(&own), &[("token", token)]).await.0, 200);
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 401);
    assert_eq!(world.ask_with("introspect", Some(&own), &[("token", token)]).await.1, json!({ "active": false }));
}

#[tokio::test]
async fn nothing_works_while_the_add_on_is_off_or_once_it_is_gone() {
    let world = World::start().await;
    let (id, secret) = (world.issued.client_id.as_str(), world.issued.secret.as_str());
    let answer = world.by_form(id, secret).await.1;
    let token = answer["access_token"].as_str().unwrap();
    world.deactivate().await;
    assert_eq!(error(&world.by_form(id, secret).await), (401, "invalid_client"));
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 401);
    let mut tx = testing::tx(&world.site.state.db).await;
    assert!(footprint::purge(&mut tx, world.installed.desk, world.installed.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(error(&world.by_form(id, secret).await), (401, "invalid_client"));
    assert_eq!(world.get("/api/v1/tickets", token).await.0, 401);
}
