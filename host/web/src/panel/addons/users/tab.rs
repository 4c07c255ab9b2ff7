//! The tab: who uses the add-on, who gets it by the rule, and how many licences there are.

use annex_domain::{
    addon::Kind,
    billing::SubscriptionState,
    ids::{GroupId, OperatorId, RoleId},
    operator::Role,
    plan::PlanModel,
};
use annex_lifecycle::{BillingState, InstallationView, User, Users};
use annex_store::{
    groups::{self, Group},
    roles,
};

use crate::{
    error::PageError,
    panel::{
        addons::{errors::page_error, licences::counts::Counts},
        form::FormErrors,
    },
    prices::{Seats, price},
    session::SignedIn,
    state::AppState,
};

/// The most rows of a page; the search finds the others.
const MOST_ROWS: usize = 100;
/// From so many operators on there is a search.
const SEARCH_FROM: usize = 9;

/// The tab.
#[derive(Debug)]
pub(in crate::panel::addons) struct UsersTab {
    pub(in crate::panel::addons) kind: Kind,
    pub(in crate::panel::addons) rows: Vec<Row>,
    /// How many match the search, but are not among the rows.
    pub(in crate::panel::addons) more: usize,
    /// How many active operators use it, of all active ones.
    pub(in crate::panel::addons) count: usize,
    pub(in crate::panel::addons) of: usize,
    pub(in crate::panel::addons) search: String,
    pub(in crate::panel::addons) searchable: bool,
    /// The word of the rule that is chosen.
    pub(in crate::panel::addons) rule: String,
    pub(in crate::panel::addons) roles: Vec<RoleTick>,
    pub(in crate::panel::addons) groups: Vec<GroupTick>,
    /// Of a paid plan per user.
    pub(in crate::panel::addons) counts: Option<Counts>,
    /// How users bear on the price, on other plans.
    pub(in crate::panel::addons) price_note: Option<String>,
    pub(in crate::panel::addons) errors: FormErrors,
}

/// An operator.
#[derive(Debug)]
pub(in crate::panel::addons) struct Row {
    pub(in crate::panel::addons) id: OperatorId,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) email: String,
    pub(in crate::panel::addons) roles: Vec<String>,
    pub(in crate::panel::addons) active: bool,
    pub(in crate::panel::addons) uses: bool,
    pub(in crate::panel::addons) installer: bool,
    pub(in crate::panel::addons) me: bool,
    /// The day on which they lose it.
    pub(in crate::panel::addons) until: Option<String>,
}

/// A role that the rule can name.
#[derive(Debug)]
pub(in crate::panel::addons) struct RoleTick {
    pub(in crate::panel::addons) id: RoleId,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) on: bool,
}

/// A group that the rule can name.
#[derive(Debug)]
pub(in crate::panel::addons) struct GroupTick {
    pub(in crate::panel::addons) id: GroupId,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) on: bool,
}

impl UsersTab {
    fn of(users: &Users, (roles, groups): (&[Role], &[Group]), kind: Kind, search: &str, me: OperatorId) -> Self {
        let name_of = |id: &RoleId| roles.iter().find(|role| role.id == *id).map(|role| role.name.clone());
        let row = |user: &User| Row {
            id: user.operator.id,
            name: user.operator.name.clone(),
            email: user.operator.email.clone(),
            roles: user.operator.roles.iter().filter_map(name_of).collect(),
            active: user.operator.active,
            uses: user.since.is_some(),
            installer: user.installer,
            me: user.operator.id == me,
            until: None,
        };
        let matching: Vec<_> = users.operators.iter().filter(|user| matches(user, search)).collect();
        let named = users.assignment.roles();
        let tick = |role: &Role| RoleTick { id: role.id, name: role.name.clone(), on: named.contains(&role.id) };
        let teams = users.assignment.groups();
        let team = |group: &Group| GroupTick { id: group.id, name: group.name.clone(), on: teams.contains(&group.id) };
        Self {
            kind,
            rows: matching.iter().take(MOST_ROWS).map(|user| row(user)).collect(),
            more: matching.len().saturating_sub(MOST_ROWS),
            count: users.count(),
            of: users.operators.iter().filter(|user| user.operator.active).count(),
            search: search.to_owned(),
            searchable: users.operators.len() >= SEARCH_FROM,
            rule: users.assignment.as_str().to_owned(),
            roles: roles.iter().map(tick).collect(),
            groups: groups.iter().map(team).collect(),
            counts: None,
            price_note: None,
            errors: FormErrors::default(),
        }
    }
}

/// True when each word is part of the name or the e-mail address.
fn matches(user: &User, search: &str) -> bool {
    let text = format!("{} {}", user.operator.name, user.operator.email).to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// The tab, with what the installation is had for.
pub(super) async fn tab(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    search: &str,
) -> Result<(UsersTab, BillingState), PageError> {
    let (desk, id) = (who.desk.id, view.installation.id);
    let users = state.lifecycle.users(desk, id).await.map_err(page_error)?;
    let mut conn = state.db.read().await?;
    let named = (roles::list(&mut conn, desk).await?, groups::list(&mut conn, desk).await?);
    drop(conn);
    let mut tab = UsersTab::of(&users, (&named.0, &named.1), view.installation.kind, search.trim(), who.operator.id);
    let billing = state.lifecycle.billing_state(desk, id).await.map_err(page_error)?;
    tab.counts = Counts::of(&billing, &who.t);
    if let Some(ending) = &users.ending {
        let (ends, on) = (|row: &&mut Row| ending.who.iter().any(|one| one.id == row.id), who.t.day(ending.on));
        tab.rows.iter_mut().filter(ends).for_each(|row| row.until = Some(on.clone()));
    }
    let live = billing.subscription.as_ref().filter(|one| one.state != SubscriptionState::Ended);
    tab.price_note = live.and_then(|live| match live.plan.model {
        PlanModel::PerSeat => {
            let seats = Seats(u32::try_from(tab.of).unwrap_or(u32::MAX));
            Some(who.t.msg("licences-per-seat").arg("price", price(&live.plan, seats, &who.t)).to_string())
        }
        PlanModel::Flat | PlanModel::OneTime => Some(who.t.get("licences-flat")),
        PlanModel::PerUser | PlanModel::Free => None,
    });
    Ok((tab, billing))
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        assignment::Assignment,
        clock::Timestamp,
        ids::DeskId,
        operator::{Operator, Theme},
        permission::Permissions,
    };

    use super::*;

    fn user(name: &str, email: &str, active: bool, since: Option<Timestamp>) -> User {
        let operator = Operator {
            id: OperatorId::new(),
            desk: DeskId::new(),
            email: email.into(),
            name: name.into(),
            locale: None,
            time_zone: None,
            theme: Theme::System,
            shortcuts: true,
            active,
            roles: vec![],
            permissions: Permissions::default(),
        };
        User { operator, since, installer: false }
    }

    fn users(operators: Vec<User>) -> Users {
        Users { whole_desk: false, operators, assignment: Assignment::Everyone, ending: None }
    }

    #[test]
    fn the_search_finds_names_and_addresses() {
        let ada = user("Ada ÄRGER", "ada@example.com", true, None);
        for found in ["", "ada", "ärger", "EXAMPLE ada", "  "] {
            assert!(matches(&ada, found), "{found:?}");
        }
        assert!(!matches(&ada, "ada bob"));
    }

    #[test]
    fn counts_are_of_active_operators_and_of_all_of_them() {
        let since = Some(Timestamp(1));
        let list = vec![user("A", "a", true, since), user("B", "b", false, since), user("C", "c", true, None)];
        let tab = UsersTab::of(&users(list), (&[], &[]), Kind::Plugin, "c", OperatorId::new());
        assert_eq!((tab.count, tab.of, tab.rows.len(), tab.searchable), (1, 2, 1, false));
    }

    #[test]
    fn of_very_many_the_first_are_shown() {
        let list = (0..MOST_ROWS + 7).map(|n| user(&n.to_string(), "x", true, None)).collect();
        let tab = UsersTab::of(&users(list), (&[], &[]), Kind::Plugin, "", OperatorId::new());
        assert_eq!((tab.rows.len(), tab.more, tab.searchable), (MOST_ROWS, 7, true));
    }
}
