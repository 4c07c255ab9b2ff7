//! `/my-addons/{id}/plans`: the tab Plans (R22). A plan is chosen, then the users again (R23), and a summary shows what it
//! costs before anything is saved. What is to be paid is charged at once; declined, everything stays as it was, and the
//! plan begins when the invoice is paid.

use annex_domain::{billing::SubscriptionState, installation::Status, plan::Plan};
use annex_lifecycle::{BillingState, InstallationView, LifecycleError, OrderEnd, Purchased, Ticks, UsersChange};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    PATIENCE,
    errors::{gone_meanwhile, lifecycle_text, page_error},
    installation,
    login::Login,
    manage::{Tab, manage_page},
    payment::to_bank,
    prices::PlanView,
    see_other,
    toggles::not_done,
    wizard::{
        self, Flow, Frame, Step, Subject,
        confirm::{self, Chosen, ShownPrice, Summary, Trouble},
        people::People,
    },
};
use crate::{
    card_form,
    error::PageError,
    flash::Flash,
    panel::{
        form::{
            FormErrors, Posted,
            long::{Long, OfAddon},
        },
        password_again::PasswordAgain,
        pay_with::PayWith,
    },
    payments,
    prices::{Seats, price, renewal},
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/plans", get(show).post(choose))
        .route("/my-addons/{id}/plans/withdraw", post(withdraw))
        .route("/my-addons/{id}/plans/users", get(ask_users).post(save_users))
        .route("/my-addons/{id}/plans/confirm", get(ask).post(save))
}

/// The tab.
#[derive(Debug)]
pub(super) struct PlansTab {
    /// What can be chosen; none: the add-on is free.
    pub(super) plans: Vec<PlanView>,
    /// The plan that there is: name and value.
    pub(super) now: Vec<(String, String)>,
    /// Something is being paid, or worked on: nothing can be chosen until that is done.
    pub(super) waiting: bool,
    /// What was ordered is not paid, and can be given up alone.
    pub(super) can_withdraw: bool,
    /// Where the login leads back to.
    pub(super) here: String,
    pub(super) errors: FormErrors,
}

#[derive(Template)]
#[template(path = "addons/plan_confirm.html")]
pub(super) struct PlanConfirmPage {
    pub(super) shell: Shell,
    pub(super) frame: Frame,
    /// One order for it, however often the form is sent.
    pub(super) key: String,
    pub(super) chosen: Chosen,
    pub(super) summary: Summary,
    pub(super) warning: Option<String>,
    /// The new price, when it has changed.
    pub(super) price_now: Option<String>,
    pub(super) button: String,
    /// Price and renewal date (R9).
    pub(super) beside: String,
    pub(super) pay: PayWith,
    pub(super) password: PasswordAgain,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    q: String,
}

/// What stands against choosing a plan now.
enum Hurdle {
    /// The wrong account, or none (R5, R6).
    Login,
    /// Something is being paid or worked on.
    Busy,
}

/// An installation on its way to another plan.
struct PlanChange {
    view: InstallationView,
    billing: BillingState,
    flow: Flow,
}

async fn plan_change(state: &AppState, who: &SignedIn, id: &str) -> Result<PlanChange, PageError> {
    let view = installation(state, who, id).await?;
    let billing = state.lifecycle.billing_state(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let subject = Subject {
        addon: view.installation.addon.clone(),
        installation: Some(view.installation.id),
        installer: view.installation.installed_by,
        has_icon: view.has_icon,
        older: false,
    };
    let mut flow = Flow::load(state, who, &view.manifest, subject, billing.terms.clone()).await?;
    flow.may_try = may_try(&billing);
    Ok(PlanChange { view, billing, flow })
}

/// A trial can begin or go on where nothing is paid for and no trial runs.
fn may_try(billing: &BillingState) -> bool {
    billing.subscription.as_ref().is_none_or(|one| one.state == SubscriptionState::Ended || !one.plan.is_paid())
}

impl PlanChange {
    fn here(&self) -> String {
        format!("/my-addons/{}/plans", self.view.installation.id)
    }

    fn name(&self) -> &str {
        &self.flow.name
    }

    /// The plan that is live.
    fn current(&self) -> Option<&Plan> {
        let live = self.billing.subscription.as_ref().filter(|one| one.state != SubscriptionState::Ended);
        live.map(|one| &one.plan)
    }

    /// True for the plan that is there already: only from a trial one goes on to the same plan.
    fn is_same(&self, plan: &Plan) -> bool {
        let tried = self.billing.subscription.as_ref().is_some_and(|one| one.state == SubscriptionState::Trialing);
        !tried && self.current().is_some_and(|current| current.id == plan.id)
    }

    async fn hurdle(&self, state: &AppState, who: &SignedIn) -> Result<Option<Hurdle>, PageError> {
        let busy = self.billing.order.is_some() || !can_choose(self.view.installation.status);
        if busy {
            return Ok(Some(Hurdle::Busy));
        }
        let login = Login::of(&state.db, who).await?;
        Ok((!login.is_holder()).then_some(Hurdle::Login))
    }
}

fn can_choose(status: Status) -> bool {
    matches!(status, Status::Active | Status::Inactive | Status::Suspended | Status::TrialExpired | Status::Cancelled)
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let change = plan_change(&state, &who, &id).await?;
    tab_page(&state, &who, &change, FormErrors::default()).await
}

async fn tab_page(
    state: &AppState,
    who: &SignedIn,
    change: &PlanChange,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let seats = Seats::of(&mut state.db.read().await?, who.desk.id).await?;
    let (t, terms) = (&who.t, &change.billing.terms);
    let (current, chosen) = (change.current(), change.flow.draft.plan.as_ref());
    let mut plans = wizard::plan::choices(terms, chosen, may_try(&change.billing), seats, t);
    for plan in &mut plans {
        plan.current = current.is_some_and(|current| current.id == plan.id);
        plan.on |= chosen.is_none() && plan.current;
    }
    let busy = matches!(change.hurdle(state, who).await?, Some(Hurdle::Busy));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let now = now(state, who, &change.billing, seats).await?;
    let login = Login::of(&state.db, who).await?;
    let can_withdraw = change.billing.can_withdraw() && login.is_holder();
    let tab = PlansTab { plans, now, waiting: busy, can_withdraw, here: change.here(), errors };
    page_with(status, &manage_page(state, who, &change.view, Tab::Plans(tab)).await?)
}

/// The plan that there is, in rows.
async fn now(
    state: &AppState,
    who: &SignedIn,
    billing: &BillingState,
    seats: Seats,
) -> Result<Vec<(String, String)>, PageError> {
    let t = &who.t;
    let Some(live) = billing.subscription.as_ref().filter(|one| one.state != SubscriptionState::Ended) else {
        return Ok(Vec::new());
    };
    let plan = format!("{} · {}", live.plan.name.get(t.code()), price(&live.plan, seats, t));
    let mut rows = vec![(t.get("summary-plan"), plan)];
    if let Some(licences) = &billing.licences {
        let text = t.msg("summary-licences").arg("count", licences.purchased).to_string();
        rows.push((t.get("licences-purchased"), text));
    }
    let desk = annex_store::billing::desks::get(&mut state.db.read().await?, who.desk.id).await?;
    rows.push((t.get("billing-renewal"), renewal(live, desk.map(|desk| desk.next_bill_on), seats, t)));
    Ok(rows)
}

/// The plan, from the tab: on to the users.
async fn choose(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, PageError> {
    let mut change = plan_change(&state, &who, &id).await?;
    if change.hurdle(&state, &who).await?.is_some() {
        return Ok(see_other(&change.here()));
    }
    let same =
        form.get("plan").parse().ok().and_then(|id| change.billing.terms.plan(&id).map(|plan| change.is_same(plan)));
    if same == Some(true) {
        let mut errors = FormErrors::default();
        errors.add("plan", who.t.get("plans-no-change"));
        return tab_page(&state, &who, &change, errors).await;
    }
    let errors = wizard::plan::take(&state, &who, &mut change.flow, &form).await?;
    if errors.is_empty() {
        return Ok(see_other(&change.flow.href(change.flow.next())));
    }
    tab_page(&state, &who, &change, errors).await
}

async fn ask_users(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> Result<Response, PageError> {
    let change = plan_change(&state, &who, &id).await?;
    if change.hurdle(&state, &who).await?.is_some() {
        return Ok(see_other(&change.here()));
    }
    wizard::users::show(&state, &who, &change.flow, &wanted.q).await
}

async fn save_users(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> Result<Response, PageError> {
    let change = plan_change(&state, &who, &id).await?;
    if change.flow.plan().is_none() || change.hurdle(&state, &who).await?.is_some() {
        return Ok(see_other(&change.here()));
    }
    wizard::users::save(&state, &who, change.flow, &form).await
}

async fn ask(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
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

async fn save(
    State(state): State<AppState>,
    mut who: SignedIn,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, PageError> {
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
            purchase_done(&state, &who, purchased, change.name(), (done, due)).await
        }
        Err(error @ (LifecycleError::NotFound(_) | LifecycleError::Store(_))) => Err(page_error(error)),
        Err(error) => {
            let (warning, was) = (Some(lifecycle_text(&who.t, &error)), ShownPrice::of(&form, &error));
            let trouble = Trouble { warning, was, method, password: None };
            page_with(StatusCode::CONFLICT, &confirm_page(&state, &who, &change, trouble).await?)
        }
    }
}

/// Gives up what was ordered and is not paid.
async fn withdraw(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let here = format!("/my-addons/{id}/plans");
    match state.lifecycle.withdraw_order(who.desk.id, id, who.operator.id).await {
        Ok(()) => {
            let name = view.manifest.listing.name.get(who.t.code());
            Ok(Flash::success("flash-withdrawn").arg("name", name).redirect(&here))
        }
        Err(error) => not_done(&who, error, &here),
    }
}

/// Waits a little for a payment; says that it is done, or leads to what is due (R10).
pub(super) async fn purchase_done(
    state: &AppState,
    who: &SignedIn,
    purchased: Purchased,
    name: &str,
    said: (Flash, Flash),
) -> Result<Response, PageError> {
    let end = purchase_end(state, who, &purchased).await?;
    purchase_said(state, who, &purchased, end, name, said)
}

/// What came of a purchase within a little while.
pub(super) async fn purchase_end(
    state: &AppState,
    who: &SignedIn,
    purchased: &Purchased,
) -> Result<OrderEnd, PageError> {
    match purchased.order {
        Some(order) => state.lifecycle.wait_order(who.desk.id, order, PATIENCE).await.map_err(page_error),
        None => Ok(OrderEnd::Fulfilled),
    }
}

/// Says what came of a purchase, or leads to what is due (R10).
pub(super) fn purchase_said(
    state: &AppState,
    who: &SignedIn,
    purchased: &Purchased,
    end: OrderEnd,
    name: &str,
    (done, due): (Flash, Flash),
) -> Result<Response, PageError> {
    let to = format!("/my-addons/{}", purchased.installation.id);
    match end {
        OrderEnd::Fulfilled => Ok(done.redirect(&to)),
        OrderEnd::Due(invoice) => match &invoice.action_url {
            Some(bank) => to_bank(state, who, bank),
            None if invoice.is_under_way() => Ok(see_other(&format!("{to}/payment"))),
            None => Ok(due.redirect(&to)),
        },
        OrderEnd::GivenUp => Ok(Flash::warning("flash-not-done").arg("name", name).redirect(&to)),
        OrderEnd::UnderWay => Ok(see_other(&format!("{to}/payment"))),
    }
}
