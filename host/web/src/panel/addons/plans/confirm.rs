//! The last page on the way to another plan: what it costs, and whether it is saved.

use annex_lifecycle::{LifecycleError, Ticks, UsersChange};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{PlanChange, plan_change};
use crate::{
    card_form,
    error::{PageError, PageResult},
    flash::Flash,
    panel::{
        addons::{
            arrived::{purchase_end, purchase_said},
            errors::{gone_meanwhile, lifecycle_text, page_error},
            login::Login,
            see_other,
            wizard::{
                Frame, Step,
                confirm::{self, Chosen, ShownPrice, Summary, Trouble},
                people::People,
            },
        },
        form::Posted,
        password_again::PasswordAgain,
        pay_with::PayWith,
    },
    payments,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

#[derive(Template)]
#[template(path = "addons/plan_confirm.html")]
pub(in crate::panel::addons) struct PlanConfirmPage {
    pub(in crate::panel::addons) shell: Shell,
    pub(in crate::panel::addons) frame: Frame,
    /// One order for it, however often the form is sent.
    pub(in crate::panel::addons) key: String,
    pub(in crate::panel::addons) chosen: Chosen,
    pub(in crate::panel::addons) summary: Summary,
    pub(in crate::panel::addons) warning: Option<String>,
    /// The new price, when it has changed.
    pub(in crate::panel::addons) price_now: Option<String>,
    pub(in crate::panel::addons) button: String,
    /// Price and renewal date (R9).
    pub(in crate::panel::addons) beside: String,
    pub(in crate::panel::addons) pay: PayWith,
    pub(in crate::panel::addons) password: PasswordAgain,
}

pub(super) async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let change = plan_change(&state, &who, &id).await?;
    if change.hurdle(&state, &who).await?.is_some() {
        return Ok(see_other(&change.here()));
    }
    match change.flow.next() {
        Step::Confirm => Ok(page(&confirm_page(&state, &who, &change, Trouble::default()).await?)?),
        step => Ok(see_other(&change.flow.href(step))),
    }
}

async fn confirm_page(
    state: &AppState,
    who: &SignedIn,
    change: &PlanChange,
    trouble: Trouble,
) -> Result<PlanConfirmPage, PageError> {
    let Trouble { warning, was, method, password } = trouble;
    let (t, flow) = (&who.t, &change.flow);
    let people = People::load(&mut state.db.read().await?, who).await?;
    let (mut summary, quote) = confirm::summary(state, who, flow, &people, was).await?;
    if let Some(before) = change.current() {
        let mut text = t.msg("plan-confirm-from").arg("plan", before.name.get(t.code())).to_string();
        // What is taken off the price does not come back.
        if quote.as_ref().is_some_and(|quote| !quote.credited.is_zero()) {
            text = format!("{text} {}", t.get("plan-confirm-credit"));
        }
        summary.note = Some(summary.note.map_or(text.clone(), |note| format!("{text} {note}")));
    }
    let login = Login::of(&state.db, who).await?;
    let amount = quote.as_ref().map(|quote| quote.amount);
    let pay = PayWith::of(state, who, &login, amount, method, &flow.href(Step::Confirm)).await?;
    let chosen = Chosen::of(flow, &people, quote.as_ref()).ok_or(PageError::NotFound)?;
    let button = quote.as_ref().map_or_else(
        || t.get("plan-save"),
        |quote| t.msg("plan-save-for").arg("amount", t.money(quote.amount)).to_string(),
    );
    Ok(PlanConfirmPage {
        shell: who.titled(flow.title(t), Section::MyAddons),
        frame: flow.frame(Step::Confirm),
        key: flow.key.clone(),
        chosen,
        summary,
        warning,
        price_now: quote.as_ref().zip(was).map(|(quote, was)| was.now(quote, t)),
        password: PasswordAgain::of(who, quote.is_some() && !pay.lacks_card(), password),
        pay,
        button,
        beside: confirm::beside(quote.as_ref(), flow, t),
    })
}

pub(super) async fn save(
    State(state): State<AppState>,
    mut who: SignedIn,
    Path(id): Path<String>,
    form: Posted,
) -> PageResult {
    let change = plan_change(&state, &who, &id).await?;
    let (flow, desk, id) = (&change.flow, who.desk.id, change.view.installation.id);
    if flow.next() != Step::Confirm {
        // Sent twice: the first one has saved it.
        return Ok(see_other(&change.here()));
    }
    let people = People::load(&mut state.db.read().await?, &who).await?;
    let Some(plan) = flow.plan().filter(|plan| plan.id.as_str() == form.get("plan")) else {
        let warning = Some(who.t.get("consent-changed"));
        let trouble = Trouble { warning, method: card_form::method(&form)?, ..Trouble::default() };
        return page_with(StatusCode::CONFLICT, &confirm_page(&state, &who, &change, trouble).await?);
    };
    let (choice, key) = (confirm::choice(flow, plan, &form)?, confirm::key(&form));
    if flow.costs() {
        if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
            let trouble = Trouble { password: Some(again.clone()), method: choice.method, ..Trouble::default() };
            return Ok(again.refuse(page(&confirm_page(&state, &who, &change, trouble).await?)?));
        }
        if let Some(wait) = state.billing.order_wait(desk, key).await? {
            return Ok(payments::refused(wait));
        }
    }
    let users = flow.steps().contains(&Step::Users).then(|| UsersChange {
        ticks: Some(Ticks::Exactly(flow.chosen(&people))),
        assignment: flow.rule().assignment(),
    });
    let method = choice.method;
    match state.lifecycle.choose_plan(desk, id, choice, users, who.operator.id, key).await.map_err(gone_meanwhile) {
        Ok(purchased) => {
            flow.forget(&state, &who).await?;
            let plan = plan.name.get(who.t.code()).to_owned();
            let done = Flash::success("flash-plan-chosen").arg("name", change.name()).arg("plan", plan);
            let due = Flash::warning("flash-plan-due").arg("name", change.name());
            let end = purchase_end(&state, &who, &purchased).await?;
            purchase_said(&state, &who, &purchased, end, change.name(), (done, due))
        }
        Err(error @ (LifecycleError::NotFound(_) | LifecycleError::Store(_))) => Err(page_error(error)),
        Err(error) => {
            let (warning, was) = (Some(lifecycle_text(&who.t, &error)), ShownPrice::of(&form, &error));
            let trouble = Trouble { warning, was, method, password: None };
            page_with(StatusCode::CONFLICT, &confirm_page(&state, &who, &change, trouble).await?)
        }
    }
}
