//! What an operator may do. A role is a set of permissions; an operator has the union of their roles'.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::addon::Invalid;

/// One thing that a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// See tickets and their sidebar.
    #[serde(rename = "tickets.view")]
    TicketsView,
    /// Write replies and notes.
    #[serde(rename = "tickets.reply")]
    TicketsReply,
    /// Make tickets; change status, priority, assignee and tags.
    #[serde(rename = "tickets.manage")]
    TicketsManage,
    /// Change requesters.
    #[serde(rename = "contacts.manage")]
    ContactsManage,
    /// "View and Manage Add-ons" (R2).
    #[serde(rename = "addons.manage")]
    AddonsManage,
    /// Upload packages to the catalog and trust publisher keys.
    #[serde(rename = "catalog.manage")]
    CatalogManage,
    /// Operators and roles (R3).
    #[serde(rename = "operators.manage")]
    OperatorsManage,
    /// The desk's name and language, the system page and the audit log.
    #[serde(rename = "desk.manage")]
    DeskManage,
}

impl Permission {
    /// All, in the order that the role page shows them.
    pub const ALL: [Self; 8] = [
        Self::TicketsView,
        Self::TicketsReply,
        Self::TicketsManage,
        Self::ContactsManage,
        Self::AddonsManage,
        Self::CatalogManage,
        Self::OperatorsManage,
        Self::DeskManage,
    ];

    /// The word in SQL, JSON and HTML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TicketsView => "tickets.view",
            Self::TicketsReply => "tickets.reply",
            Self::TicketsManage => "tickets.manage",
            Self::ContactsManage => "contacts.manage",
            Self::AddonsManage => "addons.manage",
            Self::CatalogManage => "catalog.manage",
            Self::OperatorsManage => "operators.manage",
            Self::DeskManage => "desk.manage",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text).ok_or(Invalid("not a permission"))
    }
}

/// A set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(pub BTreeSet<Permission>);

impl Permissions {
    /// Everything: the built-in role Admin.
    #[must_use]
    pub fn admin() -> Self {
        Self(Permission::ALL.into())
    }

    /// The built-in role Agent: tickets and contacts.
    #[must_use]
    pub fn agent() -> Self {
        use Permission::{ContactsManage, TicketsManage, TicketsReply, TicketsView};
        Self([TicketsView, TicketsReply, TicketsManage, ContactsManage].into())
    }

    /// True when the set has it.
    #[must_use]
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }
}
