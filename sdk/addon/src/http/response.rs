//! An answer to a request.

use serde::de::DeserializeOwned;

use super::Error;
use crate::bindings::common::annex::addon::http as wire;

/// An answer to a request, whatever its status.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    wire: wire::Response,
}

impl Response {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.wire.status
    }

    /// The first header of that name; case does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.wire.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    /// The body as it came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.wire.body
    }

    /// This answer when its status is 2xx.
    ///
    /// # Errors
    /// [`Error::Status`] with any other status.
    pub fn ok(self) -> Result<Self, Error> {
        if (200..300).contains(&self.wire.status) { Ok(self) } else { Err(Error::Status(self.wire.status)) }
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`Error::Body`] when it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.wire.body).map_err(|error| Error::Body(error.to_string()))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Error::Body`] when it is not JSON of that form; the text names line and column.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.wire.body).map_err(|error| Error::Body(error.to_string()))
    }
}

impl From<wire::Response> for Response {
    fn from(wire: wire::Response) -> Self {
        Self { wire }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16) -> Response {
        let header = wire::Header { name: "Retry-After".into(), value: "3".into() };
        Response::from(wire::Response { status, headers: vec![header], body: b"[1,".to_vec() })
    }

    #[test]
    fn only_2xx_is_ok() {
        assert!(response(204).ok().is_ok());
        for status in [199, 302, 404, 500] {
            assert_eq!(response(status).ok(), Err(Error::Status(status)));
        }
    }

    #[test]
    fn headers_are_found_in_any_case() {
        assert_eq!(response(200).header("retry-after"), Some("3"));
        assert_eq!(response(200).header("x"), None);
    }

    #[test]
    fn a_torn_body_is_an_error_with_a_place() {
        let error = response(200).json::<Vec<u8>>().unwrap_err();
        assert!(error.to_string().contains("line 1 column 3"), "{error}");
    }
}
