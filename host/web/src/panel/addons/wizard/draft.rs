//! What was chosen so far, as it is kept between the steps. A draft of another version or of another purpose is not
//! taken up: what it was based on is no longer shown.

use std::collections::BTreeSet;

use annex_domain::{
    addon::Version,
    assignment::Assignment,
    ids::{GroupId, InstallationId, OperatorId, RoleId},
    plan::PlanId,
};
use annex_store::billing::drafts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was chosen so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::panel::addons) struct Draft {
    /// What is being installed.
    pub(in crate::panel::addons) version: Version,
    /// Whose plan is being chosen; none while installing.
    pub(in crate::panel::addons) installation: Option<InstallationId>,
    pub(in crate::panel::addons) plan: Option<PlanId>,
    /// None: nobody was chosen yet, and the step begins with its default.
    pub(in crate::panel::addons) users: Option<BTreeSet<OperatorId>>,
    /// The users were sent off with "Continue".
    pub(in crate::panel::addons) users_done: bool,
    /// A free add-on whose users are to be chosen: that step is asked for.
    pub(in crate::panel::addons) wants_users: bool,
    pub(in crate::panel::addons) rule: Rule,
    /// Who waits for more licences of the plan that there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::panel::addons) waiting: Option<Waiting>,
}

/// Users who get an add-on once there are licences for them, and users from whom it is taken with that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::panel::addons) struct Waiting {
    pub(in crate::panel::addons) add: BTreeSet<OperatorId>,
    pub(in crate::panel::addons) remove: BTreeSet<OperatorId>,
}

/// Who gets it later, as the form says it: also while it is not complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::panel::addons) struct Rule {
    /// `everyone`, `roles`, `groups` or `nobody`; empty: the default of the plan.
    pub(in crate::panel::addons) word: String,
    pub(in crate::panel::addons) roles: BTreeSet<RoleId>,
    pub(in crate::panel::addons) groups: BTreeSet<GroupId>,
}

impl Rule {
    /// As the lifecycle takes it. None while it names nobody or nothing.
    pub(in crate::panel::addons) fn assignment(&self) -> Option<Assignment> {
        match self.word.as_str() {
            "everyone" => Some(Assignment::Everyone),
            "roles" if !self.roles.is_empty() => Some(Assignment::Roles(self.roles.clone())),
            "groups" if !self.groups.is_empty() => Some(Assignment::Groups(self.groups.clone())),
            "nobody" => Some(Assignment::Nobody),
            _ => None,
        }
    }
}

impl Draft {
    /// Nothing chosen yet.
    pub(in crate::panel::addons) fn new(version: Version, installation: Option<InstallationId>) -> Self {
        Self {
            version,
            installation,
            plan: None,
            users: None,
            users_done: false,
            wants_users: false,
            rule: Rule::default(),
            waiting: None,
        }
    }

    /// From the store. One of an older host that is not understood counts as none.
    pub(in crate::panel::addons) fn read(stored: Value) -> Option<Self> {
        serde_json::from_value(stored).ok()
    }

    /// From the store, with its key, when it was made for this.
    pub(in crate::panel::addons) fn kept(
        stored: drafts::Draft,
        version: &Version,
        installation: Option<InstallationId>,
    ) -> Option<(Self, String)> {
        let draft = Self::read(stored.draft).filter(|draft| draft.is_for(version, installation))?;
        Some((draft, stored.idempotency_key))
    }

    /// For the store.
    pub(in crate::panel::addons) fn write(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default() // words and ids: always JSON
    }

    /// True when it was made for this.
    fn is_for(&self, version: &Version, installation: Option<InstallationId>) -> bool {
        self.version == *version && self.installation == installation
    }

    /// Another plan begins with its own users (R23).
    pub(in crate::panel::addons) fn choose(&mut self, plan: PlanId) {
        if self.plan.as_ref() != Some(&plan) {
            (self.users, self.users_done, self.rule) = (None, false, Rule::default());
        }
        self.plan = Some(plan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_store_and_is_taken_up_for_the_same_thing_only() {
        let mut draft = Draft::new(Version::new(1, 0, 0), None);
        draft.choose("team".parse().unwrap());
        draft.users = Some(BTreeSet::from([OperatorId::new()]));
        draft.waiting = Some(Waiting { add: BTreeSet::from([OperatorId::new()]), remove: BTreeSet::new() });
        let read = Draft::read(draft.write()).unwrap();
        assert_eq!(read, draft);
        assert!(read.is_for(&Version::new(1, 0, 0), None));
        assert!(!read.is_for(&Version::new(1, 1, 0), None));
        assert!(!read.is_for(&Version::new(1, 0, 0), Some(InstallationId::new())));
        assert_eq!(Draft::read(serde_json::json!({ "version": "1.0.0", "new": true })), None);
    }

    #[test]
    fn another_plan_resets_the_users_and_the_same_one_keeps_them() {
        let mut draft = Draft::new(Version::new(1, 0, 0), None);
        draft.choose("team".parse().unwrap());
        draft.users = Some(BTreeSet::from([OperatorId::new()]));
        draft.choose("team".parse().unwrap());
        assert!(draft.users.is_some());
        draft.choose("desk".parse().unwrap());
        assert_eq!((draft.users, draft.rule), (None, Rule::default()));
    }

    #[test]
    fn a_rule_that_names_nobody_is_none() {
        let rule = |word: &str| Rule { word: word.into(), ..Rule::default() };
        assert_eq!(rule("roles").assignment(), None);
        assert_eq!(rule("groups").assignment(), None);
        assert_eq!(rule("").assignment(), None);
        assert_eq!(rule("nobody").assignment(), Some(Assignment::Nobody));
        let group = GroupId::new();
        let groups = Rule { groups: BTreeSet::from([group]), ..rule("groups") };
        assert_eq!(groups.assignment(), Some(Assignment::Groups(BTreeSet::from([group]))));
    }
}
