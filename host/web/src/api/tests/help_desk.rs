//! Tickets, messages, contacts, people; who may what; and that one desk never sees another's.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Api, request};

#[tokio::test]
async fn a_ticket_is_made_found_answered_and_changed() {
    let api = Api::start().await;
    let token = api.agent().await;
    let number = api.ticket(&token, "Printer on fire").await;
    let path = format!("/tickets/{number}");
    let ticket = api.get(&token, &path).await;
    assert_eq!(ticket.status, 200);
    assert_eq!(ticket.body["requester"]["email"], "ann@example.org");
    assert_eq!((&ticket.body["status"], &ticket.body["assignee"]), (&json!("open"), &Value::Null));
    let by_id = api.get(&token, &format!("/tickets/{}", ticket.body["id"].as_str().unwrap())).await;
    assert_eq!(by_id.body, ticket.body);

    let note = json!({ "body": "Water?", "internal": true });
    let note = api.post(&token, &format!("{path}/messages"), note).await;
    assert_eq!((note.status.as_u16(), &note.body["author"]["name"]), (201, &json!("Bo")));
    assert_eq!(note.body["delivery"], "none");
    let messages = api.get(&token, &format!("{path}/messages?limit=1")).await;
    assert_eq!(messages.body["items"][0]["body"], "Water?");
    let older = messages.body["next"].as_str().unwrap();
    let older = api.get(&token, &format!("{path}/messages?limit=1&cursor={older}")).await;
    assert_eq!((&older.body["items"][0]["body"], &older.body["next"]), (&json!("Help"), &Value::Null));
    assert_eq!(older.body["items"][0]["author"]["kind"], "requester");

    let me = api.get(&token, "/me").await;
    let change = json!({ "status": "pending", "assignee": me.body["id"], "tags": ["Fire", "printer"] });
    let changed = api.call(&token, Method::PATCH, &path, Some(change)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.body["assignee"]["name"], "Bo");
    assert_eq!(changed.body["tags"], json!(["fire", "printer"]));
    let cleared = api.call(&token, Method::PATCH, &path, Some(json!({ "assignee": null }))).await;
    assert_eq!((&cleared.body["assignee"], &cleared.body["status"]), (&Value::Null, &json!("pending")));
}

#[tokio::test]
async fn a_message_may_come_as_html() {
    let api = Api::start().await;
    let token = api.agent().await;
    let requester = json!({ "email": "ann@example.org" });
    let new = json!({ "subject": "Formatted", "html": "<p>Dear <b>all</b>", "requester": requester });
    let number = api.post(&token, "/tickets", new).await.body["number"].clone();
    let path = format!("/tickets/{number}/messages");
    let reply = json!({ "body": "Hi", "html": "<i>Hi</i>" });
    assert_eq!(api.post(&token, &path, reply).await.status, 201);
    let listed = api.get(&token, &path).await.body;
    assert_eq!((&listed["items"][0]["body"], &listed["items"][1]["body"]), (&json!("Hi"), &json!("Dear all")));
    for wrong in [json!({}), json!({ "html": "<img src=x>" }), json!({ "body": "x", "html": "a\0" })] {
        assert_eq!(api.post(&token, &path, wrong).await.problem(), (422, "invalid-request"));
    }
}

#[tokio::test]
async fn a_conversation_begins_by_a_channel_of_the_desk_or_not_at_all() {
    let api = Api::start().await;
    let token = api.agent().await;
    let requester = json!({ "email": "ann@example.org" });
    let via = annex_domain::ids::InstallationId::new();
    let new = json!({ "subject": "Your order", "body": "Hello", "requester": requester, "via": via });
    let refused = api.post(&token, "/tickets", new).await;
    assert_eq!(refused.problem(), (422, "invalid-request"));
    assert_eq!(refused.body["errors"][0]["field"], "via");
    assert_eq!(api.get(&token, "/tickets").await.body["items"], json!([]));
}

#[tokio::test]
async fn two_people_cannot_overwrite_each_other() {
    let api = Api::start().await;
    let token = api.agent().await;
    let path = format!("/tickets/{}", api.ticket(&token, "Printer").await);
    let tag = api.get(&token, &path).await.headers["etag"].clone();
    let patch = async |tag: &str, body: Value| {
        let mut request = request(&token, Method::PATCH, &path, Some(&body));
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        api.send(request).await
    };
    let first = patch(tag.to_str().unwrap(), json!({ "priority": "high" })).await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_ne!(first.headers["etag"], tag);
    let second = patch(tag.to_str().unwrap(), json!({ "priority": "low" })).await;
    assert_eq!(second.problem(), (412, "precondition-failed"));
    assert_eq!(patch("\"x\"", json!({ "priority": "low" })).await.problem(), (412, "precondition-failed"));
    assert_eq!(patch("*", json!({ "priority": "low" })).await.body["priority"], "low");
}

#[tokio::test]
async fn the_inbox_is_filtered_and_paged() {
    let api = Api::start().await;
    let token = api.agent().await;
    for n in 1..=5 {
        api.ticket(&token, &format!("Ticket {n}")).await;
    }
    api.call(&token, Method::PATCH, "/tickets/2", Some(json!({ "status": "solved" }))).await;
    let numbers = async |query: &str| {
        let page = api.get(&token, &format!("/tickets?{query}")).await;
        let numbers: Vec<_> =
            page.body["items"].as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect();
        (numbers, page.body["next"].as_str().map(str::to_owned))
    };
    let (first, next) = numbers("sort=number&order=asc&limit=3").await;
    assert_eq!(first, [1, 2, 3]);
    let (rest, end) = numbers(&format!("sort=number&order=asc&limit=3&cursor={}", next.unwrap())).await;
    assert_eq!((rest, end), (vec![4, 5], None));
    assert_eq!(numbers("status=solved,closed").await.0, [2]);
    assert_eq!(numbers("q=ticket+4").await.0, [4]);
    assert_eq!(numbers("assignee=me").await.0, [0; 0]);
}

#[tokio::test]
async fn contacts_are_made_searched_and_changed() {
    let api = Api::start().await;
    let token = api.agent().await;
    let body = json!({ "name": "Zoë", "email": "Zoe@Example.org", "phone": "1" });
    let made = api.post(&token, "/contacts", body.clone()).await;
    assert_eq!((made.status.as_u16(), &made.body["email"]), (201, &json!("zoe@example.org")));
    assert_eq!(api.post(&token, "/contacts", body).await.problem(), (409, "already-exists"));
    let found = api.get(&token, "/contacts?q=zo%C3%AB").await;
    assert_eq!(found.body["items"][0]["id"], made.body["id"]);
    assert_eq!(api.get(&token, "/contacts?email=ZOE@example.org").await.body["items"][0]["id"], made.body["id"]);
    assert_eq!(api.get(&token, "/contacts?email=zo").await.body["items"], json!([]));
    let path = format!("/contacts/{}", made.body["id"].as_str().unwrap());
    let changed = api.call(&token, Method::PATCH, &path, Some(json!({ "phone": null, "company": "Acme" }))).await;
    assert_eq!((&changed.body["phone"], &changed.body["company"]), (&Value::Null, &json!("Acme")));
    assert_eq!((&changed.body["name"], &changed.body["email"]), (&json!("Zoë"), &json!("zoe@example.org")));
    let gone = api.call(&token, Method::PATCH, &path, Some(json!({ "email": null }))).await;
    assert_eq!(gone.body["email"], Value::Null);
    let several = json!({ "emails": ["zoe@example.org", "Zoe@work.example.org"], "phones": ["1", "2"] });
    let several = api.call(&token, Method::PATCH, &path, Some(several)).await;
    assert_eq!(several.body["emails"], json!(["zoe@example.org", "zoe@work.example.org"]));
    assert_eq!((&several.body["email"], &several.body["phone"]), (&json!("zoe@example.org"), &json!("1")));
    assert_eq!(api.get(&token, "/contacts?email=zoe@work.example.org").await.body["items"][0]["id"], made.body["id"]);
    let odd = json!({ "name": "Zoë", "email": "zoe@nowhere" });
    assert_eq!(api.post(&token, "/contacts", odd).await.problem(), (422, "invalid-request"));
}

#[tokio::test]
async fn contacts_are_exported_and_erased() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    let number = api.ticket(&agent, "A secret of Ann").await;
    let contact = api.get(&agent, "/contacts").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/contacts/{contact}");
    let export = api.get(&agent, &format!("{path}/export")).await;
    assert_eq!((export.status.as_u16(), &export.body["contact"]["emails"]), (200, &json!(["ann@example.org"])));
    assert_eq!(export.body["tickets"][0]["subject"], "A secret of Ann");

    let erase = format!("{path}/erase");
    assert_eq!(api.post(&agent, &erase, json!({})).await.problem(), (403, "forbidden"));
    let erased = api.post(&admin, &erase, json!({})).await;
    assert_eq!((erased.status.as_u16(), &erased.body["email"]), (200, &Value::Null));
    assert!(erased.body["erased_at"].is_string());
    assert_eq!(api.get(&admin, "/contacts").await.body["items"], json!([]));
    let ticket = api.get(&admin, &format!("/tickets/{number}")).await;
    assert_eq!((ticket.status.as_u16(), &ticket.body["subject"]), (200, &erased.body["name"]));
    let again = api.call(&admin, Method::PATCH, &path, Some(json!({ "name": "Ann" }))).await;
    assert_eq!(again.problem(), (409, "contact-erased"));
}

#[tokio::test]
async fn a_closed_ticket_takes_notes_but_no_reply() {
    let api = Api::start().await;
    let token = api.agent().await;
    let path = format!("/tickets/{}", api.ticket(&token, "Done").await);
    api.call(&token, Method::PATCH, &path, Some(json!({ "status": "closed" }))).await;
    let path = format!("{path}/messages");
    assert_eq!(api.post(&token, &path, json!({ "body": "Hi" })).await.problem(), (409, "ticket-closed"));
    assert_eq!(api.post(&token, &path, json!({ "body": "Hi", "internal": true })).await.status, 201);
}

#[tokio::test]
async fn each_part_needs_its_permission() {
    let api = Api::start().await;
    let agent = api.agent().await;
    for path in ["/addon-requests", "/installations", "/publishers", "/roles"] {
        let answer = api.get(&agent, path).await;
        assert_eq!(answer.problem(), (403, "forbidden"), "{path}");
        assert_eq!(api.get(&api.admin().await, path).await.status, 200, "{path}");
    }
    let key = json!({ "slug": "acme", "name": "Acme", "public_key": "00".repeat(32) });
    assert_eq!(api.post(&agent, "/publishers", key).await.problem(), (403, "forbidden"));
}

#[tokio::test]
async fn another_desks_things_do_not_exist() {
    let api = Api::start().await;
    let (token, stranger) = (api.admin().await, api.stranger().await);
    let number = api.ticket(&token, "Secret").await;
    let ticket = api.get(&token, &format!("/tickets/{number}")).await.body["id"].as_str().unwrap().to_owned();
    let contact = api.get(&token, "/contacts").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let person = api.in_person(api.desks.desk, api.desks.admin).await;
    let made = api.post(&person, "/tokens", json!({ "name": "x", "scopes": ["tickets.view"] })).await;
    let made = made.body["id"].as_str().unwrap().to_owned();
    let operator = api.desks.admin;
    let installation = annex_domain::ids::InstallationId::new();
    let cases = [
        (Method::GET, format!("/tickets/{ticket}"), None),
        (Method::GET, format!("/tickets/{number}"), None),
        (Method::PATCH, format!("/tickets/{ticket}"), Some(json!({ "status": "closed" }))),
        (Method::GET, format!("/tickets/{ticket}/messages"), None),
        (Method::POST, format!("/tickets/{ticket}/messages"), Some(json!({ "body": "x" }))),
        (Method::POST, format!("/tickets/{ticket}/sidebar/{installation}/render"), Some(json!({}))),
        (Method::GET, format!("/contacts/{contact}"), None),
        (Method::PATCH, format!("/contacts/{contact}"), Some(json!({ "name": "x" }))),
        (Method::DELETE, format!("/tokens/{made}"), None),
        (Method::GET, format!("/operators/{operator}"), None),
    ];
    for (method, path, body) in cases {
        let answer = api.call(&stranger, method.clone(), &path, body).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{method} {path}");
    }
    for list in ["/tickets", "/contacts", "/tokens?", "/tickets?q=secret"] {
        let text = api.get(&stranger, list.trim_end_matches('?')).await.body.to_string();
        assert!(!text.contains(&ticket) && !text.contains(&contact) && !text.contains(&made), "{list}");
    }
    let theirs = json!({ "subject": "x", "body": "x", "requester": { "id": contact } });
    assert_eq!(api.post(&stranger, "/tickets", theirs).await.problem(), (422, "invalid-request"));
    let number = api.ticket(&stranger, "Own").await;
    let assign = json!({ "assignee": operator });
    let answer = api.call(&stranger, Method::PATCH, &format!("/tickets/{number}"), Some(assign)).await;
    assert_eq!((answer.problem(), &answer.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("assignee")));
}

#[tokio::test]
async fn unknown_installations_are_not_found_whatever_is_asked() {
    let api = Api::start().await;
    let token = api.admin().await;
    let path = format!("/installations/{}", annex_domain::ids::InstallationId::new());
    let gets = ["", "/deletion", "/export", "/settings", "/logs", "/health", "/calls"];
    for part in gets {
        let answer = api.get(&token, &format!("{path}{part}")).await;
        assert_eq!(answer.problem(), (404, "not-found"), "GET {part}");
    }
    for part in ["rollback", "retry", "activate", "deactivate", "pin", "unpin"] {
        let answer = api.call(&token, Method::POST, &format!("{path}/{part}"), None).await;
        assert_eq!(answer.problem(), (404, "not-found"), "POST {part}");
    }
    let missing = api.post(&token, "/installations", json!({ "addon": "acme.hello" })).await;
    assert_eq!(missing.problem(), (404, "not-found"));
    let wrong = api.post(&token, "/installations", json!({ "addon": "hello" })).await;
    assert_eq!((wrong.problem(), &wrong.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("addon")));
}

#[tokio::test]
async fn publishers_are_trusted_and_their_keys_revoked() {
    let api = Api::start().await;
    let token = api.admin().await;
    // The public key of RFC 8032, test 1.
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let trust = json!({ "slug": "acme", "name": "Acme", "public_key": key });
    let made = api.post(&token, "/publishers", trust.clone()).await;
    assert_eq!((made.status.as_u16(), &made.body["keys"][0]["public_key"]), (201, &json!(key)));
    let again = api.post(&token, "/publishers", trust).await;
    assert_eq!(again.body["keys"].as_array().unwrap().len(), 1, "trusting a key again changes nothing");
    let short = json!({ "slug": "acme", "name": "Acme", "public_key": "00" });
    assert_eq!(api.post(&token, "/publishers", short).await.problem(), (422, "invalid-request"));
    let hidden = json!({ "slug": "evil", "name": "Ac\u{200b}me", "public_key": key });
    assert_eq!(api.post(&token, "/publishers", hidden).await.problem(), (422, "invalid-request"));
    // Anything verifies under the point of order 1.
    let weak = json!({ "slug": "evil", "name": "Evil", "public_key": format!("01{}", "00".repeat(31)) });
    assert_eq!(api.post(&token, "/publishers", weak).await.problem(), (422, "weak-key"));
    let id = made.body["keys"][0]["id"].as_str().unwrap();
    let unknown = format!("/publishers/acme/keys/{}/revoke", "0".repeat(64));
    assert_eq!(api.call(&token, Method::POST, &unknown, None).await.problem(), (404, "not-found"));
    let revoked = api.call(&token, Method::POST, &format!("/publishers/acme/keys/{id}/revoke"), None).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_ne!(revoked.body["keys"][0]["status"], "active");
}
