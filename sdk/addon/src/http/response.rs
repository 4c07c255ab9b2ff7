//! An answer to a request.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::Error;
use crate::bindings::plugin::annex::addon::{http as wire, types::File};

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

    /// The body as it came; empty when it went into a file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.wire.content {
            wire::Content::Bytes(bytes) => bytes,
            wire::Content::NewFile(_) => &[],
        }
    }

    /// The file that the body went into, see [`Request::into_file`](super::Request::into_file).
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        match &self.wire.content {
            wire::Content::Bytes(_) => None,
            wire::Content::NewFile(file) => Some(file),
        }
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
        std::str::from_utf8(self.bytes()).map_err(|error| Error::Body(error.to_string()))
    }

    /// The body as text, whatever it is: UTF-8, UTF-16 with its byte order mark, and every other byte as Latin-1. A byte
    /// order mark is taken away.
    #[must_use]
    pub fn lossy(&self) -> Cow<'_, str> {
        match self.bytes() {
            [0xef, 0xbb, 0xbf, rest @ ..] => latin(rest),
            [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
            [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
            bytes => latin(bytes),
        }
    }

    /// The body as JSON, in any of the encodings of [`lossy`](Self::lossy): services do not always send UTF-8.
    ///
    /// # Errors
    /// [`Error::Body`] when it is not JSON of that form; the text names line and column.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.lossy()).map_err(|error| Error::Body(error.to_string()))
    }
}

fn latin(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16_lossy(&units)
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
        Response::from(wire::Response { status, headers: vec![header], content: wire::Content::Bytes(b"[1,".to_vec()) })
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
    fn json_is_read_in_the_encodings_that_services_send() {
        let of = |body: Vec<u8>| {
            Response::from(wire::Response { status: 200, headers: vec![], content: wire::Content::Bytes(body) })
        };
        let utf16 = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain("\"Zoë\"".encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
        };
        for body in [
            "\"Zoë\"".into(),
            "\u{feff}\"Zoë\"".into(),
            b"\"Zo\xeb\"".to_vec(),
            utf16([0xff, 0xfe], u16::to_le_bytes),
            utf16([0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(of(body).json::<String>(), Ok("Zoë".into()));
        }
    }

    #[test]
    fn a_torn_body_is_an_error_with_a_place() {
        let error = response(200).json::<Vec<u8>>().unwrap_err();
        assert!(error.to_string().contains("line 1 column 3"), "{error}");
    }
}
