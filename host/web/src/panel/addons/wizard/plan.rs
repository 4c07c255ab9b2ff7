//! The step "plan" (R15, R22): what the add-on costs, one choice.

use annex_domain::plan::PlanId;
use annex_lifecycle::Terms;
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};

use super::{Flow, Frame, Step};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    panel::{
        addons::prices::PlanView,
        form::{FormErrors, Posted},
    },
    prices::Seats,
    session::SignedIn,
    shell::{Section, Shell, page_with},
    state::AppState,
};

#[derive(Template)]
#[template(path = "addons/wizard_plan.html")]
pub(in crate::panel::addons) struct PlanPage {
    pub(in crate::panel::addons) shell: Shell,
    pub(in crate::panel::addons) frame: Frame,
    pub(in crate::panel::addons) plans: Vec<PlanView>,
    pub(in crate::panel::addons) errors: FormErrors,
}

/// The plans that can be chosen; without `trials`, each is to be bought.
pub(in crate::panel::addons) fn choices(
    terms: &Terms,
    chosen: Option<&PlanId>,
    trials: bool,
    seats: Seats,
    t: &Translator,
) -> Vec<PlanView> {
    let only = terms.plans.len() == 1;
    let view = |plan: &annex_domain::plan::Plan| {
        let days = trials.then(|| u16::try_from(terms.trial_days(plan)).unwrap_or(u16::MAX));
        PlanView { on: only || chosen == Some(&plan.id), ..PlanView::of(plan, days, seats, t) }
    };
    terms.plans.iter().map(view).collect()
}

/// The page of an add-on that is being installed.
pub(in crate::panel::addons) async fn show(state: &AppState, who: &SignedIn, flow: &Flow) -> PageResult {
    if !flow.steps().contains(&Step::Plan) {
        return Ok(Redirect::to(&flow.href(flow.next())).into_response());
    }
    draw(state, who, flow, gone(flow, who)).await
}

/// A plan that was chosen, but is no longer offered.
fn gone(flow: &Flow, who: &SignedIn) -> FormErrors {
    let mut errors = FormErrors::default();
    if flow.draft.plan.as_ref().is_some_and(|plan| flow.terms.plan(plan).is_none()) {
        errors.add("plan", who.t.get("wizard-plan-gone"));
    }
    errors
}

/// Keeps the choice; or says what is wrong with it.
pub(in crate::panel::addons) async fn take(
    state: &AppState,
    who: &SignedIn,
    flow: &mut Flow,
    form: &Posted,
) -> Result<FormErrors, PageError> {
    let chosen = form.get("plan").parse::<PlanId>().ok().filter(|plan| flow.terms.plan(plan).is_some());
    let mut errors = FormErrors::default();
    match chosen {
        Some(chosen) => {
            flow.draft.choose(chosen);
            flow.keep(state, who).await?;
        }
        None => {
            errors.add("plan", who.t.get(if form.has("plan") { "wizard-plan-gone" } else { "wizard-plan-none" }));
        }
    }
    Ok(errors)
}

/// What was sent.
pub(in crate::panel::addons) async fn save(
    state: &AppState,
    who: &SignedIn,
    mut flow: Flow,
    form: &Posted,
) -> PageResult {
    let errors = take(state, who, &mut flow, form).await?;
    if errors.is_empty() {
        return Ok(Redirect::to(&flow.href(flow.next())).into_response());
    }
    draw(state, who, &flow, errors).await
}

async fn draw(state: &AppState, who: &SignedIn, flow: &Flow, errors: FormErrors) -> PageResult {
    let people = super::people::People::load(&mut state.db.read().await?, who).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let plans = choices(&flow.terms, flow.draft.plan.as_ref(), true, people.seats(), &who.t);
    let shell = who.titled(flow.title(&who.t), Section::Marketplace);
    page_with(status, &PlanPage { shell, frame: flow.frame(Step::Plan), plans, errors })
}
