//! What an operator may do. A role is a set of permissions; an operator has the union of their roles'.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

crate::words! {
    /// One thing that a role allows.
    pub enum Permission: "permission" {
        /// See tickets and their sidebar.
        TicketsView = "tickets.view",
        /// Write replies and notes.
        TicketsReply = "tickets.reply",
        /// Make tickets; change status, priority, assignee and tags.
        TicketsManage = "tickets.manage",
        /// Change requesters.
        ContactsManage = "contacts.manage",
        /// "View and Manage Add-ons" (R2).
        AddonsManage = "addons.manage",
        /// Upload packages to the catalog and trust publisher keys.
        CatalogManage = "catalog.manage",
        /// Operators and roles (R3).
        OperatorsManage = "operators.manage",
        /// The desk's name and language, the system page and the audit log.
        DeskManage = "desk.manage",
    }
}

impl Permission {
    /// What an add-on is told that wants to do more for an operator than they may do themselves; it may show it to them.
    #[must_use]
    pub fn refusal(self) -> &'static str {
        match self {
            Self::TicketsView => "You may not view tickets",
            Self::TicketsReply => "You may view tickets, but not write in them",
            Self::TicketsManage => "You may view tickets, but not change them",
            Self::ContactsManage => "You may view contacts, but not change them",
            Self::AddonsManage | Self::CatalogManage | Self::OperatorsManage | Self::DeskManage => {
                "Your roles do not allow this"
            }
        }
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

    /// The first that `other` has and this set has not: nobody gives what they lack, nor takes from who has more.
    #[must_use]
    pub fn lacks(&self, other: &Self) -> Option<Permission> {
        other.0.difference(&self.0).next().copied()
    }

    /// What both have.
    #[must_use]
    pub fn within(&self, bound: &Self) -> Self {
        Self(self.0.intersection(&bound.0).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_compared_permission_by_permission() {
        let (admin, agent) = (Permissions::admin(), Permissions::agent());
        assert_eq!(admin.lacks(&agent), None);
        assert_eq!(agent.lacks(&admin), Some(Permission::AddonsManage));
        assert_eq!(agent.lacks(&agent), None);
        assert_eq!(admin.within(&agent), agent);
        assert_eq!(agent.within(&Permissions([Permission::DeskManage].into())), Permissions::default());
    }
}
