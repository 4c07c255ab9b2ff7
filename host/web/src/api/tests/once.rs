//! `Idempotency-Key`: done once, answered as often as asked.

use std::time::Duration;

use annex_store::{contacts, idempotency};
use axum::http::{HeaderValue, Method};
use serde_json::{Value, json};

use super::{Answer, Api, request};

async fn post(api: &Api, token: &str, key: &str, path: &str, body: Value) -> Answer {
    let mut request = request(token, Method::POST, path, Some(&body));
    request.headers_mut().insert("idempotency-key", HeaderValue::from_str(key).unwrap());
    api.send(request).await
}

async fn contacts_of(api: &Api) -> i64 {
    contacts::count(&mut api.state.db.read().await.unwrap(), api.desks.desk).await.unwrap()
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_as_before_and_not_done_again() {
    let api = Api::start().await;
    let token = api.admin().await;
    let body = json!({ "name": "Ann" });
    let first = post(&api, &token, "k1", "/contacts", body.clone()).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let again = post(&api, &token, "k1", "/contacts", body.clone()).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(again.headers["content-type"], "application/json");
    assert_eq!(contacts_of(&api).await, 1);
    post(&api, &token, "k2", "/contacts", body).await;
    assert_eq!(contacts_of(&api).await, 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_operator() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    assert_eq!(post(&api, &admin, "k", "/contacts", json!({ "name": "Ann" })).await.status, 201);
    let other_body = post(&api, &admin, "k", "/contacts", json!({ "name": "Bob" })).await;
    assert_eq!(other_body.problem(), (422, "idempotency-key-reused"));
    let other_route = post(&api, &admin, "k", "/tokens", json!({ "name": "Ann" })).await;
    assert_eq!(other_route.problem(), (422, "idempotency-key-reused"));
    let other_operator = post(&api, &agent, "k", "/contacts", json!({ "name": "Ann" })).await;
    assert_eq!(other_operator.status, 201);
    assert!(!other_operator.headers.contains_key("idempotency-replayed"));
    assert_eq!(contacts_of(&api).await, 2);
}

#[tokio::test]
async fn while_the_first_one_is_worked_on_the_second_one_waits() {
    let api = Api::start().await;
    let token = api.admin().await;
    let body = json!({ "name": "Ann" });
    let hash = annex_domain::addon::Digest::of(body.to_string().as_bytes());
    let key = format!("{}:k", api.desks.admin);
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let now = api.state.clock.now();
    idempotency::begin(&mut tx, api.desks.desk, &key, "/contacts", hash.as_str(), now).await.unwrap();
    tx.commit().await.unwrap();
    let answer = post(&api, &token, "k", "/contacts", body.clone()).await;
    assert_eq!(answer.problem(), (409, "idempotency-key-in-progress"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(contacts_of(&api).await, 0);
    // The first one crashed: after a while its claim is taken over.
    api.clock.advance(idempotency::ABANDONED + Duration::from_secs(1));
    assert_eq!(post(&api, &token, "k", "/contacts", body).await.status, 201);
}

#[tokio::test]
async fn a_refusal_frees_the_key() {
    let api = Api::start().await;
    let token = api.admin().await;
    let refused = post(&api, &token, "k", "/contacts", json!({ "name": " " })).await;
    assert_eq!(refused.problem(), (422, "invalid-request"));
    assert_eq!(post(&api, &token, "k", "/contacts", json!({ "name": "Ann" })).await.status, 201);
}

#[tokio::test]
async fn the_secret_of_a_token_is_not_kept() {
    let api = Api::start().await;
    let token = api.in_person(api.desks.desk, api.desks.admin).await;
    let body = json!({ "name": "ci", "scopes": ["tickets.view"] });
    let first = post(&api, &token, "k", "/tokens", body.clone()).await;
    let secret = first.body["secret"].as_str().unwrap();
    assert_eq!(api.get(secret, "/me").await.status, 200);
    let again = post(&api, &token, "k", "/tokens", body).await;
    assert_eq!((again.status.as_u16(), &again.body["secret"]), (201, &Value::Null));
    assert_eq!(again.body["id"], first.body["id"]);
}

#[tokio::test]
async fn malformed_keys_are_refused() {
    let api = Api::start().await;
    let token = api.admin().await;
    for key in ["", "a b", &"k".repeat(201)] {
        let answer = post(&api, &token, key, "/contacts", json!({ "name": "Ann" })).await;
        assert_eq!(answer.problem(), (400, "invalid-header"), "{key:?}");
    }
}
