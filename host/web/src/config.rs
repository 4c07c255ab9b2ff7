//! What the operator of the host decided about its pages, and what follows from it: whether cookies are secure, which names are
//! its own, how a path becomes an address.

use std::{collections::BTreeMap, net::IpAddr};

use url::Url;

use crate::oidc::ForeignIssuer;

/// See the module.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// Where browsers reach the host: decides the cookie's name and flags, and links that are copied.
    pub public_url: Url,
    /// It listens on loopback: it then answers to `localhost` and loopback addresses as well.
    pub on_loopback: bool,
    /// Version of the host, for the system page.
    pub version: String,
    /// `SQLite` or `PostgreSQL`, for the system page.
    pub database: String,
    /// Hosts whose requests go to a loopback address instead: shown on the system page so that nobody forgets them.
    pub egress_overrides: BTreeMap<String, Url>,
    /// The largest package that can be uploaded, in bytes.
    pub max_package: usize,
    /// Where desks log in to billing; none: the client area of this host.
    pub billing_issuer: Option<ForeignIssuer>,
    /// Host and port of the SMTP server, for the outbox; none: mails are kept there.
    pub smtp: Option<String>,
}

impl WebConfig {
    /// True when browsers reach the host over https: cookies are then `Secure` and bound to the host.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// True for the names by which this host is asked for: that of its public address; where it listens on loopback, those of
    /// loopback as well.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        let public = self.public_url.host_str().is_some_and(|public| public.eq_ignore_ascii_case(name));
        let loopback = || {
            let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
        };
        public || (self.on_loopback && loopback())
    }

    /// A path as an absolute address, to be copied or mailed.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        self.public_url.join(path).map_or_else(|_| path.to_owned(), String::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(public_url: &str, on_loopback: bool) -> WebConfig {
        WebConfig {
            public_url: public_url.parse().unwrap(),
            on_loopback,
            version: "0.0.0".into(),
            database: "SQLite".into(),
            egress_overrides: BTreeMap::new(),
            max_package: 16 << 20,
            billing_issuer: None,
            smtp: None,
        }
    }

    #[test]
    fn off_loopback_only_the_public_name_is_its_own() {
        let network = config("https://Desk.example:8443/", false);
        for own in ["desk.example", "Desk.Example", "DESK.EXAMPLE"] {
            assert!(network.answers_to(own), "{own}");
        }
        for foreign in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "evil.example",
            "a.desk.example",
            "desk.example.evil.example",
            "desk",
            "",
        ] {
            assert!(!network.answers_to(foreign), "{foreign}");
        }
        let behind_a_proxy = config("https://desk.example/", true);
        for own in ["desk.example", "LocalHost", "127.0.0.1", "[::1]"] {
            assert!(behind_a_proxy.answers_to(own), "{own}");
        }
        assert!(!behind_a_proxy.answers_to("192.0.2.1"));
    }
}
