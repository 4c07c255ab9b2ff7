//! The other systems of a scenario: one server on loopback that gives the canned answers and keeps what it was asked.
//! The first part of each path is the host name that the request was for.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use super::given::Canned;
use crate::diagnostic::{Diagnostic, Failure};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Method and URL.
    pub(crate) request: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Bytes,
    /// There was an answer for it.
    pub(crate) answered: bool,
}

#[derive(Debug, Default)]
struct Shared {
    canned: Vec<Canned>,
    given: Vec<usize>,
    seen: Vec<Seen>,
}

/// The server; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Stub {
    base: Url,
    shared: Arc<Mutex<Shared>>,
    serving: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Stub {
    pub(crate) async fn start(canned: &[Canned]) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Diagnostic::new(super::run::TEST_SETUP, format!("cannot listen on loopback: {error}"))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| failed(&error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let base = Url::parse(&format!("http://{address}/")).map_err(|error| failed(&error))?;
        let shared = Arc::new(Mutex::new(Shared { canned: canned.to_vec(), ..Shared::default() }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { base, shared, serving })
    }

    /// Where requests for `host` go.
    pub(crate) fn url_for(&self, host: &str) -> Option<Url> {
        self.base.join(host).ok()
    }

    /// What arrived since the last time.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner).seen)
    }
}

async fn answer(
    State(shared): State<Arc<Mutex<Shared>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = format!("{method} https://{}", path.trim_start_matches('/'));
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let canned = shared.next(&request);
    shared.seen.push(Seen { request, headers, body, answered: canned.is_some() });
    drop(shared);
    canned.map_or_else(|| StatusCode::NOT_IMPLEMENTED.into_response(), |canned| respond(&canned))
}

impl Shared {
    /// The next answer to a request: those for it in their order, then the last one again.
    fn next(&mut self, request: &str) -> Option<Canned> {
        let without_query = request.split('?').next().unwrap_or(request);
        let fits = |canned: &Canned| canned.request == request || canned.request == without_query;
        let mut fitting = self.canned.iter().enumerate().filter(|(_, canned)| fits(canned));
        let (at, canned) = fitting
            .clone()
            .find(|(at, _)| !self.given.contains(at))
            .or_else(|| fitting.next_back())
            .map(|(at, canned)| (at, canned.clone()))?;
        self.given.push(at);
        Some(canned)
    }
}

fn respond(canned: &Canned) -> Response {
    let (kind, body) = match (&canned.json, &canned.body) {
        (Some(json), _) => ("application/json", serde_json::to_string(json).unwrap_or_default()),
        (None, text) => ("text/plain; charset=utf-8", text.clone().unwrap_or_default()),
    };
    let status = StatusCode::from_u16(canned.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [("content-type", kind)], body).into_response();
    for (name, value) in &canned.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canned(request: &str, status: u16) -> Canned {
        Canned { request: request.into(), status, headers: BTreeMap::new(), body: None, json: None }
    }

    #[test]
    fn answers_come_in_order_and_the_last_one_stays() {
        let answers = [canned("GET https://a.example.com/x", 500), canned("GET https://a.example.com/x", 200)];
        let mut shared = Shared { canned: answers.into(), ..Shared::default() };
        let mut next = |request: &str| shared.next(request).map(|canned| canned.status);
        assert_eq!(next("GET https://a.example.com/x?y=1"), Some(500));
        assert_eq!(next("GET https://a.example.com/x"), Some(200));
        assert_eq!(next("GET https://a.example.com/x"), Some(200));
        assert_eq!(next("POST https://a.example.com/x"), None);
    }
}
