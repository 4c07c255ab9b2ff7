//! How the host tries a key before it is saved (R53): one request, and what of its answer says that the key is refused.

use serde::{Deserialize, Serialize};

/// One GET request with a key, which the host sends when the key is saved: the component has no part in it. ADR 0028.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyCheck {
    /// https, on a host of `capabilities`; like there, the left-most label may be a setting. Something that every key
    /// with the needed rights may read, and small.
    pub url: String,
    /// Where the service wants the key.
    pub auth: KeyPlace,
    /// For services that say 200 and mean an error: a JSON pointer (RFC 6901) to what is null or missing in an answer
    /// that accepts the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where a key goes in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPlace {
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// The user name of Basic authentication, with this password.
    Basic(String),
    /// In this header.
    Header(String),
    /// In this parameter of the query.
    Query(String),
    /// In the place of `{secret}`, once in the path.
    Path,
}

impl KeyCheck {
    /// The host as `capabilities` write it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default()
    }

    /// The setting whose value is the left-most label of the host.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.host().strip_prefix('{')?.split_once('}').map(|(key, _)| key)
    }

    /// The URL with that label in its place.
    #[must_use]
    pub fn url_with(&self, label: Option<&str>) -> String {
        match (self.label(), label) {
            (Some(key), Some(label)) => self.url.replacen(&format!("{{{key}}}"), label, 1),
            _ => self.url.clone(),
        }
    }

    /// True for an answer that says that the key is wrong or lacks a permission. Any other failure says nothing about it.
    #[must_use]
    pub fn refuses(&self, status: u16, body: &[u8]) -> bool {
        let says_so = |pointer: &String| {
            let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            answer.pointer(pointer).is_some_and(|error| !error.is_null())
        };
        match status {
            401 | 403 => true,
            200..=299 => self.error.as_ref().is_some_and(says_so),
            _ => false,
        }
    }
}
