//! What an add-on asks for, what a desk granted, and the difference between the two.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    localized::Localized,
    manifest::ServiceScope,
    network::{is_host, is_label},
    permission::Permission,
    words::Invalid,
};

/// One thing an add-on wants to do, with the publisher's reason (R61).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    /// What is asked for.
    #[serde(rename = "use")]
    pub access: Access,
    /// For `http`: the hosts. Empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostPattern>,
    /// Why, in the publisher's words.
    pub purpose: Localized,
}

crate::words! {
    /// What can be asked for.
    pub enum Access: "capability" {
        /// Send https requests to the listed hosts.
        Http = "http",
        /// Keep values with the host, up to the quota of an installation.
        Kv = "kv",
        /// Read tickets and their messages.
        TicketsRead = "tickets.read",
        /// Open tickets, add notes, and change whose they are, status, priority, subject, tags and fields.
        TicketsWrite = "tickets.write",
        /// Answer requesters.
        TicketsReply = "tickets.reply",
        /// Read requesters.
        ContactsRead = "contacts.read",
        /// Add and change requesters.
        ContactsWrite = "contacts.write",
        /// Read who works in the desk.
        OperatorsRead = "operators.read",
        /// Read files of tickets.
        FilesRead = "files.read",
        /// Make files, for messages and other systems.
        FilesWrite = "files.write",
        /// Be called at times to come.
        Schedule = "schedule",
        /// Send and receive mails through mailboxes of the desk.
        Mail = "mail",
    }
}

/// A host name, lower case, whose left-most label may come from a setting, or all of it: `api.example.com`,
/// `{subdomain}.example.com`, `{shop}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern(String);

impl HostPattern {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The desk enters all of it.
    #[must_use]
    pub fn is_entered(&self) -> bool {
        self.0.ends_with('}')
    }

    /// The key of the setting that gives the left-most label, or all of it.
    #[must_use]
    pub fn setting(&self) -> Option<&str> {
        self.0.strip_prefix('{')?.split_once('}').map(|(key, _)| key)
    }

    /// The host name, with `label` for the setting. None when that is missing, or not one DNS label or one host name.
    #[must_use]
    pub fn resolve(&self, label: Option<&str>) -> Option<String> {
        let Some((_, rest)) = self.0.strip_prefix('{').and_then(|text| text.split_once('}')) else {
            return Some(self.0.clone());
        };
        let label = label?.to_ascii_lowercase();
        let is_fine = if rest.is_empty() { is_host(&label) } else { is_label(&label) };
        is_fine.then(|| format!("{label}{rest}"))
    }
}

impl TryFrom<String> for HostPattern {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid(
            "expected a lower-case host name such as `api.example.com`, `{setting}.example.com` or `{setting}`; no port, path, address or wildcard",
        );
        let whole = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if whole.is_some_and(crate::settings::is_key) {
            return Ok(Self(text));
        }
        let (first, rest) = text.split_once('.').ok_or(RULE)?;
        let key = first.strip_prefix('{').and_then(|key| key.strip_suffix('}'));
        let first_is_fine = key.map_or_else(|| is_label(first), crate::settings::is_key);
        let rest_is_fine = rest.split('.').all(is_label);
        // A setting below a public suffix alone (`{x}.com`) would let a desk name any site: two fixed labels at least.
        let fixed_labels = rest.split('.').count() + usize::from(key.is_none());
        let last_is_numeric = rest.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if !first_is_fine || !rest_is_fine || fixed_labels < 2 || last_is_numeric || text.len() > 253 {
            return Err(RULE);
        }
        Ok(Self(text))
    }
}

impl From<HostPattern> for String {
    fn from(value: HostPattern) -> Self {
        value.0
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a version asks a desk for: for its component, and for its publisher's own service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asks {
    /// What the component wants to do.
    pub capabilities: Vec<Capability>,
    /// What the tokens of the service may do at the desk's API.
    pub scopes: Vec<ServiceScope>,
}

impl Asks {
    /// True when there is nothing to consent to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.capabilities.is_empty() && self.scopes.is_empty()
    }
}

impl From<Vec<Capability>> for Asks {
    fn from(capabilities: Vec<Capability>) -> Self {
        Self { capabilities, scopes: Vec::new() }
    }
}

/// What a desk consented to for one installation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grant {
    access: BTreeSet<Access>,
    hosts: BTreeSet<HostPattern>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    scopes: BTreeSet<Permission>,
}

impl Grant {
    /// Everything that `capabilities` ask for.
    #[must_use]
    pub fn of(capabilities: &[Capability]) -> Self {
        Self {
            access: capabilities.iter().map(|capability| capability.access).collect(),
            hosts: capabilities.iter().flat_map(|capability| capability.hosts.iter().cloned()).collect(),
            scopes: BTreeSet::new(),
        }
    }

    /// Everything that a version asks for.
    #[must_use]
    pub fn of_all(asks: &Asks) -> Self {
        let scopes = asks.scopes.iter().map(|asked| asked.scope).collect();
        Self { scopes, ..Self::of(&asks.capabilities) }
    }

    /// True when `access` was granted.
    #[must_use]
    pub fn allows(&self, access: Access) -> bool {
        self.access.contains(&access)
    }

    /// The granted hosts.
    pub fn hosts(&self) -> impl Iterator<Item = &HostPattern> {
        self.hosts.iter()
    }

    /// What the tokens of the publisher's service were granted.
    #[must_use]
    pub fn scopes(&self) -> &BTreeSet<Permission> {
        &self.scopes
    }

    /// What a version asks for beyond this grant: only that needs consent at an update. Empty: nothing new.
    #[must_use]
    pub fn missing(&self, asks: &Asks) -> Asks {
        let mut capabilities = Vec::new();
        for capability in &asks.capabilities {
            let hosts: Vec<_> = capability.hosts.iter().filter(|host| !self.hosts.contains(*host)).cloned().collect();
            if !self.allows(capability.access) || !hosts.is_empty() {
                capabilities.push(Capability { access: capability.access, hosts, purpose: capability.purpose.clone() });
            }
        }
        let scopes = asks.scopes.iter().filter(|asked| !self.scopes.contains(&asked.scope)).cloned().collect();
        Asks { capabilities, scopes }
    }

    /// What both this grant and the manifest of the running version allow its component: the smaller of the two is in force.
    #[must_use]
    pub fn within(mut self, capabilities: &[Capability]) -> Self {
        self.access.retain(|access| capabilities.iter().any(|declared| declared.access == *access));
        self.hosts.retain(|host| capabilities.iter().any(|declared| declared.hosts.contains(host)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(hosts: &[&str]) -> Capability {
        Capability {
            access: Access::Http,
            hosts: hosts.iter().map(|host| HostPattern::try_from((*host).to_owned()).unwrap()).collect(),
            purpose: Localized::en("to look up contacts"),
        }
    }

    #[test]
    fn patterns_take_their_first_label_from_a_setting() {
        let pattern = HostPattern::try_from("{subdomain}.freshdesk.com".to_owned()).unwrap();
        assert_eq!(pattern.setting(), Some("subdomain"));
        assert_eq!(pattern.resolve(Some("Acme")).as_deref(), Some("acme.freshdesk.com"));
        for bad in ["evil.com/", "a.b", "", "x@y", "-a"] {
            assert_eq!(pattern.resolve(Some(bad)), None, "{bad}");
        }
        assert_eq!(pattern.resolve(None), None);
    }

    #[test]
    fn a_host_may_be_entered_as_a_whole() {
        let pattern = HostPattern::try_from("{shop}".to_owned()).unwrap();
        assert_eq!((pattern.setting(), pattern.is_entered()), (Some("shop"), true));
        assert_eq!(pattern.resolve(Some("Shop.Example.com")).as_deref(), Some("shop.example.com"));
        for bad in ["shop", "127.0.0.1", "a.com/", "u@a.com", "a.com:80", ""] {
            assert_eq!(pattern.resolve(Some(bad)), None, "{bad}");
        }
        assert!(HostPattern::try_from("{Shop}".to_owned()).is_err() && HostPattern::try_from("{}".to_owned()).is_err());
    }

    #[test]
    fn refuses_patterns_that_name_more_than_one_site() {
        for bad in
            ["*.example.com", "{x}.com", "localhost", "127.0.0.1", "Example.com", "a.com:80", "a.com/b", "a..com"]
        {
            assert!(HostPattern::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn in_force_is_what_is_granted_and_declared() {
        let kv = Capability { access: Access::Kv, hosts: Vec::new(), purpose: Localized::en("to remember") };
        let granted = Grant::of(&[http(&["a.example.com", "b.example.com"]), kv]);
        let declared = [http(&["b.example.com", "c.example.com"])];
        assert_eq!(granted.clone().within(&declared), Grant::of(&[http(&["b.example.com"])]));
        assert_eq!(granted.within(&[]), Grant::default());
        assert_eq!(Grant::default().within(&declared), Grant::default());
    }

    #[test]
    fn only_what_is_new_is_missing() {
        let grant = Grant::of(&[http(&["a.example.com"])]);
        let missing = grant.missing(&vec![http(&["a.example.com", "b.example.com"])].into());
        assert_eq!(missing.capabilities.len(), 1);
        assert_eq!(missing.capabilities[0].hosts, http(&["b.example.com"]).hosts);
        assert!(grant.missing(&vec![http(&["a.example.com"])].into()).is_empty());
    }

    #[test]
    fn a_scope_more_is_missing_and_a_grant_of_before_has_none() {
        let scope = |scope| ServiceScope { scope, purpose: Localized::en("to sync tickets") };
        let asks =
            |scopes: &[Permission]| Asks { scopes: scopes.iter().copied().map(scope).collect(), ..Asks::default() };
        let grant = Grant::of_all(&asks(&[Permission::TicketsView]));
        assert!(grant.missing(&asks(&[Permission::TicketsView])).is_empty());
        let missing = grant.missing(&asks(&[Permission::TicketsView, Permission::TicketsManage]));
        assert_eq!(missing, asks(&[Permission::TicketsManage]));
        let before: Grant = serde_json::from_str(r#"{"access":["kv"],"hosts":[]}"#).unwrap();
        assert!(before.scopes().is_empty());
        assert_eq!(serde_json::to_string(&before).unwrap(), r#"{"access":["kv"],"hosts":[]}"#);
    }
}
