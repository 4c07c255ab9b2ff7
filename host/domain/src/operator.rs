//! Desks, operators and roles; and who did something.

use url::Url;

use crate::{
    addon::PublisherSlug,
    clock::Timestamp,
    ids::{AccountId, DeskId, InstallationId, OperatorId, RoleId},
    permission::Permissions,
    words::Invalid,
};

/// One help desk: the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its id.
    pub id: DeskId,
    /// As shown.
    pub name: String,
    /// BCP 47: the language of operators who chose none.
    pub locale: String,
    /// IANA name: the time zone of operators who chose none.
    pub time_zone: String,
    /// Whether it works.
    pub status: DeskStatus,
    /// Since when it has that status.
    pub status_since: Timestamp,
    /// By which it is asked for, where the host has a domain for desks.
    pub host_name: Option<HostLabel>,
    /// Where its data are, in the host's own word.
    pub region: String,
    /// Whose add-ons are tried in it; none: a desk of somebody who helps people.
    pub developer_of: Option<PublisherSlug>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The region of a host whose operator named none.
pub const LOCAL_REGION: &str = "local";

impl Desk {
    /// Where it is reached on a host at `host`, with a slash at its end: by its own name where it has one below `domain`, else by
    /// the host's.
    #[must_use]
    pub fn base(&self, host: &Url, domain: Option<&str>) -> Url {
        let own = self.host_name.as_ref().and_then(|label| label.base(host, domain));
        own.unwrap_or_else(|| host.clone())
    }

    /// The time zone in which somebody reads times: the one that they chose, else the desk's.
    #[must_use]
    pub fn zone_of<'a>(&'a self, operator: Option<&'a Operator>) -> &'a str {
        operator.and_then(|operator| operator.time_zone.as_deref()).unwrap_or(&self.time_zone)
    }
}

/// A person working in a desk's panel, with what their roles allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Their id.
    pub id: OperatorId,
    /// Their desk.
    pub desk: DeskId,
    /// Lower case, unique in the desk: the name to sign in with. The same person may work in several desks.
    pub email: String,
    /// As shown.
    pub name: String,
    /// BCP 47, when chosen.
    pub locale: Option<String>,
    /// IANA name, when chosen.
    pub time_zone: Option<String>,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Single-key shortcuts are on.
    pub shortcuts: bool,
    /// May sign in.
    pub active: bool,
    /// Their roles.
    pub roles: Vec<RoleId>,
    /// The union over their roles.
    pub permissions: Permissions,
}

/// A set of permissions of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// As shown.
    pub name: String,
    /// Admin and Agent are made with the desk. Admin cannot be changed or deleted.
    pub builtin: bool,
    /// What it allows.
    pub permissions: Permissions,
}

crate::words! {
    /// Colours of the panel.
    #[derive(Default)]
    pub enum Theme: "theme" {
        /// As the system.
        #[default]
        System = "system",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

crate::words! {
    /// Whether a desk works.
    #[derive(Default)]
    pub enum DeskStatus: "status of a desk" {
        /// It works.
        #[default]
        Active = "active",
        /// The platform has stopped it: nobody comes in, and nothing happens but its bill. It keeps all it has.
        Suspended = "suspended",
        /// As suspended; what it has is deleted in time.
        Leaving = "leaving",
    }
}

impl DeskStatus {
    /// True when people come in, and add-ons are called.
    #[must_use]
    pub fn works(self) -> bool {
        self == Self::Active
    }
}

/// The first part of a desk's host name, such as `acme` of `acme.desk.example.com`: 1 to 63 small letters, digits and hyphens,
/// with no hyphen at an end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostLabel(String);

impl HostLabel {
    /// As it stands in a host name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a desk of this name is reached on a host at `host`, with a slash at its end; none where desks have no names.
    #[must_use]
    pub fn base(&self, host: &Url, domain: Option<&str>) -> Option<Url> {
        let mut base = host.clone();
        base.set_host(Some(&format!("{self}.{}", domain?))).ok()?;
        Some(base)
    }
}

impl std::fmt::Display for HostLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for HostLabel {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fine = (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if fine {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid("use 1 to 63 small letters, digits and hyphens inside"))
        }
    }
}

/// Who did something, for the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// An operator in the panel or with an API token.
    Operator(OperatorId),
    /// An add-on.
    Addon(InstallationId),
    /// A billing account, in the client area.
    Account(AccountId),
    /// The host itself: a saga that resumes, a suspension.
    System,
    /// The command line on the machine of the host.
    CommandLine,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Addon(id) => write!(f, "addon:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::System => f.write_str("system"),
            Self::CommandLine => f.write_str("command-line"),
        }
    }
}

impl std::str::FromStr for Actor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let actor = match text.split_once(':') {
            Some(("operator", id)) => id.parse().ok().map(Self::Operator),
            Some(("addon", id)) => id.parse().ok().map(Self::Addon),
            Some(("account", id)) => id.parse().ok().map(Self::Account),
            None if text == "system" => Some(Self::System),
            None if text == "command-line" => Some(Self::CommandLine),
            _ => None,
        };
        actor.ok_or(Invalid("not somebody who acts"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_host_names() {
        for fine in ["acme", "a", "4u", "acme-2", &"x".repeat(63)] {
            assert_eq!(fine.parse::<HostLabel>().unwrap().as_str(), fine);
        }
        for bad in ["", "-a", "a-", "Acme", "a.b", "a_b", "ä", "a b", &"x".repeat(64)] {
            assert!(bad.parse::<HostLabel>().is_err(), "{bad:?}");
        }
    }
}
