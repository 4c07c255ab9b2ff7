//! `/my-addons/{id}/plans`: the tab Plans (R22). A plan is chosen, then the users again (R23), and a summary shows what it
//! costs before anything is saved. What is to be paid is charged at once; declined, everything stays as it was, and the
//! plan begins when the invoice is paid.

pub(super) mod confirm;
pub(super) mod tab;

use annex_domain::{billing::SubscriptionState, installation::Status, plan::Plan};
use annex_lifecycle::{BillingState, InstallationView};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;

use self::tab::PlansTab;
use super::{
    errors::page_error,
    installation,
    login::Login,
    manage::{Tab, manage_page},
    see_other,
    toggles::not_done,
    wizard::{self, Flow, Subject},
    words,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, OfAddon},
    },
    prices::{Seats, price, renewal},
    session::SignedIn,
    shell::page_with,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/my-addons/{id}/plans", get(show).post(choose))
        .route("/my-addons/{id}/plans/withdraw", post(withdraw))
        .route("/my-addons/{id}/plans/users", get(ask_users).post(save_users))
        .route("/my-addons/{id}/plans/confirm", get(confirm::ask).post(confirm::save))
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

async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let change = plan_change(&state, &who, &id).await?;
    tab_page(&state, &who, &change, FormErrors::default()).await
}

async fn tab_page(state: &AppState, who: &SignedIn, change: &PlanChange, errors: FormErrors) -> PageResult {
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
    page_with(status, &manage_page(state, who, &change.view, &change.billing, Tab::Plans(tab)).await?)
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
async fn choose(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
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
) -> PageResult {
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
) -> PageResult {
    let change = plan_change(&state, &who, &id).await?;
    if change.flow.plan().is_none() || change.hurdle(&state, &who).await?.is_some() {
        return Ok(see_other(&change.here()));
    }
    wizard::users::save(&state, &who, change.flow, &form).await
}

/// Gives up what was ordered and is not paid.
async fn withdraw(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    let here = format!("/my-addons/{id}/plans");
    match state.lifecycle.withdraw_order(who.desk.id, id, who.operator.id).await {
        Ok(()) => {
            let name = view.name(who.t.code());
            Ok(Flash::success("flash-withdrawn").arg("name", name).redirect(&here))
        }
        Err(error) => not_done(&who, error, &here),
    }
}
