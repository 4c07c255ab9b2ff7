//! Whom a desk has to choose from.

use std::collections::BTreeSet;

use annex_domain::{
    ids::{GroupId, OperatorId},
    operator::{Operator, Role},
};
use annex_store::{Conn, StoreError, groups, operators, roles};

use crate::{prices::Seats, session::SignedIn};

/// See the module.
#[derive(Debug)]
pub(in crate::panel::addons) struct People {
    /// Those who may sign in, by name.
    pub(in crate::panel::addons) operators: Vec<Operator>,
    pub(in crate::panel::addons) roles: Vec<Role>,
    pub(in crate::panel::addons) groups: Vec<Team>,
}

/// A group with its members.
#[derive(Debug)]
pub(in crate::panel::addons) struct Team {
    pub(in crate::panel::addons) id: GroupId,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) members: BTreeSet<OperatorId>,
}

impl People {
    /// Of the operator's desk.
    pub(in crate::panel::addons) async fn load(conn: &mut Conn, who: &SignedIn) -> Result<Self, StoreError> {
        let desk = who.desk.id;
        let listed = operators::list(conn, desk).await?.into_iter().map(|listed| listed.operator);
        let mut teams = Vec::new();
        for listed in groups::list(conn, desk).await? {
            let members = groups::members(conn, desk, listed.id).await?;
            teams.push(Team { id: listed.id, name: listed.name, members });
        }
        Ok(Self {
            operators: listed.filter(|operator| operator.active).collect(),
            roles: roles::list(conn, desk).await?,
            groups: teams,
        })
    }

    /// How many seats the desk has.
    pub(in crate::panel::addons) fn seats(&self) -> Seats {
        Seats(u32::try_from(self.operators.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn all(&self) -> BTreeSet<OperatorId> {
        self.operators.iter().map(|operator| operator.id).collect()
    }

    /// Those that a choice such as `everyone`, `role:…` or `group:…` means.
    pub(super) fn with(&self, choice: &str) -> BTreeSet<OperatorId> {
        match choice.split_once(':') {
            Some(("role", id)) => {
                let has = |operator: &&Operator| operator.roles.iter().any(|role| role.to_string() == id);
                self.operators.iter().filter(has).map(|operator| operator.id).collect()
            }
            Some(("group", id)) => {
                let team = self.groups.iter().find(|team| team.id.to_string() == id);
                team.map(|team| team.members.intersection(&self.all()).copied().collect()).unwrap_or_default()
            }
            _ if choice == "everyone" => self.all(),
            _ => BTreeSet::new(),
        }
    }
}
