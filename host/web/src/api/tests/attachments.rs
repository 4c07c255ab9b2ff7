//! Files: uploaded, attached to one message, read by who may see tickets, and never shown as a page.

use annex_desk::{
    Desk,
    attachments::{Files, Rules},
};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Answer, Api, request};

/// Sends a file; the media type is what the sender claims.
async fn upload(api: &Api, token: &str, path: &str, media_type: &str, body: impl Into<Body>) -> Answer {
    api.send(sending(token, path, media_type, body)).await
}

fn sending(token: &str, path: &str, media_type: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = request(token, Method::POST, path, None);
    request.headers_mut().insert("content-type", media_type.parse().unwrap());
    *request.body_mut() = body.into();
    request
}

/// The id of a file that was uploaded.
pub(super) async fn uploaded(api: &Api, token: &str, name: &str, bytes: &[u8]) -> String {
    let sent = upload(api, token, &format!("/attachments?name={name}"), "text/plain", bytes.to_vec()).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    sent.body["id"].as_str().unwrap().to_owned()
}

/// Its bytes, with the headers that they come with.
async fn content(api: &Api, token: &str, id: &str) -> (Bytes, axum::http::HeaderMap) {
    let request = request(token, Method::GET, &format!("/attachments/{id}/content"), None);
    let response = api.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let (parts, body) = response.into_parts();
    (axum::body::to_bytes(body, 1 << 20).await.unwrap(), parts.headers)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

#[tokio::test]
async fn a_file_is_uploaded_attached_once_and_read() {
    let api = Api::start().await;
    let (agent, admin) = (api.agent().await, api.admin().await);
    let messages = format!("/tickets/{}/messages", api.ticket(&agent, "Printer").await);
    let sent = upload(&api, &agent, "/attachments?name=..%2Fphoto.png", "text/html", PNG).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = sent.body["id"].as_str().unwrap();
    let shown = json!({ "id": id, "name": "photo.png", "media_type": "image/png", "size": PNG.len() });
    assert_eq!(sent.body, shown);
    assert_eq!(sent.headers["location"], format!("/api/v1/attachments/{id}").as_str());
    let path = format!("/attachments/{id}");
    assert_eq!(api.get(&admin, &path).await.problem(), (404, "not-found"), "it is not sent");

    let written = api.post(&agent, &messages, json!({ "body": "Look", "attachments": [id] })).await;
    assert_eq!((written.status.as_u16(), &written.body["attachments"]), (201, &json!([shown])));
    assert_eq!(api.get(&admin, &messages).await.body["items"][0]["attachments"], json!([shown]));
    assert_eq!(api.get(&admin, &path).await.body, shown);
    assert_eq!(&content(&api, &admin, id).await.0[..], PNG);
    assert_eq!(api.get(&api.stranger().await, &path).await.problem(), (404, "not-found"));
    for again in [json!([id]), json!(["01890000-0000-7000-8000-000000000000"])] {
        let again = api.post(&agent, &messages, json!({ "body": "Look", "attachments": again })).await;
        assert_eq!(again.problem(), (422, "invalid-request"));
        assert_eq!(
            (&again.body["errors"][0]["field"], &again.body["errors"][0]["code"]),
            (&json!("attachments"), &json!("unknown"))
        );
    }
}

#[tokio::test]
async fn a_form_brings_a_file_and_what_is_wrong_is_said() {
    let api = Api::start().await;
    let token = api.agent().await;
    let form = |part: &str| format!("--b\r\nContent-Disposition: form-data; {part}\r\n\r\n<html>\r\n--b--\r\n");
    let multipart = "multipart/form-data; boundary=b";
    let sent = upload(&api, &token, "/attachments", multipart, form("name=\"file\"; filename=\"a.png\"")).await;
    assert_eq!((sent.status.as_u16(), &sent.body["name"]), (201, &json!("a.png")));
    assert_eq!(sent.body["media_type"], "text/html");
    let other = upload(&api, &token, "/attachments", multipart, form("name=\"other\"")).await;
    assert_eq!((other.problem(), &other.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("file")));
    let nameless = upload(&api, &token, "/attachments", "image/png", PNG).await;
    assert_eq!((nameless.problem(), &nameless.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("name")));
    let large = upload(&api, &token, "/attachments?name=a", "image/png", vec![0; (25 << 20) + 1]).await;
    assert_eq!(large.problem(), (422, "attachment-too-large"));
    let imported = json!({ "body": "Old", "import": true, "attachments": [sent.body["id"]] });
    let number = api.ticket(&token, "Printer").await;
    let imported = api.post(&api.admin().await, &format!("/tickets/{number}/messages"), imported).await;
    assert_eq!(
        (imported.problem(), &imported.body["errors"][0]["field"]),
        ((422, "invalid-request"), &json!("attachments"))
    );
}

#[tokio::test]
async fn what_could_be_a_page_is_saved_and_runs_nowhere() {
    let api = Api::start().await;
    let token = api.agent().await;
    for (name, bytes, kind, shown) in [
        ("a.png", b"<!DOCTYPE html><script>1</script>".as_slice(), "application/octet-stream", "attachment"),
        ("a.svg", b"<svg onload=\"1\"/>".as_slice(), "application/octet-stream", "attachment"),
        ("a.pdf", b"%PDF-1.7".as_slice(), "application/octet-stream", "attachment"),
        ("a.html", PNG, "image/png", "inline"),
    ] {
        let id = uploaded(&api, &token, name, bytes).await;
        let (read, headers) = content(&api, &token, &id).await;
        assert_eq!((&read[..], &headers["content-type"]), (bytes, &axum::http::HeaderValue::from_static(kind)));
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with(&format!("{shown}; filename=\"{name}\"")), "{disposition}");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        let mut again = request(&token, Method::GET, &format!("/attachments/{id}/content"), None);
        again.headers_mut().insert("if-none-match", headers["etag"].clone());
        assert_eq!(api.send(again).await.status, 304);
    }
}

#[tokio::test]
async fn a_key_takes_a_file_once_without_holding_it() {
    let api = Api::start().await;
    let token = api.agent().await;
    let with_key = async |name: &str, bytes: &'static [u8]| {
        let mut request = sending(&token, &format!("/attachments?name={name}"), "text/plain", bytes);
        request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
        request.headers_mut().insert("content-length", bytes.len().into());
        api.send(request).await
    };
    let first = with_key("a.txt", b"abc").await;
    assert_eq!(first.status, 201, "{first:?}");
    let again = with_key("a.txt", b"abc").await;
    assert_eq!((&again.body, again.headers.contains_key("idempotency-replayed")), (&first.body, true));
    assert_eq!(with_key("a.txt", b"abcd").await.problem(), (422, "idempotency-key-reused"));
    assert_eq!(with_key("b.txt", b"abc").await.problem(), (422, "idempotency-key-reused"));
}

#[tokio::test]
async fn a_desk_without_room_says_so() {
    let mut api = Api::start().await;
    let rules = Rules { room: 5, scanner: None };
    api.state.files = Files::new(Desk::new(api.state.db.clone()), api.state.lifecycle.blobs().clone(), rules);
    let routes = crate::api::routes(&api.state);
    api.router = routes.with_state(api.state.clone());
    let token = api.agent().await;
    uploaded(&api, &token, "a", b"123").await;
    let full = upload(&api, &token, "/attachments?name=b", "text/plain", Value::Null.to_string()).await;
    assert_eq!(full.problem(), (409, "attachments-full"));
}
