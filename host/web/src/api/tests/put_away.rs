//! Spam, trash, the changes of a ticket, and imports.

use axum::http::Method;
use serde_json::{Value, json};

use super::Api;

/// The numbers of a list.
async fn numbers(api: &Api, token: &str, query: &str) -> Vec<i64> {
    let page = api.get(token, &format!("/tickets?{query}")).await;
    page.body["items"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn spam_and_trash_are_folders_that_take_nothing() {
    let api = Api::start().await;
    let token = api.agent().await;
    let path = format!("/tickets/{}", api.ticket(&token, "Buy now").await);
    let spam = api.call(&token, Method::POST, &format!("{path}/spam"), None).await;
    assert_eq!((spam.status.as_u16(), &spam.body["status"]), (200, &json!("open")));
    assert!(spam.body["spam_at"].is_string() && spam.body["deleted_at"].is_null(), "{spam:?}");
    assert_eq!(spam.headers["etag"], api.get(&token, &path).await.headers["etag"]);
    assert_eq!(numbers(&api, &token, "limit=50").await, [0; 0]);
    assert_eq!(numbers(&api, &token, "q=buy").await, [0; 0]);
    assert_eq!(numbers(&api, &token, "folder=spam").await, [1]);
    let closed = json!({ "status": "closed" });
    let refused = api.call(&token, Method::PATCH, &path, Some(closed)).await;
    assert_eq!(refused.problem(), (409, "ticket-put-away"));
    assert_eq!(
        api.post(&token, &format!("{path}/messages"), json!({ "body": "x" })).await.problem().1,
        "ticket-put-away"
    );

    assert_eq!(api.call(&token, Method::DELETE, &path, None).await.status, 204);
    assert_eq!(api.call(&token, Method::DELETE, &path, None).await.status, 204, "it is there already");
    assert_eq!(numbers(&api, &token, "folder=spam").await, [0; 0]);
    assert_eq!(numbers(&api, &token, "folder=trash").await, [1]);
    assert_eq!(api.call(&token, Method::DELETE, &format!("{path}/spam"), None).await.problem().1, "ticket-put-away");
    assert!(api.call(&token, Method::POST, &format!("{path}/restore"), None).await.body["deleted_at"].is_null());
    assert!(api.call(&token, Method::DELETE, &format!("{path}/spam"), None).await.body["spam_at"].is_null());
    assert_eq!(numbers(&api, &token, "limit=50").await, [1]);
}

#[tokio::test]
async fn changes_are_listed_with_names_page_by_page() {
    let api = Api::start().await;
    let token = api.agent().await;
    let path = format!("/tickets/{}", api.ticket(&token, "Printer").await);
    let me = api.get(&token, "/me").await.body["id"].clone();
    for change in [json!({ "status": "pending" }), json!({ "assignee": me }), json!({ "tags": ["a"] })] {
        assert_eq!(api.call(&token, Method::PATCH, &path, Some(change)).await.status, 200);
    }
    let page = api.get(&token, &format!("{path}/changes?limit=2")).await;
    let fields = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(&page.body), ["tags", "assignee"]);
    let assigned = &page.body["items"][1];
    assert_eq!(
        (&assigned["actor_name"], &assigned["old_name"], &assigned["new_name"]),
        (&json!("Bo"), &Value::Null, &json!("Bo"))
    );
    let next = page.body["next"].as_str().unwrap();
    let last = api.get(&token, &format!("{path}/changes?limit=2&cursor={next}")).await;
    assert_eq!((fields(&last.body), &last.body["next"]), (vec!["status".to_owned()], &Value::Null));
    assert_eq!(api.get(&token, &format!("{path}/changes?cursor=x")).await.status, 422);
}

#[tokio::test]
async fn a_ticket_of_another_help_desk_is_imported_once() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    let operator = api.desks.agent;
    let old = json!({
        "import": true, "external_id": "zd-17", "created_at": "2019-03-01T09:30:00Z", "status": "solved",
        "subject": "Long ago", "body": "It was broken", "requester": { "email": "ann@example.org" },
    });
    assert_eq!(api.post(&agent, "/tickets", old.clone()).await.problem(), (403, "forbidden"));
    let made = api.post(&admin, "/tickets", old.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["created_at"], &made.body["status"]), (&json!("2019-03-01T09:30:00Z"), &json!("solved")));
    let again = api.post(&admin, "/tickets", old).await;
    assert_eq!((again.status.as_u16(), &again.body["id"]), (200, &made.body["id"]));

    let path = format!("/tickets/{}/messages", made.body["number"]);
    let reply = json!({
        "import": true, "external_id": "zd-17-2", "created_at": "2019-03-01T10:00:00+01:00", "body": "Try again",
        "author": operator,
    });
    let written = api.post(&admin, &path, reply.clone()).await;
    assert_eq!((written.status.as_u16(), &written.body["author"]["name"]), (201, &json!("Bo")));
    assert_eq!(written.body["created_at"], "2019-03-01T09:00:00Z");
    let again = api.post(&admin, &path, reply).await;
    assert_eq!((again.status.as_u16(), &again.body["id"]), (200, &written.body["id"]));
}

#[tokio::test]
async fn only_imports_choose_dates_and_authors() {
    let api = Api::start().await;
    let admin = api.admin().await;
    let new = json!({ "subject": "x", "body": "x", "requester": { "email": "ann@example.org" } });
    let path = format!("/tickets/{}/messages", api.ticket(&admin, "Live").await);
    let operator = api.desks.agent;
    for (field, value) in [
        ("author", json!(operator)),
        ("created_at", json!("2019-03-01T09:30:00Z")),
        ("external_id", json!("1")),
        ("status", json!("closed")),
    ] {
        let mut ticket = new.clone();
        ticket[field] = value.clone();
        let refused = api.post(&admin, "/tickets", ticket).await;
        assert_eq!((refused.problem(), &refused.body["errors"][0]["field"]), ((422, "invalid-request"), &json!(field)));
        if field != "status" {
            let mut message = json!({ "body": "x" });
            message[field] = value;
            let refused = api.post(&admin, &path, message).await;
            assert_eq!(
                (refused.problem(), &refused.body["errors"][0]["field"]),
                ((422, "invalid-request"), &json!(field))
            );
        }
    }
    let theirs = json!({ "body": "x", "author": "requester" });
    assert_eq!(api.post(&admin, &path, theirs).await.problem(), (422, "invalid-request"));
    let mut future = new;
    future["import"] = json!(true);
    future["created_at"] = json!("2999-01-01T00:00:00Z");
    let refused = api.post(&admin, "/tickets", future).await;
    assert_eq!(refused.body["errors"][0]["code"], "not-past", "{refused:?}");
}
