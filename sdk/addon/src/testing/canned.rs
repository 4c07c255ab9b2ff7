//! Prepared answers to requests, and the requests that were sent.

use super::state::State;
use crate::bindings::plugin::annex::addon::http as wire;

/// A prepared answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Canned {
    /// An answer.
    Response {
        /// The status code.
        status: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// No answer in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// The host is not granted.
    Denied,
    /// The desk's rate is used up; milliseconds to wait.
    RateLimited(u32),
}

impl Canned {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::with_type(status, body.into(), "application/json")
    }

    /// An answer with a text.
    #[must_use]
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::with_type(status, body.into(), "text/plain; charset=utf-8")
    }

    fn with_type(status: u16, body: String, content_type: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self::Response { status, headers, body: body.into_bytes() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Response { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub(super) fn into_wire(self, url: &str) -> Result<wire::Response, wire::Error> {
        match self {
            Self::Response { status, headers, body } => {
                let headers = headers.into_iter().map(|(name, value)| wire::Header { name, value }).collect();
                Ok(wire::Response { status, headers, content: wire::Content::Bytes(body) })
            }
            Self::Timeout => Err(wire::Error::Timeout),
            Self::Unreachable => Err(wire::Error::Unreachable(format!("no connection to {url}"))),
            Self::Denied => Err(wire::Error::Denied(format!("{url} is not granted"))),
            Self::RateLimited(wait) => Err(wire::Error::RateLimited(wait)),
        }
    }
}

/// A request that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Upper case.
    pub method: String,
    /// With the query, without credentials.
    pub url: String,
    /// Names in the case they were given, with values.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there was none. Of a file its bytes, of a form a line `name=…` for each part.
    pub body: Vec<u8>,
    /// Kind of the credential and keys of its settings: `bearer key`, `basic key:"X"`, `header X-Token key`,
    /// `query token key`, `path key`.
    pub auth: Option<String>,
}

impl Sent {
    pub(super) fn of(request: &wire::Request, state: &State) -> Self {
        let headers = request.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect();
        Self {
            method: method(request.method).to_owned(),
            url: request.url.clone(),
            headers,
            body: body(&request.payload, state),
            auth: request.auth.as_ref().map(describe),
        }
    }

    /// The body as text, for comparing.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn body(payload: &wire::Payload, state: &State) -> Vec<u8> {
    let file = |id: &String| state.files.get(id).map(|kept| kept.bytes.clone()).unwrap_or_default();
    match payload {
        wire::Payload::Empty => vec![],
        wire::Payload::Bytes(bytes) => bytes.clone(),
        wire::Payload::Whole(id) => file(id),
        wire::Payload::Form(parts) => {
            let content = |part: &wire::Part| match &part.content {
                wire::PartContent::Text(text) => text.clone().into_bytes(),
                wire::PartContent::Whole(id) => file(id),
            };
            parts.iter().flat_map(|part| [part.name.as_bytes(), b"=", &content(part), b"\n"].concat()).collect()
        }
    }
}

fn method(method: wire::Method) -> &'static str {
    match method {
        wire::Method::Get => "GET",
        wire::Method::Head => "HEAD",
        wire::Method::Post => "POST",
        wire::Method::Put => "PUT",
        wire::Method::Patch => "PATCH",
        wire::Method::Delete => "DELETE",
    }
}

fn describe(auth: &wire::Auth) -> String {
    let part = |part: &wire::CredentialPart| match part {
        wire::CredentialPart::Setting(key) => key.clone(),
        wire::CredentialPart::Literal(text) => format!("{text:?}"),
    };
    match auth {
        wire::Auth::Bearer(key) => format!("bearer {key}"),
        wire::Auth::Basic(basic) => format!("basic {}:{}", part(&basic.user), part(&basic.password)),
        wire::Auth::Header(named) => format!("header {} {}", named.name, named.key),
        wire::Auth::Query(named) => format!("query {} {}", named.name, named.key),
        wire::Auth::Path(key) => format!("path {key}"),
    }
}

/// The keys of the settings that a credential names.
pub(super) fn keys(auth: &wire::Auth) -> Vec<&str> {
    match auth {
        wire::Auth::Bearer(key) | wire::Auth::Path(key) => vec![key],
        wire::Auth::Header(named) | wire::Auth::Query(named) => vec![&named.key],
        wire::Auth::Basic(basic) => [&basic.user, &basic.password].into_iter().filter_map(setting).collect(),
    }
}

fn setting(part: &wire::CredentialPart) -> Option<&str> {
    match part {
        wire::CredentialPart::Setting(key) => Some(key),
        wire::CredentialPart::Literal(_) => None,
    }
}
