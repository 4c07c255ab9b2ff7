//! Requests of other systems to a plugin or channel, and public forms: [`Plugin::on_request`](crate::Plugin::on_request). The manifest's
//! `[inbound]` says how the host verifies them before.

use serde::{Serialize, de::DeserializeOwned};

use crate::bindings::plugin::annex::addon::types::{Header, OutboundAnswer};

pub use crate::bindings::plugin::annex::addon::types::InboundRequest;

impl InboundRequest {
    /// A request with that method, for tests. `path`: what follows `/hooks/{hook}`, with its query.
    #[must_use]
    pub fn new(method: &str, path: &str, body: impl Into<Vec<u8>>) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: vec![],
            body: body.into(),
            public: false,
        }
    }

    /// The same with one more header, for tests.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(Header { name: name.to_ascii_lowercase(), value: value.to_owned() });
        self
    }

    /// The first header of that name; case does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    /// The first parameter of that name in the query, decoded.
    ///
    /// ```
    /// use annex_sdk::webhook::InboundRequest;
    ///
    /// let request = InboundRequest::new("GET", "/rate?ticket=t%201&stars=5", "");
    /// assert_eq!(request.parameter("ticket").as_deref(), Some("t 1"));
    /// assert_eq!(request.parameter("no"), None);
    /// ```
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.query, name)
    }

    /// The first field of that name of a form (`application/x-www-form-urlencoded`), decoded.
    ///
    /// ```
    /// use annex_sdk::webhook::InboundRequest;
    ///
    /// let request = InboundRequest::new("POST", "/rate", "comment=Good+%26+fast");
    /// assert_eq!(request.form_field("comment").as_deref(), Some("Good & fast"));
    /// ```
    #[must_use]
    pub fn form_field(&self, name: &str) -> Option<String> {
        parameter(self.text().ok()?, name)
    }

    /// The body as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.body)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not JSON of that form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}

/// What a request is answered.
///
/// ```
/// use annex_sdk::webhook::Answer;
///
/// let answer = Answer::status(404).text("there is no such order");
/// # let _ = answer;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "return it from `on_request`"]
pub struct Answer(OutboundAnswer);

impl Answer {
    /// Status 200 with an empty body.
    pub fn ok() -> Self {
        Self::status(200)
    }

    /// Any status, 200 to 299 or 400 to 599, with an empty body.
    pub fn status(status: u16) -> Self {
        Self(OutboundAnswer { status, content_type: "text/plain; charset=utf-8".into(), body: vec![] })
    }

    /// A text for who asked.
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.0.body = body.into().into_bytes();
        self
    }

    /// A value for the program that asked, as JSON.
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, serde_json::Error> {
        self.0.body = serde_json::to_vec(value)?;
        self.0.content_type = "application/json".into();
        Ok(self)
    }

    /// Its status, for tests.
    #[must_use]
    pub fn status_code(&self) -> u16 {
        self.0.status
    }

    /// Its body as text, for tests.
    #[must_use]
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    pub(crate) fn into_wire(self) -> OutboundAnswer {
        self.0
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value))
}

/// Decodes `+` and `%20`; what is no UTF-8 then is replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, further) = match (*first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, further @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, further),
                _ => (b'%', after),
            },
            (byte, _) => (byte, after),
        };
        bytes.push(byte);
        rest = further;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send_is_decoded_and_what_they_do_not_is_kept() {
        for (written, read) in [("a+b", "a b"), ("%C3%A9", "é"), ("100%", "100%"), ("%zz", "%zz"), ("%2", "%2")] {
            assert_eq!(decoded(written), read, "{written}");
        }
        let request = InboundRequest::new("POST", "/x?a=1", "a=2&b").with_header("X-Kind", "k");
        assert_eq!((request.parameter("a").as_deref(), request.form_field("a").as_deref()), (Some("1"), Some("2")));
        assert_eq!((request.form_field("b").as_deref(), request.header("x-kind")), (Some(""), Some("k")));
    }
}
