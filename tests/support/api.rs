//! A client of the JSON APIs.

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// A client with a bearer token.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    base: String,
    token: String,
    client: reqwest::Client,
}

/// An answer, with checks that say what was answered instead.
pub(crate) struct Answer(pub(crate) Response);

impl Api {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self { base: format!("{url}/api/v1"), token: token.into(), client: reqwest::Client::new() }
    }

    /// With a token of a publisher.
    pub(crate) fn of_publisher(url: &str, token: &str) -> Self {
        Self { base: format!("{url}/publisher/v1"), ..Self::new(url, token) }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(self.request(Method::GET, path)).await.expect_ok(path).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn upload(&self, package: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "/packages").header("content-type", "application/vnd.annex.package");
        self.send(request.body(package)).await
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer(request.send().await.expect("the host answers"))
    }
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The body of a successful answer; null where there is none.
    pub(crate) async fn expect_ok(self, what: &str) -> Value {
        let status = self.0.status();
        let text = self.0.text().await.expect("a body");
        assert!(status.is_success(), "{what}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }
    }

    /// The problem of a refusal: its status and code, and the body.
    pub(crate) async fn expect_problem(self, status: u16, code: &str) -> Value {
        let answered = self.0.status();
        let kind = self.0.headers().get("content-type").map(|kind| kind.to_str().unwrap_or("").to_owned());
        let text = self.0.text().await.expect("a body");
        assert_eq!((answered.as_u16(), kind.as_deref()), (status, Some("application/problem+json")), "{text}");
        let problem: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(problem["code"], code, "{text}");
        assert_eq!(problem["status"], status, "{text}");
        assert!(problem["title"].is_string() && problem["type"].is_string(), "{text}");
        problem
    }
}
