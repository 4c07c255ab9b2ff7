//! A request under construction.

use std::time::Duration;

use serde::Serialize;

use super::{Error, Method, Response};
use crate::{bindings::plugin::annex::addon::http as wire, host};

/// A request under construction; [`send`](Request::send) it, or several with [`send_all`](super::send_all).
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    wire: wire::Request,
}

/// A part of a Basic credential.
///
/// ```
/// use annex_sdk::http::{Credential, Request};
///
/// // Freshdesk: the key is the user name, the password is a fixed `X`.
/// let request = Request::get("https://acme.freshdesk.com/api/v2/contacts")
///     .basic(Credential::setting("freshdesk_key"), Credential::literal("X"));
/// # let _ = request;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Credential(wire::CredentialPart);

impl Credential {
    /// The value of a setting, put in by the host.
    pub fn setting(key: impl Into<String>) -> Self {
        Self(wire::CredentialPart::Setting(key.into()))
    }

    /// A text that is not secret.
    pub fn literal(text: impl Into<String>) -> Self {
        Self(wire::CredentialPart::Literal(text.into()))
    }
}

/// A part of a form, see [`Request::form`].
#[derive(Debug, Clone, PartialEq)]
pub struct Part(wire::Part);

impl Part {
    /// A text, at most 64 KiB.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self(wire::Part { name: name.into(), content: wire::PartContent::Text(text.into()) })
    }

    /// A file under its name.
    pub fn file(name: impl Into<String>, id: impl Into<String>) -> Self {
        Self(wire::Part { name: name.into(), content: wire::PartContent::Whole(id.into()) })
    }
}

impl Request {
    /// A request with any method. `url`: absolute, https.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let wire = wire::Request {
            method,
            url: url.into(),
            headers: vec![],
            payload: wire::Payload::Empty,
            auth: None,
            timeout_ms: None,
            target: wire::Target::Memory,
        };
        Self { wire }
    }

    /// A GET request.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// A POST request.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::Post, url)
    }

    /// A PUT request.
    pub fn put(url: impl Into<String>) -> Self {
        Self::new(Method::Put, url)
    }

    /// A PATCH request.
    pub fn patch(url: impl Into<String>) -> Self {
        Self::new(Method::Patch, url)
    }

    /// A DELETE request.
    pub fn delete(url: impl Into<String>) -> Self {
        Self::new(Method::Delete, url)
    }

    /// Adds `name=value` to the query, percent-encoded.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.wire.url.push(if self.wire.url.contains('?') { '&' } else { '?' });
        encode(name, &mut self.wire.url);
        self.wire.url.push('=');
        encode(value, &mut self.wire.url);
        self
    }

    /// Adds a header. The host refuses those that it sets itself, such as `Host`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.wire.headers.push(wire::Header { name: name.into(), value: value.into() });
        self
    }

    /// `Authorization: Bearer <setting>`; of a setting of type oauth2 the access token of the account that is connected.
    pub fn bearer(self, key: impl Into<String>) -> Self {
        self.auth(wire::Auth::Bearer(key.into()))
    }

    /// `Authorization: Basic base64(user:password)`.
    pub fn basic(self, user: Credential, password: Credential) -> Self {
        self.auth(wire::Auth::Basic(wire::BasicAuth { user: user.0, password: password.0 }))
    }

    /// The setting `key` in the header `name`.
    pub fn auth_header(self, name: impl Into<String>, key: impl Into<String>) -> Self {
        self.auth(wire::Auth::Header(wire::NamedKey { name: name.into(), key: key.into() }))
    }

    /// The setting `key` in the query parameter `name`.
    pub fn auth_query(self, name: impl Into<String>, key: impl Into<String>) -> Self {
        self.auth(wire::Auth::Query(wire::NamedKey { name: name.into(), key: key.into() }))
    }

    /// The setting `key` in the place of `{secret}`, which must be in the path of the URL exactly once.
    pub fn auth_path(self, key: impl Into<String>) -> Self {
        self.auth(wire::Auth::Path(key.into()))
    }

    /// A body, at most 1 MiB.
    pub fn body(mut self, body: impl Into<Vec<u8>>, content_type: impl Into<String>) -> Self {
        self.wire.payload = wire::Payload::Bytes(body.into());
        self.header("content-type", content_type)
    }

    /// A whole file as the body; see [`files`](crate::files).
    pub fn file(mut self, id: impl Into<String>, content_type: impl Into<String>) -> Self {
        self.wire.payload = wire::Payload::Whole(id.into());
        self.header("content-type", content_type)
    }

    /// A form of kind `multipart/form-data`, at most 20 parts.
    ///
    /// ```
    /// use annex_sdk::http::{Part, Request};
    ///
    /// let request = Request::post("https://files.example.com/upload")
    ///     .form([Part::text("folder", "invoices"), Part::file("document", "file-7")]);
    /// # let _ = request;
    /// ```
    pub fn form(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.wire.payload = wire::Payload::Form(parts.into_iter().map(|part| part.0).collect());
        self
    }

    /// Puts the body of an answer that is a success into a file of this name: [`Response::file`]. Its bytes need not pass through the
    /// add-on.
    pub fn into_file(mut self, name: impl Into<String>) -> Self {
        self.wire.target = wire::Target::NewFile(name.into());
        self
    }

    /// A body as JSON.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the value has no JSON form, such as a map with keys that are not texts.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(value).map_err(|error| Error::Invalid(error.to_string()))?;
        Ok(self.body(body, "application/json"))
    }

    /// How long to wait: 1 ms to 10 s; without it, 10 s.
    pub fn timeout(mut self, wait: Duration) -> Self {
        let wait = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
        self.wire.timeout_ms = Some(wait.clamp(1, 10_000));
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// When there is no answer. An answer with an error status is an answer: see [`Response::ok`].
    pub fn send(self) -> Result<Response, Error> {
        Ok(host::http::send(&self.wire)?.into())
    }

    /// The address as it stands, without credentials.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.wire.url
    }

    pub(super) fn into_wire(self) -> wire::Request {
        self.wire
    }

    fn auth(mut self, auth: wire::Auth) -> Self {
        self.wire.auth = Some(auth);
        self
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn encode(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_cannot_add_parameters() {
        let request = Request::get("https://x.example.com/a").query("q", "a&b=c d/é").query("n", "1");
        assert_eq!(request.url(), "https://x.example.com/a?q=a%26b%3Dc%20d%2F%C3%A9&n=1");
    }

    #[test]
    fn a_timeout_stays_in_the_hosts_range() {
        let wait = |wait| Request::get("https://x.example.com/").timeout(wait).into_wire().timeout_ms;
        assert_eq!(wait(Duration::ZERO), Some(1));
        assert_eq!(wait(Duration::from_secs(60)), Some(10_000));
        assert_eq!(wait(Duration::from_millis(250)), Some(250));
    }
}
