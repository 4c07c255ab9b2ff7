//! The author's side of a host's JSON APIs: a bearer token, JSON both ways, and problems (RFC 9457) as diagnostics.

use std::time::Duration;

use annex_check::{Diagnostic, Failure};
use annex_domain::random;
use bytes::Bytes;
use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use url::Url;

/// The media type of packages.
const PACKAGE_TYPE: &str = "application/vnd.annex.package";
/// The host checks and compiles a package before it answers: up to a minute for large components.
const PATIENCE: Duration = Duration::from_mins(3);

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Of help desks.
    Desk,
    /// Of publishers.
    Publisher,
}

impl Door {
    const fn path(self) -> &'static str {
        match self {
            Self::Desk => "/api/v1",
            Self::Publisher => "/publisher/v1",
        }
    }

    /// What helps against a status.
    fn fix(self, status: StatusCode) -> Option<&'static str> {
        match (self, status) {
            (Self::Desk, StatusCode::UNAUTHORIZED) => {
                Some("make a token with `annex token create`, and pass it with --token or ANNEX_TOKEN")
            }
            (Self::Publisher, StatusCode::UNAUTHORIZED) => {
                Some("make a token under Tokens in the portal, and pass it with --token or ANNEX_TOKEN")
            }
            (Self::Desk, StatusCode::FORBIDDEN) => {
                Some("the token's operator lacks a permission: ask an admin of the host")
            }
            (Self::Publisher, StatusCode::FORBIDDEN) => {
                Some("the token lacks the scope, or who made it the role: see Tokens in the portal")
            }
            (Self::Desk, StatusCode::NOT_FOUND) => Some("check the address of the host"),
            (Self::Publisher, StatusCode::NOT_FOUND) => {
                Some("make the project in the portal first, and check the address of the host")
            }
            (_, StatusCode::TOO_MANY_REQUESTS) => Some("wait a minute and try again"),
            _ => None,
        }
    }
}

/// A host, and the right to use it.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    #[expect(clippy::disallowed_types, reason = "talks to the author's own host, never for an add-on")]
    client: reqwest::Client,
    door: Door,
    base: Url,
    token: String,
}

/// What a request sends.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Package(Bytes),
}

/// Why nothing came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The host was not reached, or cannot answer now. It may a moment later.
    Passing(Failure),
    /// Its answer, or nothing that another try would change.
    Lasting(Failure),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Passing(failure) | Trouble::Lasting(failure) => failure,
        }
    }
}

impl Api {
    /// A host at `base`, for who has a token of an operator. Plain http is for loopback alone: the token would be readable on the way.
    pub(crate) fn new(base: &Url, token: &str) -> Result<Self, Failure> {
        Self::at(Door::Desk, base, token)
    }

    /// The same for who has a token of a publisher.
    pub(crate) fn of_publisher(base: &Url, token: &str) -> Result<Self, Failure> {
        Self::at(Door::Publisher, base, token)
    }

    #[expect(clippy::disallowed_types, reason = "talks to the author's own host, never for an add-on")]
    fn at(door: Door, base: &Url, token: &str) -> Result<Self, Failure> {
        let loopback = match base.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(Diagnostic::new("host-not-https", format!("{base} is not an https address"))
                .fix("use https://…; plain http is for a host on this machine")
                .into());
        }
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| Diagnostic::new("http-client", format!("cannot start HTTP: {error}")))?;
        Ok(Self { client, door, base: base.clone(), token: token.to_owned() })
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        Ok(self.look(path).await?)
    }

    /// The same for who can wait until the host is back.
    pub(crate) async fn look(&self, path: &str) -> Result<Value, Trouble> {
        self.request(Method::GET, path, Body::Nothing).await
    }

    /// Changes something.
    pub(crate) async fn post(&self, path: &str, body: Body) -> Result<Value, Failure> {
        Ok(self.request(Method::POST, path, body).await?)
    }

    /// Deletes something.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        Ok(self.request(Method::DELETE, path, Body::Nothing).await?)
    }

    async fn request(&self, method: Method, path: &str, body: Body) -> Result<Value, Trouble> {
        let url = format!("{}{}{path}", self.base.as_str().trim_end_matches('/'), self.door.path());
        let mut request = self.client.request(method.clone(), &url).bearer_auth(&self.token);
        request =
            request.header(header::ACCEPT, "application/json, application/problem+json").header("prefer", "wait=30");
        if method == Method::POST {
            let key = random::token().map_err(|error| Diagnostic::new("no-randomness", error.to_string()));
            let key = key.map_err(|diagnostic| Trouble::Lasting(diagnostic.into()))?;
            request = request.header("idempotency-key", key);
        }
        let request = match body {
            Body::Nothing => request,
            Body::Json(body) => request.json(&body),
            Body::Package(bytes) => request.header(header::CONTENT_TYPE, PACKAGE_TYPE).body(bytes),
        };
        let answer = request.send().await.map_err(|error| unreachable(&self.base, &error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| unreachable(&self.base, &error))?;
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or(Value::Null));
        }
        let problem = problem(self.door, status, &text);
        Err(if passes(status) { Trouble::Passing(problem) } else { Trouble::Lasting(problem) })
    }
}

/// True for what a host says that is busy, and what a proxy says before one that is being started.
fn passes(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn unreachable(base: &Url, error: &reqwest::Error) -> Trouble {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        why = cause.to_string();
        source = cause.source();
    }
    let diagnostic = Diagnostic::new("host-unreachable", format!("{base} does not answer: {why}"));
    Trouble::Passing(diagnostic.fix("check the address, and that the host runs").into())
}

/// The host's problem, one diagnostic for each field that it names.
fn problem(door: Door, status: StatusCode, text: &str) -> Failure {
    let body: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let read = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let code = read("code").unwrap_or_else(|| format!("http-{}", status.as_u16()));
    let detail = read("detail").or_else(|| read("title")).unwrap_or_else(|| format!("the host answered {status}"));
    let fields = body.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(|error| {
        let field = error.get("field")?.as_str()?;
        Some(format!("{field}: {}", error.get("message")?.as_str()?))
    });
    let fields: Vec<_> = fields.collect();
    let message = if fields.is_empty() { detail } else { format!("{detail} ({})", fields.join("; ")) };
    let diagnostic = Diagnostic::new(code, message);
    match read("hint").or_else(|| door.fix(status).map(str::to_owned)) {
        Some(fix) => diagnostic.fix(fix).into(),
        None => diagnostic.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_become_diagnostics() {
        let failure = problem(
            Door::Desk,
            StatusCode::UNPROCESSABLE_ENTITY,
            r#"{"code":"unknown-key","detail":"the key is not known","errors":[{"field":"package","code":"x","message":"no"}]}"#,
        );
        assert_eq!(failure.0[0].code, "unknown-key");
        assert_eq!(failure.0[0].message, "the key is not known (package: no)");
        assert_eq!(problem(Door::Desk, StatusCode::BAD_GATEWAY, "<html>").0[0].code, "http-502");
        let fix = |door| problem(door, StatusCode::UNAUTHORIZED, "").0[0].fix.clone().unwrap();
        assert!(fix(Door::Desk).contains("annex token create") && fix(Door::Publisher).contains("in the portal"));
    }

    #[test]
    fn what_passes_is_the_host_away_or_busy() {
        let passing = [429, 502, 503, 504].map(|status| passes(StatusCode::from_u16(status).unwrap()));
        let lasting = [400, 401, 403, 404, 409, 422, 500].map(|status| passes(StatusCode::from_u16(status).unwrap()));
        assert_eq!((passing, lasting), ([true; 4], [false; 7]));
    }

    #[test]
    fn tokens_go_over_https_or_loopback_alone() {
        let code = |url: &str| Api::new(&url.parse().unwrap(), "t").err().map(|failure| failure.0[0].code.clone());
        assert_eq!(code("https://desk.example.com"), None);
        assert_eq!(code("http://127.0.0.1:8080"), None);
        assert_eq!(code("http://desk.example.com"), Some("host-not-https".into()));
        assert_eq!(code("http://10.0.0.1"), Some("host-not-https".into()));
    }
}
