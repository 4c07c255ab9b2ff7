//! The bodies of answers as the snapshots have them: a field that goes, comes or changes its name is seen there.

use serde_json::json;

use super::{Api, addons};
use crate::drawn;

#[tokio::test]
async fn bodies_are_as_the_snapshots_have_them() {
    let api = Api::start().await;
    let token = api.admin().await;
    let ticket = format!("/tickets/{}", api.ticket(&token, "Printer on fire").await);
    let messages = format!("{ticket}/messages");
    let note = api.post(&token, &messages, json!({ "body": "Water?", "internal": true })).await;
    assert_eq!(note.status, 201, "{note:?}");
    let requester = api.get(&token, &ticket).await.body["requester"]["id"].as_str().unwrap().to_owned();
    let contact = format!("/contacts/{requester}");
    let installation = addons::installed(&api, &token).await;
    let (settings, users) = (format!("{installation}/settings"), format!("{installation}/users"));
    let paths: [(&str, &str); 19] = [
        ("me", "/me"),
        ("tickets", "/tickets"),
        ("ticket", &ticket),
        ("messages", &messages),
        ("contacts", "/contacts"),
        ("contact", &contact),
        ("operators", "/operators"),
        ("roles", "/roles"),
        ("tokens", "/tokens"),
        ("addons", "/addons"),
        ("addon", "/addons/acme.puppet"),
        ("installations", "/installations"),
        ("installation", &installation),
        ("settings", &settings),
        ("users", &users),
        ("publishers", "/publishers"),
        ("mails", "/mails"),
        ("attention", "/attention"),
        ("audit", "/audit"),
    ];
    for (name, path) in paths {
        let answer = api.get(&token, path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        drawn::json(&format!("api-{name}"), &answer.body);
    }
}

#[tokio::test]
async fn problems_are_as_the_snapshots_have_them() {
    let api = Api::start().await;
    let token = api.admin().await;
    for (name, answer) in [
        ("not-found", api.get(&token, "/tickets/999").await),
        ("unauthenticated", api.get("", "/tickets").await),
        ("malformed", api.post(&token, "/tickets", json!([])).await),
        ("invalid", api.post(&token, "/tickets", json!({ "subject": "", "body": "", "requester": {} })).await),
    ] {
        assert!(answer.status.is_client_error(), "{name}: {answer:?}");
        drawn::json(&format!("problem-{name}"), &answer.body);
    }
}
