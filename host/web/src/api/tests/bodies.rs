//! How much is read of a request, and of whom.

use std::time::Duration;

use annex_domain::permission::{Permission, Permissions};
use annex_store::tokens;
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, StatusCode},
};

use super::{
    Answer, Api,
    document::{document, operations, with_ids},
    request,
};

/// Whether an endpoint takes more than 64 KiB: a message, settings, the ids of a desk, the state of a panel, a package, a file.
fn takes_more(path: &str) -> bool {
    let whole = ["/tickets", "/tickets/{ticket}/messages", "/attachments", "/packages"];
    let below = ["/installations", "/apps/"].iter().any(|start| path.starts_with(start));
    below || path.contains("/sidebar/") || whole.contains(&path)
}

/// What has a body: with a key that of every POST is read, whether its endpoint wants one or not.
async fn with_bodies(api: &Api) -> Vec<(String, Method)> {
    let all = operations(&document(api).await).into_iter();
    let wanted = all.filter(|(_, method, operation)| *method == Method::POST || operation.get("requestBody").is_some());
    wanted.map(|(path, method, _)| (path, method)).collect()
}

async fn send(api: &Api, token: &str, (method, path): (&Method, &str), key: Option<&str>, body: Body) -> Answer {
    let mut request = request(token, method.clone(), &with_ids(path), None);
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    if let Some(key) = key {
        request.headers_mut().insert("idempotency-key", HeaderValue::from_str(key).unwrap());
    }
    *request.body_mut() = body;
    // The time is that of a test that would hang.
    tokio::time::timeout(Duration::from_secs(60), api.send(request)).await.expect("the body is waited for")
}

#[tokio::test]
async fn only_some_endpoints_take_large_bodies() {
    let api = Api::start().await;
    let token = api.admin().await;
    let large = format!("\"{}\"", "x".repeat(100_000));
    for (at, (path, method)) in with_bodies(&api).await.into_iter().enumerate() {
        let key = format!("k{at}");
        let answer = send(&api, &token, (&method, path.as_str()), Some(&key), Body::from(large.clone())).await;
        assert_eq!(answer.status != StatusCode::PAYLOAD_TOO_LARGE, takes_more(&path), "{method} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_by_every_endpoint_that_describes_one() {
    let api = Api::start().await;
    let token = api.admin().await;
    let mut asked = 0;
    for (path, method, operation) in operations(&document(&api).await) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        // Of a page that the operator does not use no body is read.
        if schema.get("$ref").is_none() || path.starts_with("/apps/") {
            continue;
        }
        asked += 1;
        for body in ["[]", "\"x\""] {
            let answer = send(&api, &token, (&method, path.as_str()), None, Body::from(body)).await;
            assert_eq!(answer.problem(), (422, "invalid-body"), "{method} {path} {body}: {answer:?}");
            assert_eq!(answer.body["detail"], "the body has to be a JSON object", "{method} {path} {body}");
        }
    }
    assert!(asked > 20, "only {asked} endpoints");
}

#[tokio::test]
async fn large_bodies_are_read_only_of_whoever_may_send_them() {
    let api = Api::start().await;
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let scopes = Permissions([Permission::ContactsManage].into());
    let wanted = tokens::TokenInput { name: "clerk".into(), scopes, days: tokens::LIFE_DAYS };
    let made = tokens::create(&mut tx, api.desks.desk, api.desks.agent, &wanted, api.state.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    for (path, method) in with_bodies(&api).await {
        if !takes_more(&path) {
            continue;
        }
        // A page is for whoever uses its add-on, whatever they may do: who does not has none.
        let refused = if path.starts_with("/apps/") { (404, "not-found") } else { (403, "forbidden") };
        for (token, refusal) in [("", (401, "unauthorized")), (made.secret.as_str(), refused)] {
            for key in [None, Some("once")] {
                let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
                let answer = send(&api, token, (&method, path.as_str()), key, endless).await;
                assert_eq!(answer.problem(), refusal, "{method} {path} {key:?}");
            }
        }
    }
}
