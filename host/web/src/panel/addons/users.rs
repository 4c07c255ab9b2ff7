//! `/my-addons/{id}/users`: who uses an add-on (R27), its licences (R26), and who gets it without being chosen (R28, R65).
//! Two forms: the ticks, and the rule. More ticks than licences lead to the page that buys the missing ones. The ticks come
//! with what was shown, so that a save changes exactly what somebody has clicked, however many operators the search hides
//! and whatever others have saved meanwhile.

use std::collections::BTreeSet;

use annex_domain::{
    addon::Kind,
    assignment::Assignment,
    billing::SubscriptionState,
    ids::{GroupId, OperatorId, RoleId},
    operator::Role,
    plan::PlanModel,
};
use annex_lifecycle::{InstallationView, LifecycleError, Ticks, User, Users, UsersChange};
use annex_store::{
    StoreError,
    groups::{self, Group},
    roles,
};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    errors::{gone_meanwhile, lifecycle_text, page_error},
    installation,
    licences::{self, Counts},
    manage::{Tab, manage_page},
    see_other,
    toggles::not_done,
    wizard::draft::Waiting,
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, OfAddon},
    },
    prices::{Seats, price},
    session::SignedIn,
    shell::{page, page_with},
    state::AppState,
};

/// The most rows of a page; the search finds the others.
const MOST_ROWS: usize = 100;
/// From so many operators on there is a search.
const SEARCH_FROM: usize = 9;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/users", get(show).post(save))
        .route("/my-addons/{id}/users/rule", post(save_rule))
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    q: String,
}

/// The tab.
#[derive(Debug)]
pub(super) struct UsersTab {
    pub(super) kind: Kind,
    pub(super) rows: Vec<Row>,
    /// How many match the search, but are not among the rows.
    pub(super) more: usize,
    /// How many active operators use it, of all active ones.
    pub(super) count: usize,
    pub(super) of: usize,
    pub(super) search: String,
    pub(super) searchable: bool,
    /// The word of the rule that is chosen.
    pub(super) rule: String,
    pub(super) roles: Vec<RoleTick>,
    pub(super) groups: Vec<GroupTick>,
    /// Of a paid plan per user.
    pub(super) counts: Option<Counts>,
    /// How users bear on the price, on other plans.
    pub(super) price_note: Option<String>,
    pub(super) errors: FormErrors,
}

/// An operator.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: OperatorId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: Vec<String>,
    pub(super) active: bool,
    pub(super) uses: bool,
    pub(super) installer: bool,
    pub(super) me: bool,
    /// The day on which they lose it.
    pub(super) until: Option<String>,
}

/// A role that the rule can name.
#[derive(Debug)]
pub(super) struct RoleTick {
    pub(super) id: RoleId,
    pub(super) name: String,
    pub(super) on: bool,
}

/// A group that the rule can name.
#[derive(Debug)]
pub(super) struct GroupTick {
    pub(super) id: GroupId,
    pub(super) name: String,
    pub(super) on: bool,
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

async fn tab(state: &AppState, who: &SignedIn, view: &InstallationView, search: &str) -> Result<UsersTab, PageError> {
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
    let live = billing.subscription.filter(|one| one.state != SubscriptionState::Ended);
    tab.price_note = live.and_then(|live| match live.plan.model {
        PlanModel::PerSeat => {
            let seats = Seats(u32::try_from(tab.of).unwrap_or(u32::MAX));
            Some(who.t.msg("licences-per-seat").arg("price", price(&live.plan, seats, &who.t)).to_string())
        }
        PlanModel::Flat | PlanModel::OneTime => Some(who.t.get("licences-flat")),
        PlanModel::PerUser | PlanModel::Free => None,
    });
    Ok(tab)
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> Result<Response, PageError> {
    let view = installation(&state, &who, &id).await?;
    let tab = tab(&state, &who, &view, &wanted.q).await?;
    page(&manage_page(&state, &who, &view, Tab::Users(tab)).await?)
}

/// The operators of the fields with this name. Others than ids are of no page of ours.
fn operators(form: &Posted, name: &str) -> Result<BTreeSet<OperatorId>, PageError> {
    let wrong = || PageError::refused(StatusCode::BAD_REQUEST, "malformed-form", "a field of the form is not an id");
    form.all(name).map(|id| id.parse().map_err(|_| wrong())).collect()
}

async fn save(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> Result<Response, PageError> {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    let (ticked, before) = (operators(&form, "user")?, operators(&form, "before")?);
    let add: BTreeSet<_> = ticked.difference(&before).copied().collect();
    let remove: BTreeSet<_> = before.difference(&ticked).copied().collect();
    let ticks = Ticks::Change { add: add.clone(), remove: remove.clone() };
    let change = UsersChange { ticks: Some(ticks), assignment: None };
    let here = here(&view, form.get("q"));
    match state.lifecycle.set_users(desk, id, change, who.operator.id).await {
        Ok(changed) if changed.is_empty() => Ok(Flash::success("flash-users-unchanged").redirect(&here)),
        Ok(_) => {
            let count = state.lifecycle.users(desk, id).await.map_err(page_error)?.count();
            let name = view.manifest.listing.name.get(who.t.code());
            Ok(Flash::success("flash-users-saved").arg("name", name).arg("count", count).redirect(&here))
        }
        // Adding users buys licences (R25): the next page says what that costs.
        Err(LifecycleError::TooFewLicences { licences, users }) => {
            let (more, waiting) = (users.saturating_sub(licences), Waiting { add, remove });
            Ok(see_other(&licences::to_buy(&state, &who, &view.installation, more, waiting).await?))
        }
        Err(error) => refused(&who, error, &here),
    }
}

async fn save_rule(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> Result<Response, PageError> {
    let view = installation(&state, &who, &id).await?;
    let roles: BTreeSet<RoleId> = form.all("role").filter_map(|id| id.parse().ok()).collect();
    let groups: BTreeSet<GroupId> = form.all("group").filter_map(|id| id.parse().ok()).collect();
    let rule = match form.get("rule") {
        "everyone" => Assignment::Everyone,
        "nobody" => Assignment::Nobody,
        "roles" if roles.is_empty() => return names_none(&state, &who, &view, "role").await,
        "roles" => Assignment::Roles(roles),
        "groups" if groups.is_empty() => return names_none(&state, &who, &view, "group").await,
        "groups" => Assignment::Groups(groups),
        _ => return Err(PageError::refused(StatusCode::BAD_REQUEST, "malformed-form", "the form names no rule")),
    };
    let here = here(&view, "");
    match state.lifecycle.set_rule(who.desk.id, view.installation.id, rule, who.operator.id).await {
        Ok(()) => Ok(Flash::success("flash-users-rule-saved").redirect(&here)),
        Err(error) => refused(&who, error, &here),
    }
}

/// The page again, with what is wrong beside the roles or groups.
async fn names_none(
    state: &AppState,
    who: &SignedIn,
    view: &InstallationView,
    field: &str,
) -> Result<Response, PageError> {
    let mut tab = tab(state, who, view, "").await?;
    tab.rule = format!("{field}s");
    tab.roles.iter_mut().for_each(|role| role.on = false);
    tab.groups.iter_mut().for_each(|group| group.on = false);
    let key = if field == "group" { "wizard-rule-no-group" } else { "users-rule-no-role" };
    tab.errors.add(field, who.t.get(key));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &manage_page(state, who, view, Tab::Users(tab)).await?)
}

fn here(view: &InstallationView, search: &str) -> String {
    let query = match search {
        "" => String::new(),
        search => format!("?{}", serde_urlencoded::to_string([("q", search)]).unwrap_or_default()),
    };
    format!("/my-addons/{}/users{query}", view.installation.id)
}

/// Rules of the store are told like those of the state machine; an operator or role that is gone makes the page old.
fn refused(who: &SignedIn, error: LifecycleError, here: &str) -> Result<Response, PageError> {
    let error = gone_meanwhile(error);
    match &error {
        LifecycleError::Store(StoreError::Forbidden(_)) => {
            Ok(Flash::warning("flash-refused").arg("reason", lifecycle_text(&who.t, &error)).redirect(here))
        }
        _ => not_done(who, error, here),
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{
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
