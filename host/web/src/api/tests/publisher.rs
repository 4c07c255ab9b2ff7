//! A publisher's answer to what waits for it: who may give it, in what form, and once.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    ids::{AccountId, InstallationId},
    installation::Installation,
    oauth::SigningAlgorithm,
    permission::Permissions,
    provisioning::{ANSWER_WITHIN, Asked},
    publisher::{MemberRole, PublisherScope},
};
use annex_store::{
    Tx,
    billing::accounts::{self, NewAccount},
    oauth::{
        clients::{self, NewClient},
        tokens as access,
    },
    provisioning::{self, Given, NewRequest},
    publishers::{members, tokens},
    sagas, testing,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

use super::{Answer, Api};

impl Api {
    /// An installation whose update waits for its publisher.
    async fn waiting(&self) -> Installation {
        let now = self.state.clock.now();
        let mut tx = testing::tx(&self.state.db).await;
        let of = testing::installed(&mut tx, self.desks.desk).await;
        let lease = Duration::from_secs(15);
        let saga = sagas::begin(&mut tx, of.desk, "update", of.id, &json!({}), lease, now).await.unwrap();
        let until = now.after(ANSWER_WITHIN);
        let new = NewRequest {
            saga: saga.id,
            of: &of,
            version: &of.version,
            asked: Asked::Update,
            by: of.installed_by,
            until,
        };
        assert!(provisioning::ask(&mut tx, &new, now).await.unwrap());
        tx.commit().await.unwrap();
        of
    }

    async fn answer(&self, token: &str, id: InstallationId, body: &Value) -> Answer {
        let request = Request::post(format!("/publisher/v1/installations/{id}/answer"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn given(&self, of: &Installation) -> Option<Given> {
        let mut conn = self.state.db.read().await.unwrap();
        provisioning::last_of(&mut conn, of.desk, of.id).await.unwrap().unwrap().given
    }
}

/// A token of a member of a publisher, which is made where it is not there.
async fn token(tx: &mut Tx, api: &Api, publisher: &str, scope: PublisherScope) -> String {
    let (slug, now) = (publisher.parse().unwrap(), api.state.clock.now());
    let email = format!("{}@example.com", AccountId::new());
    let new = NewAccount { email, name: "Ann".into(), password_hash: "$argon2".into() };
    let account = accounts::insert(tx, &new, now).await.unwrap().id;
    if annex_store::catalog::publisher(tx, &slug).await.unwrap().is_none() {
        annex_store::catalog::add_publisher(tx, &slug, publisher, now).await.unwrap();
    }
    members::add(tx, &slug, account, MemberRole::Developer, now).await.unwrap();
    tokens::create(tx, &slug, account, "service", &BTreeSet::from([scope]), 9, now).await.unwrap().secret
}

#[tokio::test]
async fn a_publisher_answers_with_its_token_once_and_for_its_own_add_ons() {
    let api = Api::start().await;
    let of = api.waiting().await;
    let mut tx = testing::tx(&api.state.db).await;
    let own = token(&mut tx, &api, of.addon.publisher().as_str(), PublisherScope::Events).await;
    let reads = token(&mut tx, &api, of.addon.publisher().as_str(), PublisherScope::Read).await;
    let other = token(&mut tx, &api, "somebody", PublisherScope::Events).await;
    tx.commit().await.unwrap();
    let yes = json!({ "answer": "accepted" });
    assert_eq!(api.answer("annp_00", of.id, &yes).await.problem(), (401, "unauthorized"));
    assert_eq!(api.answer(&api.admin().await, of.id, &yes).await.problem(), (401, "unauthorized"), "of an operator");
    assert_eq!(api.answer(&reads, of.id, &yes).await.problem(), (403, "forbidden"));
    assert_eq!(api.answer(&other, of.id, &yes).await.problem(), (404, "unknown-installation"));
    assert_eq!(api.answer(&own, InstallationId::new(), &yes).await.problem(), (404, "unknown-installation"));
    for (body, code) in [
        (json!(["accepted"]), "invalid-body"),
        (json!({ "answer": "perhaps" }), "invalid-body"),
        (json!({ "answer": "rejected", "reason": "two\nlines" }), "invalid-request"),
    ] {
        let refused = api.answer(&own, of.id, &body).await;
        assert_eq!(refused.problem(), (422, code), "{body}");
    }
    assert_eq!(api.given(&of).await, None, "nothing of that counts");
    let no = json!({ "answer": "rejected", "reason": "no seats are left" });
    assert_eq!(api.answer(&own, of.id, &no).await.status, StatusCode::NO_CONTENT);
    assert_eq!(api.given(&of).await, Some(Given::Rejected));
    assert_eq!(api.answer(&own, of.id, &yes).await.problem(), (409, "answered-already"));
}

#[tokio::test]
async fn a_service_answers_for_its_own_installation() {
    let api = Api::start().await;
    let of = api.waiting().await;
    let now = api.state.clock.now();
    let mut tx = testing::tx(&api.state.db).await;
    let scopes = Permissions(BTreeSet::new());
    let new = NewClient {
        desk: of.desk,
        installation: of.id,
        publisher: None,
        name: "Hello",
        redirects: &[],
        scopes: &scopes,
        algorithm: SigningAlgorithm::Rs256,
    };
    let client = clients::issue(&mut tx, &new, now).await.unwrap().client;
    let token = |operator| access::NewToken {
        client: &client,
        operator,
        scopes: Permissions(BTreeSet::new()),
        claims: vec![],
        code: None,
    };
    let service = access::create(&mut tx, &token(None), now).await.unwrap();
    let person = access::create(&mut tx, &token(Some(api.desks.admin)), now).await.unwrap();
    tx.commit().await.unwrap();
    let yes = json!({ "answer": "accepted" });
    assert_eq!(api.answer(&person, of.id, &yes).await.problem(), (401, "unauthorized"), "people of the desk do not");
    assert_eq!(api.answer(&service, InstallationId::new(), &yes).await.problem(), (404, "unknown-installation"));
    assert_eq!(api.answer(&service, of.id, &yes).await.status, StatusCode::NO_CONTENT);
    assert_eq!(api.given(&of).await, Some(Given::Accepted));
}
