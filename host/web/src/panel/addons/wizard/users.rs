//! The step "users": who will use the add-on, chosen one by one or by role and group (R65), and who gets it later (R28).
//! The summary beside it counts along: by script after each click, without script by a button. The boxes come with what
//! was shown, so that those whom a search hides keep what they have.

use std::collections::BTreeSet;

use annex_domain::{
    ids::OperatorId,
    operator::{Operator, Role},
    plan::PlanModel,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};

use super::{
    Flow, Frame, Step,
    confirm::{self, Summary},
    draft::Rule,
    people::{People, Team},
};
use crate::{
    error::PageResult,
    panel::form::{FormErrors, Posted},
    session::SignedIn,
    shell::{Section, Shell, page_with},
    state::AppState,
};

/// The most rows of a page; the search finds the others.
const MOST_ROWS: usize = 100;
/// From so many operators on there is a search.
const SEARCH_FROM: usize = 9;

/// An operator who can be chosen.
#[derive(Debug)]
pub(in crate::panel::addons) struct Row {
    pub(in crate::panel::addons) id: OperatorId,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) email: String,
    /// Names of roles and groups.
    pub(in crate::panel::addons) tags: Vec<String>,
    pub(in crate::panel::addons) on: bool,
    pub(in crate::panel::addons) me: bool,
    /// Why they keep it whatever is chosen.
    pub(in crate::panel::addons) why: Option<String>,
}

/// A role or group, with a box.
#[derive(Debug)]
pub(in crate::panel::addons) struct Named {
    pub(in crate::panel::addons) id: String,
    pub(in crate::panel::addons) name: String,
    pub(in crate::panel::addons) on: bool,
}

/// What the form shows.
#[derive(Debug)]
pub(in crate::panel::addons) struct UserChoice {
    pub(in crate::panel::addons) rows: Vec<Row>,
    pub(in crate::panel::addons) more: usize,
    pub(in crate::panel::addons) search: String,
    pub(in crate::panel::addons) searchable: bool,
    pub(in crate::panel::addons) roles: Vec<Named>,
    pub(in crate::panel::addons) groups: Vec<Named>,
    pub(in crate::panel::addons) rule: String,
    /// Each of them costs a licence.
    pub(in crate::panel::addons) per_user: bool,
    /// They are chosen again (R23).
    pub(in crate::panel::addons) reset: bool,
}

#[derive(Template)]
#[template(path = "addons/wizard_users.html")]
pub(in crate::panel::addons) struct UsersPage {
    pub(in crate::panel::addons) shell: Shell,
    pub(in crate::panel::addons) frame: Frame,
    pub(in crate::panel::addons) choice: UserChoice,
    pub(in crate::panel::addons) summary: Summary,
    pub(in crate::panel::addons) errors: FormErrors,
}

impl Flow {
    /// Each user costs a licence.
    pub(in crate::panel::addons) fn is_per_user(&self) -> bool {
        self.plan().is_some_and(|plan| plan.model == PlanModel::PerUser)
    }

    /// Who is chosen: what was sent, or what the step begins with. Whoever installed it always is (R27).
    pub(in crate::panel::addons) fn chosen(&self, people: &People) -> BTreeSet<OperatorId> {
        let only = BTreeSet::from([self.installer]);
        let begins = if self.is_per_user() || self.installation.is_some() { only.clone() } else { people.all() };
        let chosen = self.draft.users.clone().unwrap_or(begins);
        // Somebody who was deactivated meanwhile is no longer chosen.
        &(&chosen & &people.all()) | &only
    }

    /// The rule that is chosen, or what the step begins with: on a plan per user nobody costs something by themselves.
    pub(in crate::panel::addons) fn rule(&self) -> Rule {
        let mut rule = self.draft.rule.clone();
        if rule.word.is_empty() {
            let word = if self.is_per_user() { "nobody" } else { "everyone" };
            word.clone_into(&mut rule.word);
        }
        rule
    }

    /// Licences or seats that the plan bills.
    pub(in crate::panel::addons) fn quantity(&self, people: &People) -> u32 {
        let count = match self.plan().map(|plan| plan.model) {
            Some(PlanModel::PerUser) if self.kind == annex_domain::addon::Kind::Plugin => {
                u32::try_from(self.chosen(people).len()).unwrap_or(u32::MAX)
            }
            Some(PlanModel::PerUser | PlanModel::PerSeat) => people.seats().0,
            _ => 1,
        };
        count.max(1)
    }
}

/// Takes over what the form says; answers what is wrong with the rule.
fn take(flow: &mut Flow, people: &People, form: &Posted, who: &SignedIn) -> FormErrors {
    let ids = |name| form.all(name).filter_map(|id| id.parse().ok()).collect::<BTreeSet<OperatorId>>();
    let mut chosen = &(&flow.chosen(people) - &ids("shown")) | &ids("user");
    match form.get("do") {
        "add" => chosen.extend(people.with(form.get("with"))),
        "drop" => chosen = &chosen - &people.with(form.get("with")),
        _ => {}
    }
    flow.draft.users = Some(chosen);
    flow.draft.users = Some(flow.chosen(people));
    if form.has("rule") {
        let roles = form.all("role").filter_map(|id| id.parse().ok()).collect();
        let groups = form.all("group").filter_map(|id| id.parse().ok()).collect();
        flow.draft.rule = Rule { word: form.get("rule").to_owned(), roles, groups };
    }
    let mut errors = FormErrors::default();
    if flow.rule().assignment().is_none() {
        let (field, key) = match form.get("rule") {
            "groups" => ("group", "wizard-rule-no-group"),
            _ => ("role", "users-rule-no-role"),
        };
        errors.add(field, who.t.get(key));
    }
    errors
}

/// The page.
pub(in crate::panel::addons) async fn show(state: &AppState, who: &SignedIn, flow: &Flow, search: &str) -> PageResult {
    if flow.next() < Step::Users || !flow.steps().contains(&Step::Users) {
        return Ok(Redirect::to(&flow.href(flow.next())).into_response());
    }
    let people = People::load(&mut state.db.read().await?, who).await?;
    draw(state, who, flow, &people, search, FormErrors::default()).await
}

/// What was sent: a helper, the search, or on to the next step.
pub(in crate::panel::addons) async fn save(
    state: &AppState,
    who: &SignedIn,
    mut flow: Flow,
    form: &Posted,
) -> PageResult {
    let people = People::load(&mut state.db.read().await?, who).await?;
    let errors = take(&mut flow, &people, form, who);
    if form.get("do") == "count" && who.fragment {
        // Only the summary is asked for: nothing is kept yet.
        return draw(state, who, &flow, &people, form.get("q"), FormErrors::default()).await;
    }
    let goes_on = form.get("do") == "next";
    if goes_on && !errors.is_empty() {
        return draw(state, who, &flow, &people, form.get("q"), errors).await;
    }
    flow.draft.wants_users |= flow.terms.is_free();
    flow.draft.users_done = goes_on;
    flow.keep(state, who).await?;
    let to = if goes_on { flow.href(flow.next()) } else { here(&flow, form.get("q")) };
    Ok(Redirect::to(&to).into_response())
}

fn here(flow: &Flow, search: &str) -> String {
    let here = flow.href(Step::Users);
    if search.is_empty() {
        return here;
    }
    let sign = if here.contains('?') { '&' } else { '?' };
    format!("{here}{sign}{}", serde_urlencoded::to_string([("q", search)]).unwrap_or_default())
}

async fn draw(
    state: &AppState,
    who: &SignedIn,
    flow: &Flow,
    people: &People,
    search: &str,
    errors: FormErrors,
) -> PageResult {
    let section = if flow.installation.is_some() { Section::MyAddons } else { Section::Marketplace };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = UsersPage {
        shell: who.titled(flow.title(&who.t), section),
        frame: flow.frame(Step::Users),
        choice: choice(flow, people, who, search.trim()),
        summary: confirm::summary(state, who, flow, people, None).await?.0,
        errors,
    };
    page_with(status, &page)
}

/// What the form shows of people.
fn choice(flow: &Flow, people: &People, who: &SignedIn, search: &str) -> UserChoice {
    let (chosen, rule) = (flow.chosen(people), flow.rule());
    let why = |operator: &Operator| {
        let key = if operator.id == who.operator.id { "users-installer-me" } else { "users-installer" };
        (operator.id == flow.installer).then(|| who.t.get(key))
    };
    let row = |operator: &Operator| Row {
        id: operator.id,
        name: operator.name.clone(),
        email: operator.email.clone(),
        tags: tags(operator, people),
        on: chosen.contains(&operator.id),
        me: operator.id == who.operator.id,
        why: why(operator),
    };
    let matching: Vec<_> = people.operators.iter().filter(|operator| matches(operator, search)).collect();
    let role =
        |role: &Role| Named { id: role.id.to_string(), name: role.name.clone(), on: rule.roles.contains(&role.id) };
    let team =
        |team: &Team| Named { id: team.id.to_string(), name: team.name.clone(), on: rule.groups.contains(&team.id) };
    UserChoice {
        rows: matching.iter().take(MOST_ROWS).map(|operator| row(operator)).collect(),
        more: matching.len().saturating_sub(MOST_ROWS),
        search: search.to_owned(),
        searchable: people.operators.len() >= SEARCH_FROM,
        roles: people.roles.iter().map(role).collect(),
        groups: people.groups.iter().map(team).collect(),
        rule: rule.word.clone(),
        per_user: flow.is_per_user(),
        reset: flow.installation.is_some(),
    }
}

fn tags(operator: &Operator, people: &People) -> Vec<String> {
    let roles = people.roles.iter().filter(|role| operator.roles.contains(&role.id)).map(|role| role.name.clone());
    let teams = people.groups.iter().filter(|team| team.members.contains(&operator.id)).map(|team| team.name.clone());
    roles.chain(teams).collect()
}

/// True when each word is part of the name or the e-mail address.
fn matches(operator: &Operator, search: &str) -> bool {
    let text = format!("{} {}", operator.name, operator.email).to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}
