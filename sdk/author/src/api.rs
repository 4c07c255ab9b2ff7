//! The author's side of a host's JSON APIs, that of its help desks and that of publishers: a bearer token, JSON both ways, and problems
//! (RFC 9457) as diagnostics. A host may be anybody's, and an address may be mistyped: an answer is bounded, and only the documented
//! one says that something is done.

use std::time::Duration;

use annex_check::{Diagnostic, Failure};
use annex_domain::{channel::InboundRequest, random};
use bytes::Bytes;
use reqwest::{Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// The media type of packages.
const PACKAGE_TYPE: &str = "application/vnd.annex.package";
/// The host checks and compiles a package before it answers: up to a minute of processor time for large components.
const PATIENCE: Duration = Duration::from_mins(3);
/// How often a package is sent to a host that does not answer in time. It compiles on, and who sends the same again waits for that.
const UPLOADS: usize = 6;
/// How it says so: its API itself, and what is before that.
const LATE: [&str; 2] = ["timeout", "http-504"];
/// Bytes of an answer, unpacked. The longest are versions with all that reviewers wrote.
const LONGEST: usize = 8 << 20;

/// A host, and the right to use it.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    #[expect(clippy::disallowed_types, reason = "talks to the author's own host, never for an add-on")]
    client: reqwest::Client,
    base: Url,
    /// Where the API is.
    prefix: &'static str,
    token: String,
}

/// What a request sends.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Package(Bytes),
}

impl Api {
    /// A host at `base`. Plain http is for loopback alone: the token would be readable on the way.
    #[expect(clippy::disallowed_types, reason = "talks to the author's own host, never for an add-on")]
    pub(crate) fn new(base: &Url, token: &str) -> Result<Self, Failure> {
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
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        // A proxy is told what goes to plain http, tokens included, and what listens here is not reached through one.
        let client = if loopback { client.no_proxy() } else { client };
        let client =
            client.build().map_err(|error| Diagnostic::new("http-client", format!("cannot start HTTP: {error}")))?;
        Ok(Self { client, base: base.clone(), prefix: "/api/v1", token: token.to_owned() })
    }

    /// The same for the API of publishers.
    pub(crate) fn of_publisher(base: &Url, token: &str) -> Result<Self, Failure> {
        Ok(Self { prefix: "/publisher/v1", ..Self::new(base, token)? })
    }

    /// Reads.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.shaped(self.request(Method::GET, path, Body::Nothing).await?)
    }

    /// Changes something. What is only done (204) answers `()`.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: Body) -> Result<T, Failure> {
        self.shaped(match body {
            Body::Package(bytes) => in_time(|| self.request(Method::POST, path, Body::Package(bytes.clone()))).await?,
            body => self.request(Method::POST, path, body).await?,
        })
    }

    /// Puts something in the place of what is there.
    pub(crate) async fn put<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T, Failure> {
        self.shaped(self.request(Method::PUT, path, Body::Json(body)).await?)
    }

    /// Delivers to the hook of a channel at `address`, as its service would; answers the status. The token is not shown there.
    pub(crate) async fn deliver(&self, address: &str, delivery: &InboundRequest) -> Result<u16, Failure> {
        let query = if delivery.query.is_empty() { String::new() } else { format!("?{}", delivery.query) };
        let method = Method::from_bytes(delivery.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = self.client.request(method, format!("{address}{}{query}", delivery.path));
        for (name, value) in &delivery.headers {
            request = request.header(name, value);
        }
        let answer =
            request.body(delivery.body.clone()).send().await.map_err(|error| unreachable(&self.base, &error))?;
        Ok(answer.status().as_u16())
    }

    /// Deletes something. What is gone at once (204) answers `()`.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.shaped(self.request(Method::DELETE, path, Body::Nothing).await?)
    }

    /// Sends a form to an endpoint of OAuth, as nobody in particular: status and body. A body that is not JSON reads as null.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<(u16, Value), Failure> {
        let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        let answer =
            self.client.post(url).form(fields).send().await.map_err(|error| unreachable(&self.base, &error))?;
        let status = answer.status().as_u16();
        let text = self.text(answer).await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// What is read of an answer has to be there.
    fn shaped<T: DeserializeOwned>(&self, answer: Value) -> Result<T, Failure> {
        serde_json::from_value(answer).map_err(|error| self.not_this_api(&error.to_string()))
    }

    fn not_this_api(&self, why: &str) -> Failure {
        Diagnostic::new("not-this-api", format!("{} does not answer as a host does: {why}", self.base))
            .fix("check the address, what stands before the host, and that host and tools are of the same release")
            .into()
    }

    /// The text of an answer, counted as it is unpacked.
    async fn text(&self, mut answer: reqwest::Response) -> Result<String, Failure> {
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| unreachable(&self.base, &error))? {
            if body.len() + part.len() > LONGEST {
                let what = format!("{} answers with more than {} MiB", self.base, LONGEST >> 20);
                return Err(Diagnostic::new("answer-too-large", what).into());
            }
            body.extend_from_slice(&part);
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The body of an answer that went well; null for 204, which has none.
    async fn request(&self, method: Method, path: &str, body: Body) -> Result<Value, Failure> {
        let url = format!("{}{}{path}", self.base.as_str().trim_end_matches('/'), self.prefix);
        let mut request = self.client.request(method.clone(), &url).bearer_auth(&self.token);
        request =
            request.header(header::ACCEPT, "application/json, application/problem+json").header("prefer", "wait=30");
        if method == Method::POST {
            let key = random::token().map_err(|error| Diagnostic::new("no-randomness", error.to_string()))?;
            request = request.header("idempotency-key", key);
        }
        let request = match body {
            Body::Nothing => request,
            Body::Json(body) => request.json(&body),
            Body::Package(bytes) => request.header(header::CONTENT_TYPE, PACKAGE_TYPE).body(bytes),
        };
        let answer = request.send().await.map_err(|error| unreachable(&self.base, &error))?;
        let status = answer.status();
        let text = self.text(answer).await?;
        match status {
            StatusCode::NO_CONTENT => Ok(Value::Null),
            status if status.is_success() => {
                serde_json::from_str(&text).map_err(|_| self.not_this_api(&format!("{status} without JSON")))
            }
            status => Err(problem(status, &text)),
        }
    }
}

/// Asks again while the host says that it ran out of time, as it does when other things keep it busy.
async fn in_time<F: Future<Output = Result<Value, Failure>>>(ask: impl Fn() -> F) -> Result<Value, Failure> {
    for _ in 1..UPLOADS {
        match ask().await {
            Err(failure) if failure.0.iter().all(|diagnostic| LATE.contains(&diagnostic.code.as_str())) => {}
            answered => return answered,
        }
    }
    ask().await
}

fn unreachable(base: &Url, error: &reqwest::Error) -> Failure {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        why = cause.to_string();
        source = cause.source();
    }
    Diagnostic::new("host-unreachable", format!("{base} does not answer: {why}"))
        .fix("check the address, and that the host runs")
        .into()
}

/// The host's problem, one diagnostic for each field that it names.
fn problem(status: StatusCode, text: &str) -> Failure {
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
    match read("hint").or_else(|| fix(status).map(str::to_owned)) {
        Some(fix) => diagnostic.fix(fix).into(),
        None => diagnostic.into(),
    }
}

fn fix(status: StatusCode) -> Option<&'static str> {
    match status {
        StatusCode::UNAUTHORIZED => {
            Some("sign in with `annex login HOST`, or pass a token that works with --token or ANNEX_TOKEN")
        }
        StatusCode::FORBIDDEN => {
            Some("the token lacks a permission or scope: ask an admin, or sign in for more with `annex login --scope`")
        }
        StatusCode::NOT_FOUND => Some("check the address of the host"),
        StatusCode::TOO_MANY_REQUESTS => Some("wait a minute and try again"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_become_diagnostics() {
        let failure = problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            r#"{"code":"unknown-key","detail":"the key is not known","errors":[{"field":"package","code":"x","message":"no"}]}"#,
        );
        assert_eq!(failure.0[0].code, "unknown-key");
        assert_eq!(failure.0[0].message, "the key is not known (package: no)");
        assert_eq!(problem(StatusCode::BAD_GATEWAY, "<html>").0[0].code, "http-502");
    }

    #[tokio::test]
    async fn a_host_that_is_late_is_asked_again_and_no_other() {
        let asked_of = async |status: StatusCode, said: &'static str| {
            let asked = std::cell::Cell::new(0);
            let answer = in_time(|| {
                asked.set(asked.get() + 1);
                let late = asked.get() < 3;
                async move { if late { Err(problem(status, said)) } else { Ok(Value::Null) } }
            });
            (answer.await.is_ok(), asked.get())
        };
        assert_eq!(asked_of(StatusCode::GATEWAY_TIMEOUT, "").await, (true, 3));
        assert_eq!(asked_of(StatusCode::GATEWAY_TIMEOUT, r#"{"code":"timeout"}"#).await, (true, 3));
        assert_eq!(asked_of(StatusCode::BAD_GATEWAY, "").await, (false, 1));
        let asked = std::cell::Cell::new(0);
        let never = in_time(|| {
            asked.set(asked.get() + 1);
            async { Err(problem(StatusCode::GATEWAY_TIMEOUT, "")) }
        });
        assert!(never.await.is_err());
        assert_eq!(asked.get(), UPLOADS);
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
