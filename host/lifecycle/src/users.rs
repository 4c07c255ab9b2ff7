//! Who uses an installation (R27), and who gets it without being chosen (R28). One transaction each, with its audit row.
//!
//! The rules themselves are the store's: the person who installed an add-on keeps it, and channels and languages have no
//! users because they act for the whole desk. What follows from a tick is in [`crate::panel`]: panels are shown to users
//! only. Events and hooks are the desk's, whoever uses the add-on.

use std::collections::BTreeSet;

use annex_billing::ledger::Licences;
use annex_domain::{
    addon::Kind,
    assignment::Assignment,
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, GroupId, InstallationId, OperatorId, RoleId},
    installation::{Installation, Status},
    operator::{Actor, Operator},
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self,
        subscriptions::{self, Subscription},
    },
    groups, happenings, installations, operators, outbox, roles,
    users::{self, Changed, Ticks, User},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Lifecycle, LifecycleError,
    settings::editable,
    subscribe::{self, licences_of},
    terms::Deed,
};

/// Who uses an installation, and who will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Users {
    /// It acts for the whole desk: there is nobody to choose.
    pub whole_desk: bool,
    /// Every operator of the desk by name, with whether they use it; empty when it acts for the whole desk.
    pub operators: Vec<User>,
    /// Who gets it without being chosen.
    pub assignment: Assignment,
    /// Who loses it soon.
    pub ending: Option<Ending>,
}

/// What comes to an end because the licences were reduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The first day on which there are fewer.
    pub on: Date,
    /// How many are left then.
    pub licences: u32,
    /// Who loses it then, unless somebody changes that: who got it last comes first.
    pub who: Vec<Operator>,
}

impl Ending {
    /// `None`: nobody loses it.
    pub(crate) fn of(live: &Subscription, users: &[User]) -> Option<Self> {
        let licences = licences_of(live, 0)?.next?;
        let who: Vec<_> = users::beyond(users, licences).into_iter().map(|user| user.operator.clone()).collect();
        let on = live.paid_through.filter(|_| !who.is_empty())?;
        Some(Self { on, licences, who })
    }
}

impl Users {
    /// How many use it: those who are active. What licences will be counted by.
    #[must_use]
    pub fn count(&self) -> usize {
        self.operators.iter().filter(|user| user.counts()).count()
    }

    /// How many use it once `ticks` are set: those who are active.
    #[must_use]
    pub fn after(&self, ticks: &Ticks) -> u32 {
        after(&self.operators, ticks)
    }
}

/// How many of a desk's operators use an installation once `ticks` are set. Who installed it keeps it, whoever is named.
pub(crate) fn after(operators: &[User], ticks: &Ticks) -> u32 {
    let uses = |user: &&User| match ticks {
        Ticks::Exactly(wanted) => user.installer || wanted.contains(&user.operator.id),
        Ticks::Change { add, remove } => {
            let keeps = user.since.is_some() && (user.installer || !remove.contains(&user.operator.id));
            keeps || add.contains(&user.operator.id)
        }
    };
    u32::try_from(operators.iter().filter(|user| user.operator.active).filter(uses).count()).unwrap_or(u32::MAX)
}

/// What is to be changed about the users of an installation; `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsersChange {
    /// Who uses it.
    pub ticks: Option<Ticks>,
    /// Who gets it without being chosen, from now on.
    pub assignment: Option<Assignment>,
}

impl UsersChange {
    /// Refuses a choice that could not be made: of people, roles or groups that the desk does not have. For choices that
    /// are kept with an order, so that nothing is charged for them.
    pub(crate) async fn check(&self, tx: &mut Tx, desk: DeskId) -> Result<(), StoreError> {
        if let Some(Ticks::Exactly(chosen) | Ticks::Change { add: chosen, .. }) = &self.ticks {
            let all = operators::list(tx, desk).await?;
            let known: BTreeSet<_> = all.into_iter().map(|listed| listed.operator.id).collect();
            if !chosen.is_subset(&known) {
                return Err(StoreError::Unknown("operators"));
            }
        }
        let Some(rule) = &self.assignment else { return Ok(()) };
        let (named_roles, named_groups) = (rule.roles(), rule.groups());
        match rule {
            Assignment::Roles(_) if named_roles.is_empty() => {
                return Err(StoreError::Invalid { field: "roles", problem: "is empty: name at least one role" });
            }
            Assignment::Groups(_) if named_groups.is_empty() => {
                return Err(StoreError::Invalid { field: "groups", problem: "is empty: name at least one group" });
            }
            _ => {}
        }
        for role in named_roles {
            roles::get(tx, desk, role).await.map_err(|error| error.named_by("assignment.roles"))?;
        }
        for group in named_groups {
            groups::get(tx, desk, group).await.map_err(|error| error.named_by("assignment.groups"))?;
        }
        Ok(())
    }
}

impl Lifecycle {
    /// Who uses an installation.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`].
    pub async fn users(&self, desk: DeskId, id: InstallationId) -> Result<Users, LifecycleError> {
        let kind = self.installation(desk, id).await?.installation.kind;
        let operators = if kind == Kind::Plugin { users::known_list(&self.db, desk, id).await? } else { vec![] };
        let mut conn = self.db.read().await?;
        let assignment = users::assignment(&mut conn, desk, id).await?;
        if kind != Kind::Plugin {
            return Ok(Users { whole_desk: true, operators, assignment, ending: None });
        }
        let live = subscriptions::live_of(&mut conn, desk, id).await?;
        let ending = live.and_then(|live| Ending::of(&live, &operators));
        Ok(Users { whole_desk: false, operators, assignment, ending })
    }

    /// Gives the add-on to some, takes it from others, changes the rule: all of it or nothing. Answers what has changed.
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`] for the installation; [`LifecycleError::NotAllowed`] while the
    /// add-on is being changed (R32); [`LifecycleError::TooFewLicences`] for more users than a plan per user has licences;
    /// [`LifecycleError::Login`] while the wrong account is logged in; [`LifecycleError::Store`] with `installer-stays`,
    /// `whole-desk`, `missing-reference` for an operator, role or group, or `invalid` for a rule about no role.
    pub async fn set_users(
        &self,
        desk: DeskId,
        id: InstallationId,
        change: UsersChange,
        by: OperatorId,
    ) -> Result<Changed, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?; // licences are neither bought nor reduced meanwhile
        self.check_login(&mut tx, desk, Deed::Manages).await?;
        let found = installations::get(&mut tx, desk, id).await?;
        let installation = found.ok_or(LifecycleError::NotFound("installation"))?;
        editable(&installation)?;
        let mut changed = Changed::default();
        if let Some(ticks) = &change.ticks {
            changed = users::change(&mut tx, desk, id, ticks, now).await?;
            if !changed.added.is_empty() {
                licensed(&mut tx, &installation).await?;
            }
        }
        let before = users::assignment(&mut tx, desk, id).await?;
        let rule = change.assignment.filter(|rule| *rule != before);
        if let Some(rule) = &rule {
            users::set_assignment(&mut tx, desk, id, rule).await?;
        }
        if changed.is_empty() && rule.is_none() {
            return Ok(changed);
        }
        let rule = rule.map(|rule| json!({ "to": rule.as_str(), "roles": rule.roles(), "groups": rule.groups() }));
        let detail = json!({ "installation": id, "added": changed.added, "removed": changed.removed, "assignment": rule,
            "by": by });
        let (actor, addon) = (Actor::Operator(by), installation.addon.as_str());
        audit::append(&mut tx, desk, actor, Action::AddonUsers, addon, &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.users", &detail, now).await?;
        users::tell_publisher(&mut tx, &installation, &changed, now).await?;
        if !changed.is_empty() {
            happenings::licences_changed(&mut tx, desk, id, actor, now).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Changes who gets the add-on without being chosen. Nobody gets or loses it by that.
    ///
    /// # Errors
    /// As [`Self::set_users`].
    pub async fn set_rule(
        &self,
        desk: DeskId,
        id: InstallationId,
        rule: Assignment,
        by: OperatorId,
    ) -> Result<(), LifecycleError> {
        self.set_users(desk, id, UsersChange { assignment: Some(rule), ticks: None }, by).await.map(drop)
    }
}

/// Refuses more users than there are licences (R25). What is paid for can be assigned until its period ends, also when fewer
/// follow.
async fn licensed(tx: &mut Tx, installation: &Installation) -> Result<(), LifecycleError> {
    let live = subscriptions::live_of(tx, installation.desk, installation.id).await?;
    let users = subscribe::count_users(tx, installation).await?;
    match live.and_then(|live| licences_of(&live, users)) {
        Some(Licences { purchased, .. }) if users > purchased => {
            Err(LifecycleError::TooFewLicences { licences: purchased, users })
        }
        _ => Ok(()),
    }
}

/// Changes users and rule as part of something larger. The person who installed the add-on keeps it, whoever is named.
pub(crate) async fn apply_users(
    tx: &mut Tx,
    installation: &Installation,
    change: &UsersChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    if installation.kind != Kind::Plugin {
        return Ok(());
    }
    let (desk, id) = (installation.desk, installation.id);
    if let Some(ticks) = &change.ticks {
        let ticks = match ticks.clone() {
            Ticks::Exactly(mut wanted) => {
                wanted.insert(installation.installed_by);
                Ticks::Exactly(wanted)
            }
            Ticks::Change { add, mut remove } => {
                remove.remove(&installation.installed_by);
                Ticks::Change { add, remove }
            }
        };
        let changed = users::change(tx, desk, id, &ticks, now).await?;
        // Whoever is to have it from its beginning is told of with the installation.
        if installation.status != Status::Installing {
            users::tell_publisher(tx, installation, &changed, now).await?;
            if !changed.is_empty() {
                happenings::licences_changed(tx, desk, id, Actor::System, now).await?;
            }
        }
    }
    if let Some(rule) = &change.assignment {
        users::set_assignment(tx, desk, id, rule).await?;
    }
    Ok(())
}

/// A [`UsersChange`] as it is kept with an order, until that is paid.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct KeptUsers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exactly: Option<BTreeSet<OperatorId>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    add: BTreeSet<OperatorId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    remove: BTreeSet<OperatorId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule: Option<KeptRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeptRule {
    Everyone,
    Roles(BTreeSet<RoleId>),
    Groups(BTreeSet<GroupId>),
    Nobody,
}

impl From<&UsersChange> for KeptUsers {
    fn from(change: &UsersChange) -> Self {
        let rule = change.assignment.as_ref().map(|rule| match rule {
            Assignment::Everyone => KeptRule::Everyone,
            Assignment::Roles(roles) => KeptRule::Roles(roles.clone()),
            Assignment::Groups(groups) => KeptRule::Groups(groups.clone()),
            Assignment::Nobody => KeptRule::Nobody,
        });
        match change.ticks.clone() {
            Some(Ticks::Exactly(exactly)) => Self { exactly: Some(exactly), rule, ..Self::default() },
            Some(Ticks::Change { add, remove }) => Self { add, remove, rule, exactly: None },
            None => Self { rule, ..Self::default() },
        }
    }
}

impl From<KeptUsers> for UsersChange {
    fn from(kept: KeptUsers) -> Self {
        let ticks = match kept.exactly {
            Some(exactly) => Some(Ticks::Exactly(exactly)),
            None if kept.add.is_empty() && kept.remove.is_empty() => None,
            None => Some(Ticks::Change { add: kept.add, remove: kept.remove }),
        };
        let assignment = kept.rule.map(|rule| match rule {
            KeptRule::Everyone => Assignment::Everyone,
            KeptRule::Roles(roles) => Assignment::Roles(roles),
            KeptRule::Groups(groups) => Assignment::Groups(groups),
            KeptRule::Nobody => Assignment::Nobody,
        });
        Self { ticks, assignment }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_users_survive_being_kept() {
        let one = OperatorId::new();
        let changes = [
            UsersChange::default(),
            UsersChange { ticks: Some(Ticks::Exactly([one].into())), assignment: Some(Assignment::Nobody) },
            UsersChange {
                ticks: Some(Ticks::Change { add: [one].into(), remove: BTreeSet::new() }),
                assignment: Some(Assignment::Groups([GroupId::new()].into())),
            },
        ];
        for change in changes {
            let kept = serde_json::to_value(KeptUsers::from(&change)).unwrap();
            let back: KeptUsers = serde_json::from_value(kept).unwrap();
            assert_eq!(UsersChange::from(back), change);
        }
    }
}
