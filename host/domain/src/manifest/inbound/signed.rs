//! What is signed of a request: the text of a manifest, with parts of the request filled in. Hosts verify it, and the author's tools sign it.

use serde_json::Value;
use url::form_urlencoded;

use super::Hmac;
use crate::channel::InboundRequest;

impl Hmac {
    /// What is signed of a request to `url`, the whole address, that was made at `time`. `json`: its body. `None`: a part of it is not there.
    #[must_use]
    pub fn message(&self, request: &InboundRequest, url: &str, time: Option<&str>, json: &Value) -> Option<Vec<u8>> {
        let mut message = Vec::new();
        for (before, name) in parts(self.template())? {
            message.extend_from_slice(before.as_bytes());
            match name {
                None => {}
                Some("body") => message.extend_from_slice(&request.body),
                Some("timestamp") => message.extend_from_slice(time?.as_bytes()),
                Some("url") => message.extend_from_slice(url.as_bytes()),
                Some("form") => message.extend_from_slice(form(&request.body).as_bytes()),
                Some(pointer) => message.extend_from_slice(json.pointer(pointer).and_then(text_of)?.as_bytes()),
            }
        }
        Some(message)
    }
}

/// A value of JSON as services sign it: a text or a number.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The fields of a form by name, each name with its value.
fn form(body: &[u8]) -> String {
    let mut fields: Vec<_> = form_urlencoded::parse(body).collect();
    fields.sort();
    fields.iter().flat_map(|(name, value)| [&**name, &**value]).collect()
}

/// What is filled in, with the fixed text before it; the last has none behind it. `None`: a brace is left open, or names nothing.
pub(super) fn parts(template: &str) -> Option<Vec<(&str, Option<&str>)>> {
    let (mut parts, mut rest) = (Vec::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if !matches!(name, "body" | "timestamp" | "url" | "form") && !super::is_pointer(name) {
            return None;
        }
        parts.push((before, Some(name)));
        rest = after;
    }
    parts.push((rest, None));
    Some(parts)
}
