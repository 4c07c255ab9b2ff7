//! Who gets an installed plugin without being chosen (R28): a rule that looks at operators who are made later, and at
//! those who get a role. It only ever adds. Who has the add-on already is not its concern.

use std::collections::BTreeSet;

use crate::ids::{GroupId, RoleId};

/// Who gets an add-on by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Assignment {
    /// Every operator who is made: installing a free add-on is one click for everyone.
    #[default]
    Everyone,
    /// Who is made with, or gets, one of these roles. Never empty when it comes from the store.
    Roles(BTreeSet<RoleId>),
    /// Who joins one of these groups. Never empty when it comes from the store.
    Groups(BTreeSet<GroupId>),
    /// Only who is chosen.
    Nobody,
}

impl Assignment {
    /// The word in SQL, JSON and HTML.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Roles(_) => "roles",
            Self::Groups(_) => "groups",
            Self::Nobody => "nobody",
        }
    }

    /// The roles that it names; none for the other rules.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<RoleId> {
        match self {
            Self::Roles(roles) => roles.clone(),
            Self::Everyone | Self::Groups(_) | Self::Nobody => BTreeSet::new(),
        }
    }

    /// The groups that it names; none for the other rules.
    #[must_use]
    pub fn groups(&self) -> BTreeSet<GroupId> {
        match self {
            Self::Groups(groups) => groups.clone(),
            Self::Everyone | Self::Roles(_) | Self::Nobody => BTreeSet::new(),
        }
    }
}
