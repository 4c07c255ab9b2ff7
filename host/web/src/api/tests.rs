//! The API through its router, on an empty SQLite database: credentials, permissions, desks, problems, idempotency, and
//! that the OpenAPI document and the routes are the same.

pub(crate) mod addons;
mod attachments;
mod audit;
mod billing;
mod bodies;
mod document;
mod fields;
mod help_desk;
mod isolation;
mod merge;
mod oauth;
mod once;
mod problems;
mod publisher;
mod put_away;
mod sidebar;
mod snapshots;
mod spending;
mod users;

use std::sync::Arc;

use annex_domain::{
    clock::{Clock, ManualClock, Timestamp},
    ids::{DeskId, OperatorId},
};
use annex_store::{
    operators, sessions,
    testing::{Fixture, TestDb},
    tokens,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::{client_area::tests::site::lifecycle, config::WebConfig, state::AppState};

/// A host with two desks, without the network.
struct Api {
    router: Router,
    state: AppState,
    clock: Arc<ManualClock>,
    desks: Fixture,
    _db: TestDb,
    _folder: TempDir,
    _stop: watch::Sender<bool>,
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    /// Status and problem code.
    fn problem(&self) -> (u16, &str) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        assert_eq!(self.body["status"], self.status.as_u16());
        assert!(!self.body["detail"].as_str().unwrap().is_empty());
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }
}

impl Api {
    async fn start() -> Self {
        let db = TestDb::sqlite().await;
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)));
        let mut tx = annex_store::testing::tx(&db.db).await;
        let desks = Fixture::make(&mut tx).await;
        tx.commit().await.unwrap();
        let (stop, shutdown) = watch::channel(false);
        let lifecycle = lifecycle(&db, folder.path(), Arc::clone(&clock) as Arc<dyn Clock>);
        let config = WebConfig {
            public_url: "http://127.0.0.1:1".parse().unwrap(),
            on_loopback: true,
            version: "0.0.0".into(),
            database: "SQLite".into(),
            egress_overrides: Default::default(),
            max_package: 16 << 20,
            billing_issuer: None,
            smtp: None,
            desk_domain: None,
            support_email: Some("support@platform.example".into()),
            attachments: Default::default(),
        };
        let state = AppState::new(lifecycle, db.db.clone(), Arc::clone(&clock) as Arc<dyn Clock>, config, shutdown);
        let router = super::routes(&state).merge(super::publisher::routes(&state)).merge(crate::hooks::routes());
        let router = router.merge(crate::events::routes());
        Self { router: router.with_state(state.clone()), state, clock, desks, _db: db, _folder: folder, _stop: stop }
    }

    /// A bearer token of an operator.
    async fn token(&self, desk: DeskId, operator: OperatorId) -> String {
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let scopes = operators::get(&mut tx, desk, operator).await.unwrap().permissions;
        let wanted = tokens::TokenInput { name: "test".into(), scopes, days: tokens::LIFE_DAYS };
        let made = tokens::create(&mut tx, desk, operator, &wanted, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        made.secret
    }

    /// The secret of a session of the panel: what only people may do.
    async fn in_person(&self, desk: DeskId, operator: OperatorId) -> String {
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let made = sessions::create(&mut tx, desk, operator, "test", "::1", self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        made.secret
    }

    async fn admin(&self) -> String {
        self.token(self.desks.desk, self.desks.admin).await
    }

    async fn agent(&self) -> String {
        self.token(self.desks.desk, self.desks.agent).await
    }

    async fn stranger(&self) -> String {
        self.token(self.desks.other_desk, self.desks.other_admin).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A request with JSON and a token, to a path below the base.
    async fn call(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send(request(token, method, path, body.as_ref())).await
    }

    async fn get(&self, token: &str, path: &str) -> Answer {
        self.call(token, Method::GET, path, None).await
    }

    async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.call(token, Method::POST, path, Some(body)).await
    }

    /// A ticket of the first desk; answers its number.
    async fn ticket(&self, token: &str, subject: &str) -> i64 {
        let body =
            json!({ "subject": subject, "body": "Help", "requester": { "email": "ann@example.org", "name": "Ann" } });
        let made = self.post(token, "/tickets", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        made.body["number"].as_i64().unwrap()
    }
}

/// With a bearer token, or the secret of a session.
fn request(token: &str, method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
    let request = Request::builder().method(method).uri(format!("{}{path}", super::openapi::BASE));
    let request = match ["annex_", "annt_"].iter().any(|prefix| token.starts_with(prefix)) {
        true => request.header("authorization", format!("Bearer {token}")),
        false => request.header("cookie", format!("annex-session={token}")).header("sec-fetch-site", "same-origin"),
    };
    match body {
        None => request.body(Body::empty()).unwrap(),
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap(),
    }
}
