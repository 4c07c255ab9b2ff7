//! Views beside contacts and on pages, through the API: where the manifest names them, and for whom. Those beside tickets are in
//! `addons.rs` and `users.rs`, and another desk's in `isolation.rs`.

use std::collections::BTreeMap;

use annex_domain::{
    addon::Kind,
    manifest::{Manifest, ViewEntry, ViewPlace, Wit},
    permission::{Permission, Permissions},
};
use annex_package::{build, sign};
use annex_store::tokens;
use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Api, addons};

/// Installs the listener, which is beside contacts and has a page; its id.
async fn listening(api: &Api, token: &str) -> String {
    addons::trust(api, token).await;
    let view = |key: &str, location| ViewEntry { key: key.into(), location, title: None, icon: None, order: None };
    let manifest = Manifest {
        wit: Wit::V0_2.to_string(),
        views: vec![view("history", ViewPlace::ContactSidebar), view("reports", ViewPlace::Page)],
        ..addons::manifest("acme.listener", Kind::Plugin, "1.0.0", 1)
    };
    let built = build(manifest, addons::guest("listener"), BTreeMap::new()).unwrap();
    let published = addons::publish(api, token, sign(&built, &[addons::key()]).unwrap()).await;
    assert_eq!(published.status, 201, "{published:?}");
    let made = addons::settled(api, token, "/installations", Some(json!({ "addon": "acme.listener" }))).await;
    assert_eq!(made.body["status"], "active", "{made:?}");
    made.body["id"].as_str().unwrap().to_owned()
}

/// The requester of a new ticket, and its number.
async fn requester(api: &Api, token: &str) -> (String, i64) {
    let number = api.ticket(token, "A question").await;
    let contacts = api.get(token, "/contacts").await.body;
    (format!("/contacts/{}", contacts["items"][0]["id"].as_str().unwrap()), number)
}

fn said(answer: &Answer) -> &Value {
    &answer.body["view"]["sections"][0]["nodes"]
}

#[tokio::test]
async fn views_are_rendered_and_used_beside_contacts_and_on_pages() {
    let api = Api::start().await;
    let token = api.admin().await;
    let id = listening(&api, &token).await;
    let (contact, number) = requester(&api, &token).await;
    let mut states = Vec::new();
    let places =
        [(format!("{contact}/sidebar/{id}"), "history at contact-sidebar"), (format!("/apps/{id}"), "reports at page")];
    for (path, expected) in &places {
        let shown = api.post(&token, &format!("{path}/render"), json!({ "locale": "de" })).await;
        assert_eq!(shown.status, 200, "{path}: {shown:?}");
        assert!(said(&shown).to_string().contains(expected), "{path}: {shown:?}");
        let event = json!({ "verb": "load", "source": "first", "state": shown.body["state"] });
        let loaded = api.post(&token, &format!("{path}/events"), event).await;
        assert!(said(&loaded).to_string().contains("loaded first"), "{path}: {loaded:?}");
        let back = api.post(&token, &format!("{path}/back"), json!({ "state": loaded.body["state"] })).await;
        assert_eq!(back.problem(), (422, "not-offered"), "{path}: nothing lies below");
        // As large as a state may be, and it is read.
        let large = json!({ "state": "0".repeat(1_000_000) });
        assert_eq!(api.post(&token, &format!("{path}/back"), large).await.problem(), (409, "stale-state"), "{path}");
        for what in ["render", "events", "back"] {
            let listed = api.post(&token, &format!("{path}/{what}"), json!([])).await;
            assert_eq!(listed.problem(), (422, "invalid-body"), "{path}/{what}: no object");
        }
        states.push(loaded.body["state"].clone());
    }
    for ((path, _), state) in places.iter().zip(states.iter().rev()) {
        let event = json!({ "verb": "load", "source": "first", "state": state });
        let replayed = api.post(&token, &format!("{path}/events"), event).await;
        assert_eq!(replayed.problem(), (409, "stale-state"), "{path}: what was shown elsewhere");
    }
    let beside = api.post(&token, &format!("/tickets/{number}/sidebar/{id}/render"), json!({})).await;
    assert_eq!(beside.problem(), (404, "not-found"), "its manifest does not name that place");
}

#[tokio::test]
async fn a_view_beside_a_contact_takes_a_permission_and_a_page_takes_none() {
    let api = Api::start().await;
    let (admin, agent) = (api.admin().await, api.agent().await);
    let id = listening(&api, &admin).await;
    let (contact, _) = requester(&api, &admin).await;
    let mut tx = annex_store::testing::tx(&api.state.db).await;
    let scopes = Permissions([Permission::ContactsManage].into());
    let wanted = tokens::TokenInput { name: "clerk".into(), scopes, days: tokens::LIFE_DAYS };
    let made = tokens::create(&mut tx, api.desks.desk, api.desks.agent, &wanted, api.state.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (beside, page) = (format!("{contact}/sidebar/{id}/render"), format!("/apps/{id}/render"));
    let render = async |token: &str, path: &str| api.post(token, path, json!({})).await;
    assert_eq!(render(&made.secret, &beside).await.problem(), (403, "forbidden"));
    assert_eq!(render(&made.secret, &page).await.status, 200);
    assert_eq!(render(&agent, &beside).await.status, 200);

    let me = json!({ "operators": [api.desks.admin.to_string()] });
    let changed = api.call(&admin, Method::PUT, &format!("/installations/{id}/users"), Some(me)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    for path in [&beside, &page] {
        assert_eq!(render(&agent, path).await.problem(), (403, "not-a-user"), "{path}");
        assert_eq!(render(&admin, path).await.status, 200, "{path}");
    }
    let erased = api.post(&admin, &format!("{contact}/erase"), json!({})).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!(render(&admin, &beside).await.problem(), (404, "not-found"), "of who was erased nothing is shown");
}
