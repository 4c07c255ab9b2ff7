//! Tickets that take up others.

use axum::http::Method;
use serde_json::{Value, json};

use super::Api;

#[tokio::test]
async fn a_ticket_is_merged_into_another_by_its_number_or_id() {
    let api = Api::start().await;
    let token = api.agent().await;
    let [one, two, three] = [
        api.ticket(&token, "Printer").await,
        api.ticket(&token, "Printer again").await,
        api.ticket(&token, "All printers").await,
    ];
    let merge = async |ticket: i64, into: Value| {
        api.post(&token, &format!("/tickets/{ticket}/merge"), json!({ "into": into })).await
    };
    let read = async |ticket: i64| api.get(&token, &format!("/tickets/{ticket}")).await;
    assert_eq!(read(one).await.body["merged_into"], Value::Null);
    let other = merge(one, json!(two)).await;
    assert_eq!((other.status.as_u16(), &other.body["number"]), (200, &json!(two)), "{other:?}");
    assert_eq!(other.headers["etag"], read(two).await.headers["etag"]);
    let merged = read(one).await.body;
    assert_eq!((&merged["status"], &merged["merged_into"]), (&json!("closed"), &json!(two)));

    // What was merged before goes along.
    let id = read(three).await.body["id"].clone();
    let other = merge(two, id.clone()).await;
    assert_eq!((other.status.as_u16(), &other.body["id"]), (200, &id));
    let listed = api.get(&token, "/tickets?status=closed").await.body;
    let into: Vec<_> = listed["items"].as_array().unwrap().iter().map(|ticket| &ticket["merged_into"]).collect();
    assert_eq!(into, [three, three]);
    let change = api.get(&token, &format!("/tickets/{three}/changes")).await.body["items"][0].clone();
    assert_eq!((&change["field"], &change["new"]), (&json!("merged"), &json!(two.to_string())));

    let path = format!("/tickets/{one}");
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({ "status": "open" })),
        (Method::POST, format!("{path}/messages"), json!({ "body": "Hi" })),
        (Method::POST, format!("{path}/messages"), json!({ "body": "Hi", "internal": true })),
        (Method::POST, format!("{path}/spam"), json!({})),
        (Method::POST, format!("{path}/merge"), json!({ "into": three })),
    ] {
        let refused = api.call(&token, method, &path, Some(body)).await;
        assert_eq!(refused.problem(), (409, "merged"), "{path}");
    }
    assert_eq!(api.call(&token, Method::DELETE, &path, None).await.status, 204);
    let back = api.call(&token, Method::POST, &format!("{path}/restore"), None).await;
    assert_eq!((back.status.as_u16(), &back.body["merged_into"]), (200, &json!(three)));
}

#[tokio::test]
async fn what_cannot_take_up_a_ticket_is_named() {
    let api = Api::start().await;
    let (token, stranger) = (api.agent().await, api.stranger().await);
    let [one, shut] = [api.ticket(&token, "Printer").await, api.ticket(&token, "Door").await];
    let closed = json!({ "status": "closed" });
    assert_eq!(api.call(&token, Method::PATCH, &format!("/tickets/{shut}"), Some(closed)).await.status, 200);
    let theirs = api.ticket(&stranger, "Theirs").await;
    let theirs = api.get(&stranger, &format!("/tickets/{theirs}")).await.body["id"].clone();
    let path = format!("/tickets/{one}/merge");
    for (into, code) in [(json!(one), "itself"), (json!(shut), "closed"), (json!("x"), "not-a-ticket")] {
        let refused = api.post(&token, &path, json!({ "into": into })).await;
        assert_eq!(refused.problem(), (422, "invalid-request"));
        let error = &refused.body["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!("into"), &json!(code)));
    }
    for into in [json!(1.5), Value::Null] {
        let refused = api.post(&token, &path, json!({ "into": into })).await;
        assert_eq!(refused.problem(), (422, "invalid-body"));
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.starts_with("use the number or the id of a ticket"), "{detail}");
    }
    for into in [json!(999), theirs] {
        assert_eq!(api.post(&token, &path, json!({ "into": into })).await.problem(), (404, "not-found"));
    }
    assert_eq!(api.get(&token, &format!("/tickets/{one}")).await.body["status"], "open");
}
