//! The section `[service]`: what the publisher runs outside of the host. Where it hears events, what its tokens may do at the
//! desk's API, where single sign-on leads, and whether the publisher itself completes installations. Signed with the package;
//! the desk consents to the scopes as it does to capabilities.

use std::{collections::BTreeSet, str::FromStr};

use serde::{Deserialize, Serialize};

use super::texts::{check_text, is_link};
use crate::{localized::Localized, permission::Permission, words::Invalid};

const MOST_REDIRECTS: usize = 10;
const MOST_SCOPES: usize = 20;

/// The publisher's own service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Where events are posted to, an [`EventsUrl`]. None: the service hears nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<String>,
    /// What its tokens may do at the desk's API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ServiceScope>,
    /// Redirect URIs of single sign-on, compared byte by byte; https, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<String>,
    /// Where *Open in …* leads to; https. The service then asks the host's authorize endpoint who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// True: install, update and uninstall wait for the publisher's answer (R16).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub manual: bool,
}

/// One thing that the service's tokens may do, with the publisher's reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceScope {
    /// As operators have it.
    pub scope: Permission,
    /// Why, in the publisher's words; at most 200 characters.
    pub purpose: Localized,
}

impl Service {
    pub(crate) fn check(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if let Some(Err(Invalid(why))) = self.events.as_deref().map(str::parse::<EventsUrl>) {
            wrong("service.events".into(), "not-a-url", why);
        }
        if !self.open.as_deref().is_none_or(is_endpoint) {
            wrong("service.open".into(), "not-a-url", ENDPOINT);
        }
        if self.redirects.len() > MOST_REDIRECTS {
            wrong("service.redirects".into(), "too-many", "at most 10");
        }
        let mut seen = BTreeSet::new();
        for (at, redirect) in self.redirects.iter().enumerate() {
            let field = format!("service.redirects[{at}]");
            if !is_endpoint(redirect) {
                wrong(field, "not-a-url", ENDPOINT);
            } else if !seen.insert(redirect) {
                wrong(field, "duplicate", "name each address once");
            }
        }
        self.check_scopes(wrong);
    }

    fn check_scopes(&self, wrong: &mut impl FnMut(String, &'static str, &str)) {
        if self.scopes.len() > MOST_SCOPES {
            wrong("service.scopes".into(), "too-many", "at most 20");
        }
        let mut seen = BTreeSet::new();
        for (at, asked) in self.scopes.iter().enumerate() {
            if !seen.insert(asked.scope) {
                wrong(format!("service.scopes[{at}].scope"), "duplicate", "name each scope once");
            }
            check_text(&asked.purpose, &format!("service.scopes[{at}].purpose"), 200, wrong);
        }
    }
}

const ENDPOINT: &str =
    "expected an address that starts with https://, with a host name and without a user name or a fragment";

/// Where events can be posted to: https at its usual port, with a host name, without a user name or a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsUrl(String);

impl EventsUrl {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EventsUrl {
    type Err = Invalid;
    fn from_str(url: &str) -> Result<Self, Invalid> {
        if is_endpoint(url) && url::Url::parse(url).is_ok_and(|url| url.port().is_none()) {
            return Ok(Self(url.to_owned()));
        }
        Err(Invalid("expected an address that starts with https://, without a port, a user name or a fragment"))
    }
}

/// True for where logins of a publisher that develops may lead back to: like those of a manifest, or on its own machine.
#[must_use]
pub fn is_redirect(url: &str) -> bool {
    let own = ["http://localhost:", "http://localhost/", "http://127.0.0.1:", "http://127.0.0.1/"];
    let is_own = own.iter().any(|start| url.starts_with(start)) && url::Url::parse(url).is_ok() && !url.contains('#');
    is_own || is_endpoint(url)
}

/// What a program calls or is sent to: a fragment would never arrive, or be taken for one of ours.
fn is_endpoint(url: &str) -> bool {
    is_link(url) && !url.contains('#')
}
