//! Access tokens of the issuer: the service of an add-on at the API.

use annex_domain::{
    ids::{DeskId, OperatorId},
    installation::Installation,
    oauth::SigningAlgorithm,
    permission::{Permission, Permissions},
};
use annex_store::{
    installations,
    oauth::{
        clients::{self, NewClient},
        tokens::{self, NewToken},
    },
    testing,
    users::{self, Ticks},
};
use axum::http::{Method, StatusCode};
use serde_json::json;

use super::Api;

/// An add-on of a desk, and a token of its service.
async fn service(
    api: &Api,
    desk: DeskId,
    operator: Option<OperatorId>,
    scopes: &[Permission],
) -> (Installation, String) {
    let (now, scopes) = (api.state.clock.now(), Permissions(scopes.iter().copied().collect()));
    let mut tx = testing::tx(&api.state.db).await;
    let of = testing::installed(&mut tx, desk).await;
    let ticks = Ticks::Exactly(operator.into_iter().collect());
    users::change(&mut tx, desk, of.id, &ticks, now).await.unwrap();
    let new = NewClient {
        desk,
        installation: of.id,
        publisher: None,
        name: "Hello",
        redirects: &[],
        scopes: &scopes,
        algorithm: SigningAlgorithm::Rs256,
    };
    let client = clients::issue(&mut tx, &new, now).await.unwrap().client;
    let new = NewToken { client: &client, operator, scopes, claims: vec![], code: None };
    let token = tokens::create(&mut tx, &new, now).await.unwrap();
    tx.commit().await.unwrap();
    (of, token)
}

#[tokio::test]
async fn a_service_acts_in_the_name_of_its_installation() {
    let api = Api::start().await;
    let number = api.ticket(&api.admin().await, "Broken").await;
    let scopes = [Permission::TicketsView, Permission::TicketsReply];
    let (of, token) = service(&api, api.desks.desk, None, &scopes).await;
    assert_eq!(api.get(&token, &format!("/tickets/{number}")).await.body["subject"], "Broken");
    let note = json!({ "body": "Looked up", "internal": true });
    let note = api.post(&token, &format!("/tickets/{number}/messages"), note).await;
    assert_eq!(note.status, StatusCode::CREATED, "{note:?}");
    let author = json!({ "kind": "addon", "id": of.id.to_string(), "name": "Hello" });
    assert_eq!(note.body["author"], author);

    let solved = json!({ "status": "solved" });
    let refused = api.call(&token, Method::PATCH, &format!("/tickets/{number}"), Some(solved)).await;
    assert_eq!(refused.problem(), (403, "forbidden"), "not in its scopes");
    assert_eq!(api.get("annt_00", "/tickets").await.problem(), (401, "unauthorized"));
}

#[tokio::test]
async fn a_service_does_nothing_that_takes_a_person() {
    let api = Api::start().await;
    let (of, token) = service(&api, api.desks.desk, Some(api.desks.admin), &Permission::ALL).await;
    for (method, path, body) in [
        (Method::GET, "/me".to_owned(), None),
        (Method::GET, "/tickets?assignee=me".to_owned(), None),
        (Method::POST, "/tokens".to_owned(), Some(json!({ "name": "more", "scopes": ["tickets.view"] }))),
        (Method::DELETE, format!("/installations/{}?confirm=acme.hello", of.id), None),
    ] {
        let refused = api.call(&token, method, &path, body).await;
        assert_eq!(refused.problem(), (403, "session-needed"), "{path}");
    }
}

#[tokio::test]
async fn a_service_finds_nothing_of_another_desk_and_ends_with_its_installation() {
    let api = Api::start().await;
    let number = api.ticket(&api.admin().await, "Broken").await;
    let path = format!("/tickets/{number}");
    let (_, stranger) = service(&api, api.desks.other_desk, None, &[Permission::TicketsView]).await;
    assert_eq!(api.get(&stranger, &path).await.problem(), (404, "not-found"));
    let (of, token) = service(&api, api.desks.desk, Some(api.desks.agent), &[Permission::TicketsView]).await;
    assert_eq!(api.get(&token, &path).await.status, StatusCode::OK);

    let mut tx = testing::tx(&api.state.db).await;
    installations::save(&mut tx, &of.deactivate(api.state.clock.now()).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(api.get(&token, &path).await.problem(), (401, "unauthorized"));
}
