//! What the operator of the host decided about its pages, and what follows from it: whether cookies are secure, which names are
//! its own, how a path becomes an address.

use std::{collections::BTreeMap, net::IpAddr};

use annex_desk::attachments::Rules;
use annex_domain::operator::{self, HostLabel};
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
    /// Below which desks have host names, in lower case; none: they have no names of their own.
    pub desk_domain: Option<String>,
    /// Who runs the host, for people who need help; none: they ask publishers.
    pub support_email: Option<String>,
    /// How much room desks have for attachments, and what looks at these.
    pub attachments: Rules,
}

/// Whose name a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// The host's own.
    Host,
    /// One that a desk may have.
    Desk(HostLabel),
    /// Somebody else's.
    Foreign,
}

impl WebConfig {
    /// True when browsers reach the host over https: cookies are then `Secure` and bound to the host.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// True for the names by which this host is asked for: that of its public address, and those that desks may have; where it listens on
    /// loopback, those of loopback as well.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        let loopback = || {
            let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
        };
        self.is_public(name) || (self.on_loopback && loopback())
    }

    /// The same without loopback.
    pub(crate) fn is_public(&self, name: &str) -> bool {
        let public = self.public_url.host_str().is_some_and(|public| public.eq_ignore_ascii_case(name));
        public || self.label_in(name).is_some()
    }

    /// Whose name it is. The host's own comes first, also below the domain of the desks.
    pub(crate) fn name(&self, name: &str) -> Name {
        let own = self.public_url.host_str().is_some_and(|public| public.eq_ignore_ascii_case(name));
        match self.label_in(name) {
            Some(label) if !own => Name::Desk(label),
            _ if self.answers_to(name) => Name::Host,
            _ => Name::Foreign,
        }
    }

    /// What stands before the domain of the desks.
    fn label_in(&self, name: &str) -> Option<HostLabel> {
        let name = name.to_ascii_lowercase();
        name.strip_suffix(self.desk_domain.as_deref()?)?.strip_suffix('.')?.parse().ok()
    }

    /// The name by which a desk is asked for.
    pub(crate) fn host_name_of(&self, desk: &operator::Desk) -> Option<String> {
        Some(format!("{}.{}", desk.host_name.as_ref()?, self.desk_domain.as_deref()?))
    }

    /// A path as an absolute address by the name of a desk; by the host's own where desks have none.
    pub(crate) fn absolute_at(&self, label: &HostLabel, path: &str) -> String {
        let base = label.base(&self.public_url, self.desk_domain.as_deref());
        let at_desk = base.and_then(|base| base.join(path).ok());
        at_desk.map_or_else(|| self.absolute(path), String::from)
    }

    /// A path as an absolute address of a desk: by its own name where it has one.
    pub(crate) fn absolute_of(&self, desk: &operator::Desk, path: &str) -> String {
        let base = desk.base(&self.public_url, self.desk_domain.as_deref());
        base.join(path).map_or_else(|_| path.to_owned(), String::from)
    }

    /// A path as an absolute address, to be copied or mailed.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        self.public_url.join(path).map_or_else(|_| path.to_owned(), String::from)
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, ids::DeskId};

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
            desk_domain: None,
            support_email: Some("support@platform.example".into()),
            attachments: Default::default(),
        }
    }

    fn desk(host_name: Option<HostLabel>) -> operator::Desk {
        operator::Desk {
            id: DeskId::new(),
            name: "Acme".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            status: operator::DeskStatus::Active,
            status_since: Timestamp(0),
            host_name,
            region: operator::LOCAL_REGION.into(),
            developer_of: None,
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn names_below_the_domain_of_the_desks_are_theirs() {
        let own = config("https://desk.example/", false);
        let host = WebConfig { desk_domain: Some("desk.example".into()), ..own.clone() };
        let acme: HostLabel = "acme".parse().unwrap();
        assert_eq!(host.name("ACME.desk.example"), Name::Desk(acme.clone()));
        assert_eq!(host.name("desk.example"), Name::Host);
        for foreign in ["a.b.desk.example", ".desk.example", "acme-.desk.example", "acmedesk.example", "evil.example"] {
            assert_eq!(host.name(foreign), Name::Foreign, "{foreign}");
            assert!(!host.answers_to(foreign), "{foreign}");
        }
        assert!(host.answers_to("acme.desk.example"));
        assert_eq!(own.name("acme.desk.example"), Name::Foreign, "desks have no names there");
        let www = WebConfig { public_url: "https://www.desk.example/".parse().unwrap(), ..host.clone() };
        assert_eq!(www.name("www.desk.example"), Name::Host);
        assert_eq!(host.absolute_at(&acme, "/setup/x"), "https://acme.desk.example/setup/x");
        assert_eq!(own.absolute_at(&acme, "/setup/x"), "https://desk.example/setup/x");
        let named = desk(Some(acme));
        assert_eq!(host.absolute_of(&named, "/hooks/x"), "https://acme.desk.example/hooks/x");
        for (config, of) in [(&own, named), (&host, desk(None))] {
            assert_eq!(config.absolute_of(&of, "/hooks/x"), "https://desk.example/hooks/x");
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
