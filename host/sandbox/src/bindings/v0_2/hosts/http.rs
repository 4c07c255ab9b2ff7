//! Requests of components of 0.2, and the answers to them.

use super::file;
use crate::{
    bindings::v0_2::{http, types},
    error::EgressError,
    host::http::{AuthBy, Content, Half, Part, Payload, Request, Response, Target},
    state::Caller,
};

impl http::Host for Caller {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, http::Error>> {
        Ok(self.http_send(asked(request)).await?.map(answered).map_err(not_sent))
    }

    async fn send_all(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, http::Error>>> {
        let answers = self.http_send_all(requests.into_iter().map(asked).collect()).await?;
        Ok(answers.into_iter().map(|answer| answer.map(answered).map_err(not_sent)).collect())
    }
}

fn asked(request: http::Request) -> Request {
    let http::Request { method, url, headers, payload, auth, timeout_ms, target } = request;
    let part = |part: http::Part| {
        let content = match part.content {
            http::PartContent::Text(text) => Part::Text(text),
            http::PartContent::Whole(file) => Part::Whole(file),
        };
        (part.name, content)
    };
    Request {
        method: match method {
            http::Method::Get => ::http::Method::GET,
            http::Method::Head => ::http::Method::HEAD,
            http::Method::Post => ::http::Method::POST,
            http::Method::Put => ::http::Method::PUT,
            http::Method::Patch => ::http::Method::PATCH,
            http::Method::Delete => ::http::Method::DELETE,
        },
        url,
        headers: headers.into_iter().map(|header| (header.name, header.value)).collect(),
        payload: match payload {
            http::Payload::Empty => Payload::Empty,
            http::Payload::Bytes(bytes) => Payload::Bytes(bytes),
            http::Payload::Whole(file) => Payload::Whole(file),
            http::Payload::Form(parts) => Payload::Form(parts.into_iter().map(part).collect()),
        },
        auth: auth.map(auth_by),
        timeout_ms,
        target: match target {
            http::Target::Memory => Target::Memory,
            http::Target::NewFile(name) => Target::NewFile(name),
        },
    }
}

fn auth_by(auth: http::Auth) -> AuthBy {
    match auth {
        http::Auth::Bearer(key) => AuthBy::Bearer(key),
        http::Auth::Basic(http::BasicAuth { user, password }) => {
            AuthBy::Basic { user: half(user), password: half(password) }
        }
        http::Auth::Header(http::NamedKey { name, key }) => AuthBy::Header { name, key },
        http::Auth::Query(http::NamedKey { name, key }) => AuthBy::Query { name, key },
        http::Auth::Path(key) => AuthBy::Path(key),
    }
}

fn half(part: http::CredentialPart) -> Half {
    match part {
        http::CredentialPart::Setting(key) => Half::Setting(key),
        http::CredentialPart::Literal(text) => Half::Literal(text),
    }
}

fn answered(response: Response) -> http::Response {
    let headers = response.headers.into_iter().map(|(name, value)| types::Header { name, value }).collect();
    let content = match response.content {
        Content::Bytes(bytes) => http::Content::Bytes(bytes),
        Content::NewFile(facts) => http::Content::NewFile(file(facts)),
    };
    http::Response { status: response.status, headers, content }
}

fn not_sent(error: EgressError) -> http::Error {
    match error {
        EgressError::Invalid(text) => http::Error::Invalid(text),
        EgressError::Denied(text) => http::Error::Denied(text),
        EgressError::NeedsSetting(key) => http::Error::NeedsSetting(key),
        EgressError::Unreachable(text) => http::Error::Unreachable(text),
        EgressError::Timeout => http::Error::Timeout,
        EgressError::TooLarge(text) => http::Error::TooLarge(text),
        EgressError::RateLimited(wait) => http::Error::RateLimited(wait),
    }
}
