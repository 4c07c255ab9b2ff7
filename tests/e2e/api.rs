//! What every client of the JSON API can rely on.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    database::Database,
    host::{ADMIN, Setup},
    on_each_database,
};

on_each_database!(creating_twice_with_one_key_creates_once);

async fn creating_twice_with_one_key_creates_once(database: Database) {
    let host = Setup::new(database).start().await;
    let api = host.api();
    let body = json!({"subject": "The door sticks", "body": "Since it rained.", "requester": {"email": "kim@example.com", "name": "Kim"}});
    let post = || api.request(Method::POST, "/tickets").header("idempotency-key", "k-1").json(&body);

    let (first, second) = tokio::join!(api.send(post()), api.send(post()));
    // One is stored; the other is a replay, or is told that the first is still under way.
    let statuses = [first.status().as_u16(), second.status().as_u16()];
    assert!(statuses.contains(&201) && statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");

    let replay = api.send(post()).await;
    assert_eq!(replay.status(), 201);
    assert_eq!(replay.0.headers()["idempotency-replayed"], "true");
    let tickets = api.get("/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1, "{tickets}");

    let other =
        json!({"subject": "Another", "body": "Text.", "requester": {"email": "kim@example.com", "name": "Kim"}});
    let reused = api.request(Method::POST, "/tickets").header("idempotency-key", "k-1").json(&other);
    api.send(reused).await.expect_problem(422, "idempotency-key-reused").await;
}

#[tokio::test]
async fn problems_say_what_is_wrong_and_where() {
    let host = Setup::new(Database::sqlite()).start().await;
    let api = host.api();

    let anonymous = reqwest::get(format!("{}/api/v1/tickets", host.url)).await.unwrap();
    assert_eq!(anonymous.status(), 401);
    let wrong = crate::support::api::Api::new(&host.url, "annex_0000");
    wrong.send(wrong.request(Method::GET, "/tickets")).await.expect_problem(401, "unauthorized").await;

    let malformed =
        api.request(Method::POST, "/tickets").header("content-type", "application/json").body("{\"subject\":");
    let problem = api.send(malformed).await.expect_problem(400, "malformed-json").await;
    assert!(problem["detail"].as_str().unwrap().contains("line 1"), "{problem}");

    let unknown =
        json!({"subject": "x", "body": "x", "requester": {"email": "a@example.com", "name": "A"}, "colour": "red"});
    let problem = api.post("/tickets", &unknown).await;
    assert_eq!(problem.status(), 422);
    assert!(problem.0.text().await.unwrap().contains("colour"));

    let text = api.request(Method::POST, "/tickets").header("content-type", "text/plain").body("hello");
    api.send(text).await.expect_problem(415, "unsupported-media-type").await;
    api.send(api.request(Method::GET, "/no-such-thing")).await.expect_problem(404, "not-found").await;
    api.send(api.request(Method::PUT, "/tickets")).await.expect_problem(405, "method-not-allowed").await;
    let missing = format!("/installations/{}", uuid::Uuid::nil());
    api.send(api.request(Method::GET, &missing)).await.expect_problem(404, "not-found").await;
}

#[tokio::test]
async fn the_description_covers_what_the_issue_names() {
    let host = Setup::new(Database::sqlite()).start().await;
    let document: serde_json::Value =
        reqwest::get(format!("{}/api/v1/openapi.json", host.url)).await.unwrap().json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["info"]["title"], "Annex");
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    for part in [
        "addons",
        "packages",
        "installations",
        "tickets",
        "messages",
        "contacts",
        "sidebar",
        "tokens",
        "settings",
        "logs",
        "health",
        "rollback",
    ] {
        assert!(paths.iter().any(|path| path.contains(part)), "nothing about {part} in {paths:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_ends_at_once() {
    let host = Setup::new(Database::sqlite()).start().await;
    let api = host.api();
    let listed = api.get("/tokens").await;
    let refused = api.post("/tokens", &json!({"name": "ci", "scopes": ["tickets.view"]})).await;
    refused.expect_problem(403, "session-needed").await;
    api.delete(&format!("/tokens/{}", listed["items"][0]["id"].as_str().unwrap())).await.expect_ok("revoke").await;
    api.send(api.request(Method::GET, "/tickets")).await.expect_problem(401, "unauthorized").await;
}

#[tokio::test]
async fn signing_in_is_limited() {
    let host = Setup::new(Database::sqlite()).start().await;
    let browser = host.fresh_browser();
    let page = browser.get("/sign-in").await;
    let mut last = page.status;
    for _ in 0..20 {
        last = browser.submit(&page, "form", &[("email", ADMIN.0), ("password", "not this one")]).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "twenty wrong passwords in a row are too many");
}
