//! Desks, operators and roles; and who did something.

use crate::{
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
    /// When it was made.
    pub created_at: Timestamp,
}

impl Desk {
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
    /// Lower case, unique in the installation of the host: the name to sign in with.
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
