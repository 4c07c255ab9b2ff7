//! Every way to get it wrong has its own answer.

use std::time::Duration;

use annex_store::sessions;
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use super::{Api, request};

#[tokio::test]
async fn unknown_paths_are_problems_too() {
    let api = Api::start().await;
    for path in ["/api/v1/nothing", "/api/v1/tickets/1/nothing", "/api/v2/tickets", "/api", "/api/v1"] {
        let answer = api.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{path}");
    }
}

#[tokio::test]
async fn credentials_must_be_good_ones() {
    let api = Api::start().await;
    let token = api.admin().await;
    assert_eq!(api.get(&token, "/me").await.status, 200);
    for header in ["Bearer annex_0", "Bearer", "Basic YTpi", &format!("Bearer x{token}"), "Bearer "] {
        let request = Request::get("/api/v1/me").header("authorization", header).body(Body::empty()).unwrap();
        assert_eq!(api.send(request).await.problem(), (401, "unauthorized"), "{header}");
    }
    let person = api.in_person(api.desks.desk, api.desks.admin).await;
    let wanted = json!({ "name": "short", "scopes": ["tickets.view"], "expires_in_days": 1 });
    let made = api.post(&person, "/tokens", wanted).await;
    let short = made.body["secret"].as_str().unwrap().to_owned();
    assert_eq!(api.get(&short, "/me").await.status, 200);
    api.clock.advance(Duration::from_secs(86_400));
    assert_eq!(api.get(&short, "/me").await.problem(), (401, "unauthorized"));
}

#[tokio::test]
async fn the_session_of_the_panel_is_a_credential_too() {
    let api = Api::start().await;
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let now = api.state.clock.now();
    let made = sessions::create(&mut tx, api.desks.desk, api.desks.agent, "test", "::1", now).await.unwrap();
    tx.commit().await.unwrap();
    let me = async |cookie: String| {
        let request = Request::get("/api/v1/me").header("cookie", cookie);
        api.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(me(format!("annex-session={}", made.secret)).await.body["name"], "Bo");
    assert_eq!(me("annex-session=x".into()).await.problem(), (401, "unauthorized"));
    api.clock.advance(Duration::from_secs(13 * 3600));
    assert_eq!(me(format!("annex-session={}", made.secret)).await.problem(), (401, "unauthorized"));
}

#[tokio::test]
async fn bodies_are_checked_before_anything_is_done() {
    let api = Api::start().await;
    let token = api.admin().await;
    let send = async |content_type: &str, body: &str| {
        let mut request = request(&token, Method::POST, "/contacts", None);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        *request.body_mut() = Body::from(body.to_owned());
        api.send(request).await
    };
    let malformed = send("application/json", "{\n \"name\": }").await;
    assert_eq!(malformed.problem(), (400, "malformed-json"));
    assert_eq!((&malformed.body["line"], &malformed.body["column"]), (&json!(2), &json!(10)));
    let unknown = send("application/json", r#"{"name":"Ann","phon":"1"}"#).await;
    assert_eq!(unknown.problem(), (422, "invalid-body"));
    assert_eq!(unknown.body["errors"][0]["field"], "phon");
    assert_eq!(send("text/plain", "{}").await.problem(), (415, "unsupported-media-type"));
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(send("application/json", &large).await.problem(), (413, "body-too-large"));
    for deep in ["[".repeat(50_000), r#"{"a":"#.repeat(10_000), r#"{"name":"#.to_owned() + &"[".repeat(50_000)] {
        // What is of another kind than the field is refused before the rest of it is read.
        let refused = send("application/json", &deep).await.problem().0;
        assert!(matches!(refused, 400 | 422), "{refused}");
    }
    let nul = send("application/json", "{\"name\":\"a\\u0000b\"}").await;
    assert_eq!(nul.problem(), (422, "invalid-request"));
}

#[tokio::test]
async fn queries_are_checked() {
    let api = Api::start().await;
    let token = api.admin().await;
    for (query, code) in [
        ("limit=0", (422, "invalid-request")),
        ("limit=x", (400, "invalid-query")),
        ("cursor=x", (422, "invalid-request")),
        ("stauts=open", (400, "invalid-query")),
        ("status=open,done", (422, "invalid-request")),
        ("assignee=ann", (422, "invalid-request")),
    ] {
        assert_eq!(api.get(&token, &format!("/tickets?{query}")).await.problem(), code, "{query}");
    }
}

#[tokio::test]
async fn a_caller_who_asks_too_much_is_slowed_down() {
    let api = Api::start().await;
    let token = api.agent().await;
    let mut limited = None;
    for _ in 0..2000 {
        let answer = api.get(&token, "/tokens").await;
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.expect("a limit");
    assert_eq!(limited.problem(), (429, "rate-limited"));
    assert!(limited.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(api.get(&api.admin().await, "/tokens").await.status, 200);
}

#[tokio::test]
async fn a_browser_on_another_site_cannot_use_the_session() {
    let api = Api::start().await;
    let token = api.admin().await;
    let mut request = request(&token, Method::POST, "/contacts", Some(&json!({ "name": "Ann" })));
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(api.send(request).await.problem(), (403, "cross-site"));
}

#[tokio::test]
async fn packages_have_their_own_media_type_and_size() {
    let api = Api::start().await;
    let token = api.admin().await;
    assert_eq!(api.post(&token, "/packages", json!({})).await.problem(), (415, "unsupported-media-type"));
    let send = async |token: &str, bytes: Vec<u8>| {
        let mut request = request(token, Method::POST, "/packages", None);
        request.headers_mut().insert("content-type", "application/vnd.annex.package".parse().unwrap());
        *request.body_mut() = Body::from(bytes);
        api.send(request).await
    };
    let garbage = send(&token, b"not a package".to_vec()).await;
    assert_eq!(garbage.problem().0, 422);
    assert_eq!(send(&token, vec![0; 17 << 20]).await.problem(), (413, "body-too-large"));
    assert_eq!(send(&api.agent().await, b"x".to_vec()).await.problem(), (403, "forbidden"));
    let mut form = request(&token, Method::POST, "/packages", None);
    form.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    *form.body_mut() = Body::from("--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n");
    let form = api.send(form).await;
    assert_eq!((form.problem(), &form.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("package")));
}

#[tokio::test]
async fn hooks_of_nobody_are_not_found_and_bounded() {
    let api = Api::start().await;
    let id = annex_domain::ids::InstallationId::new();
    for path in ["/hooks/x".to_owned(), "/hooks/x/y".to_owned(), format!("/hooks/{id}"), format!("/hooks/{id}/a/b?c=d")]
    {
        let answer = api.send(Request::post(&path).body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{path}");
    }
    let large = Request::post(format!("/hooks/{id}")).body(Body::from(vec![0; (1 << 20) + 1])).unwrap();
    assert_eq!(api.send(large).await.problem(), (404, "not-found"), "before the body is read");
}

#[tokio::test]
async fn live_events_need_a_session_and_start_at_once() {
    use tower::ServiceExt as _;

    let api = Api::start().await;
    let nobody = api.send(Request::get("/events").body(Body::empty()).unwrap()).await;
    assert_eq!(nobody.problem(), (401, "unauthorized"));
    let token = api.agent().await;
    let request =
        Request::get("/events").header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
    let response = api.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut next = async || {
        let chunk = futures::StreamExt::next(&mut stream).await.unwrap().unwrap();
        String::from_utf8(chunk.to_vec()).unwrap()
    };
    assert!(next().await.contains("event: hello\n"));
    api.ticket(&token, "Printer").await;
    assert!(next().await.contains("event: ticket\n"));
}
