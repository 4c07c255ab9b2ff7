//! `[setup]` of a channel's manifest: what a person does to connect the channel to its service, and the requests by which
//! the host does it for them and tests it. Declared, so that the address and the inbound secret, which no component may see,
//! can be told to the service (ADR 0027).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::localized::Localized;

/// In a text of `json`: the address of the channel.
pub const ADDRESS: &str = "{address}";
/// In a text of `json`: the secret that `inbound` names.
pub const INBOUND_SECRET: &str = "{inbound_secret}";

/// How a channel is connected to its service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// What to do, in order; plain text, at most 12 of at most 500 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Localized>,
    /// *Set it up for me*: sent in order until one fails; at most 5.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connect: Vec<SetupRequest>,
    /// *Test*: the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<SetupRequest>,
}

/// A request that the host sends through its outbound guard, to a host that the desk granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// `GET`, or `POST` with `json`.
    pub method: SetupMethod,
    /// https, on a host of `capabilities`; `{secret}` in its path is the place of `auth = { path = … }`.
    pub url: String,
    /// The credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<SetupAuth>,
    /// The body. The texts `{address}` and `{inbound_secret}` are filled in.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub json: Map<String, Value>,
    /// JSON pointer of what must be `true` in the answer, such as `/ok`; without it the status alone counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ok: Option<String>,
    /// JSON pointer of the text that says why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is shown of the answer; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Shown>,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SetupMethod {
    /// Without a body.
    Get,
    /// With `json`.
    Post,
}

/// Where a credential goes; the text names a setting of type secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetupAuth {
    /// `Authorization: Bearer …`
    Bearer(String),
    /// The place `{secret}` in the path.
    Path(String),
    /// A header.
    Header {
        /// Of the header.
        name: String,
        /// The setting.
        key: String,
    },
}

impl SetupAuth {
    /// The setting.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Bearer(key) | Self::Path(key) | Self::Header { key, .. } => key,
        }
    }
}

/// Something of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// What it is; at most 80 characters.
    pub label: Localized,
    /// JSON pointer of a text, number or flag.
    pub at: String,
}

impl Setup {
    /// What is wrong: the field under `setup`, a code, and a sentence. `hosts`: what the manifest declares; `secrets`: its
    /// settings of type secret.
    #[must_use]
    pub fn problems(&self, hosts: &BTreeSet<&str>, secrets: &BTreeSet<&str>) -> Vec<(String, &'static str, String)> {
        let mut found = Vec::new();
        let mut wrong = |field: String, code, text: &str| found.push((field, code, text.to_owned()));
        if self.steps.len() > 12 {
            wrong("steps".into(), "too-many", "at most 12");
        }
        for (name, requests) in [("connect", &self.connect), ("test", &self.test)] {
            if requests.len() > 5 {
                wrong(name.into(), "too-many", "at most 5");
            }
            for (at, request) in requests.iter().enumerate() {
                request.check(&format!("{name}[{at}]"), hosts, secrets, &mut wrong);
            }
        }
        found
    }
}

impl SetupRequest {
    fn check(
        &self,
        field: &str,
        hosts: &BTreeSet<&str>,
        secrets: &BTreeSet<&str>,
        wrong: &mut impl FnMut(String, &'static str, &str),
    ) {
        if !self.host().is_some_and(|host| hosts.contains(host)) {
            wrong(format!("{field}.url"), "url", "an https address on a host of `capabilities`");
        }
        if self.method == SetupMethod::Get && !self.json.is_empty() {
            wrong(format!("{field}.json"), "get-with-body", "`GET` has no body");
        }
        if let Some(auth) = &self.auth
            && !secrets.contains(auth.key())
        {
            wrong(format!("{field}.auth"), "no-such-setting", "name a setting of type secret");
        }
        if self.shows.len() > 10 {
            wrong(format!("{field}.shows"), "too-many", "at most 10");
        }
        let mut pointers = self.ok.iter().chain(&self.error).chain(self.shows.iter().map(|shown| &shown.at));
        if !pointers.all(|at| at.starts_with('/') && at.len() <= 200) {
            wrong(field.to_owned(), "pointer", "JSON pointers such as /result/url");
        }
    }

    /// The host of its address.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.url.strip_prefix("https://")?.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
    }

    /// The body with address and secret filled in; true when the secret is part of it.
    #[must_use]
    pub fn body(&self, address: &str, secret: &str) -> (Value, bool) {
        let mut has_secret = false;
        let mut body = self.json.clone();
        for value in body.values_mut() {
            if let Value::String(text) = value {
                has_secret |= text.contains(INBOUND_SECRET);
                *text = text.replace(ADDRESS, address).replace(INBOUND_SECRET, secret);
            }
        }
        (Value::Object(body), has_secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> SetupRequest {
        let json = r#"{"method":"POST","url":"https://api.example.com/{secret}/hook","auth":{"path":"token"},
            "json":{"url":"{address}","secret":"{inbound_secret}","kinds":["message"]},"ok":"/ok"}"#;
        serde_json::from_str(json).unwrap()
    }

    fn codes(request: SetupRequest) -> Vec<&'static str> {
        let setup = Setup { connect: vec![request], ..Setup::default() };
        let problems = setup.problems(&["api.example.com"].into(), &["token"].into());
        problems.into_iter().map(|(_, code, _)| code).collect()
    }

    #[test]
    fn a_request_stays_within_what_the_manifest_declares() {
        assert_eq!(codes(request()), [""; 0]);
        for url in ["http://api.example.com/", "https://api.example.com.evil/", "https://u@api.example.com/", "x"] {
            assert_eq!(codes(SetupRequest { url: url.into(), ..request() }), ["url"], "{url}");
        }
        assert_eq!(codes(SetupRequest { auth: Some(SetupAuth::Bearer("x".into())), ..request() }), ["no-such-setting"]);
        assert_eq!(codes(SetupRequest { method: SetupMethod::Get, ..request() }), ["get-with-body"]);
        assert_eq!(codes(SetupRequest { ok: Some("ok".into()), ..request() }), ["pointer"]);
    }

    #[test]
    fn address_and_secret_are_filled_in() {
        let (body, has_secret) = request().body("https://desk.example/hooks/1", "s3cret");
        let expected =
            serde_json::json!({"url": "https://desk.example/hooks/1", "secret": "s3cret", "kinds": ["message"]});
        assert_eq!((body, has_secret), (expected, true));
    }
}
