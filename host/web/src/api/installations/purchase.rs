//! What an installation costs: reading it, choosing a plan, licences, cancelling. Buying is charged at once and never more
//! than the `price` that was shown; what is declined is answered with 402 and the invoice to be paid.

use std::collections::BTreeSet;

use annex_billing::{Wanted, entitlement::Standing};
use annex_domain::{
    billing::OrderPurpose,
    ids::{InstallationId, OperatorId},
    permission::Permission,
    plan::PlanId,
};
use annex_lifecycle::{BillingState, Choice, Licences as DomainLicences, OrderEnd, Purchased};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Installation, show,
    users::{Assignment, change_of, problem},
};
use crate::{
    api::{
        billing::{AddonPlans, DueInvoice, Money, Order, Quote, Subscription},
        extract::{At, Json, Params},
        idempotency::IdempotencyKey,
        openapi::BASE,
        prefer::Wait,
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_installation_billing))
        .routes(routes!(get_installation_quote))
        .routes(routes!(choose_plan))
        .routes(routes!(add_licences, reduce_licences))
        .routes(routes!(cancel_installation))
}

/// What an installation is had for, and what is to be paid for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstallationBilling {
    /// What can be chosen.
    terms: AddonPlans,
    /// The one that has not ended, else the last one; null where nothing was ever chosen.
    #[schema(required)]
    subscription: Option<Subscription>,
    /// Days of its trial that are left, while it is in one; a day that has begun counts.
    #[schema(required)]
    trial_days_left: Option<u32>,
    /// How its right to run stands: `valid`, or why a banner is shown; null where none is needed.
    #[schema(required)]
    entitlement: Option<String>,
    /// What is to be paid for it by hand.
    #[schema(required)]
    due: Option<DueInvoice>,
    /// On a plan per user that is paid for.
    #[schema(required)]
    licences: Option<Licences>,
    /// What was ordered and is not switched on yet.
    #[schema(required)]
    order: Option<Order>,
    /// There is something to cancel.
    can_cancel: bool,
}

/// The licences of a plan per user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Licences {
    purchased: u32,
    /// Used by somebody.
    assigned: u32,
    unassigned: u32,
    /// From the next period on, when they were reduced.
    #[schema(required)]
    next: Option<u32>,
}

/// Which plan, and what was shown of its price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanChoice {
    #[schema(value_type = String, example = "team")]
    plan: PlanId,
    /// To try it first: nothing is charged.
    #[serde(default)]
    trial: bool,
    /// `amount` of the quote that was shown. Needed where something is to be paid; another price now is refused.
    #[serde(default)]
    price: Option<Money>,
    /// Of a plan per user; one for each user who is chosen when left out.
    #[serde(default)]
    licences: Option<u32>,
}

/// Who is to use it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsersChoice {
    /// Ids of all operators who use it.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) operators: Option<BTreeSet<OperatorId>>,
    #[serde(default)]
    pub(super) assignment: Option<Assignment>,
}

/// Another plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoosePlan {
    #[schema(value_type = String, example = "team")]
    plan: PlanId,
    /// To try it first: nothing is charged.
    #[serde(default)]
    trial: bool,
    /// `amount` of the quote that was shown. Needed where something is to be paid; another price now is refused.
    #[serde(default)]
    price: Option<Money>,
    /// Of a plan per user; one for each user who is chosen when left out.
    #[serde(default)]
    licences: Option<u32>,
    /// Who uses it from then on; only the person who installed it when left out.
    #[serde(default)]
    users: Option<UsersChoice>,
}

/// More licences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddLicences {
    /// How many more.
    #[schema(minimum = 1, maximum = 100_000)]
    add: u32,
    /// `amount` of the quote that was shown; another price now is refused.
    #[serde(default)]
    price: Option<Money>,
    /// Who uses it once they are paid.
    #[serde(default)]
    users: Option<UsersChoice>,
}

/// Fewer licences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReduceLicences {
    /// How many are left from the next period on; never fewer than its users.
    #[schema(minimum = 1)]
    to: u32,
}

/// What is wanted: a plan with its licences, or more licences of the plan that there is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InstallationQuote {
    /// One of the plans; the present one when left out.
    #[param(value_type = Option<String>)]
    plan: Option<PlanId>,
    /// Of a plan per user; 1 when left out.
    licences: Option<u32>,
    /// How many more licences of the present plan.
    more: Option<u32>,
}

impl From<PlanChoice> for Choice {
    fn from(choice: PlanChoice) -> Self {
        let PlanChoice { plan, trial, price, licences } = choice;
        Self { plan, trial, shown: price.map(Into::into), licences }
    }
}

/// What an installation is had for
///
/// Its plan, its trial, what is due, its licences. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/billing", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "As it stands.", body = InstallationBilling)),
)]
async fn get_installation_billing(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
) -> Result<Json<InstallationBilling>, Problem> {
    user.require(Permission::AddonsManage)?;
    let billing = state.lifecycle.billing_state(user.desk(), id).await?;
    Ok(Json(billing_of(billing, user.locale())))
}

/// Ask what a plan or licences cost
///
/// Give `plan` (and `licences`), or `more`. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/quote", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id"), InstallationQuote),
    responses(
        (status = 200, description = "The price as it is now.", body = Quote),
        (status = 409, description = "`no-licences`: it is not on a paid plan per user; `unpaid`: its invoice is to be \
            paid first."),
        (status = 422, description = "`no-plan`, `quantity`, `no-licence`, `amount-too-high`."),
    ),
)]
async fn get_installation_quote(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
    Params(params): Params<InstallationQuote>,
) -> Result<Json<Quote>, Problem> {
    user.require(Permission::AddonsManage)?;
    let view = state.lifecycle.installation(user.desk(), id).await?;
    let subscription = state.lifecycle.billing_state(user.desk(), id).await?.subscription;
    let present = subscription.map(|subscription| subscription.plan.id);
    let plan = params.plan.or(present);
    let plan = plan.ok_or_else(|| Problem::field("plan", "required", "it is on no plan yet: name one"))?;
    let (purpose, quantity) = match params.more {
        Some(more) => (OrderPurpose::Licences, more),
        None => (OrderPurpose::Plan, params.licences.unwrap_or(1)),
    };
    let (addon, version) = (view.installation.addon.clone(), view.installation.version.clone());
    let wanted = Wanted { installation: Some(id), addon, version, plan, quantity, purpose };
    let quote = state.lifecycle.billing().quote(user.desk(), &wanted).await?;
    Ok(Json(Quote::from(&quote)))
}

/// Choose a plan
///
/// During or after a trial, after a cancel, or another one than it is on. Users and licences are chosen anew. What is to be
/// paid is charged at once; until it is paid everything stays as it is. `Prefer: wait=N` as with installing. Needs
/// `addons.manage`, and the desk to be logged in to the billing system where it costs something.
#[utoipa::path(
    post, path = "/installations/{installation}/plan", tag = "installations", request_body = ChoosePlan,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "It is on the plan.", body = Installation),
        (status = 202, description = "Still under way; poll the installation.", body = Installation),
        (status = 402, description = "`payment-due`, `action-required`: `invoice` has number, amount and link. The plan \
            is switched on when it is paid."),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 409, description = "`price-changed`: `quote` has the price as it is now; `same-plan`; `no-trial`; \
            `order-underway`: another order is to be paid first; `not-allowed` in this status; `given-up`."),
        (status = 422, description = "`no-plan`, `too-few-licences`, `quantity`."),
    ),
)]
async fn choose_plan(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<ChoosePlan>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let ChoosePlan { plan, trial, price, licences, users } = body;
    let choice = Choice::from(PlanChoice { plan, trial, price, licences });
    let users = users.map(|users| change_of(users.operators, users.assignment)).transpose()?;
    let (desk, by, key) = (user.desk(), user.operator(), key.scoped(&user));
    let purchased = state.lifecycle.choose_plan(desk, id, choice, users, by, key.as_deref()).await.map_err(problem)?;
    answer(&state, &user, purchased, wait).await
}

/// Buy licences
///
/// Of the present plan, which is one per user. They are charged at once for the rest of the month. `Prefer: wait=N` as with
/// installing. Needs `addons.manage`, and the desk to be logged in to the billing system.
#[utoipa::path(
    post, path = "/installations/{installation}/licences", tag = "installations", request_body = AddLicences,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "They are there.", body = Installation),
        (status = 202, description = "Still under way; poll the installation.", body = Installation),
        (status = 402, description = "`payment-due`, `action-required`: `invoice` has number, amount and link. The \
            licences come when it is paid."),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 409, description = "`price-changed`: `quote` has the price as it is now; `no-licences`: not on a paid \
            plan per user; `order-underway`; `given-up`."),
        (status = 422, description = "`too-few-licences`, `quantity`."),
    ),
)]
async fn add_licences(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<AddLicences>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let users = body.users.map(|users| change_of(users.operators, users.assignment)).transpose()?;
    let (desk, by, key) = (user.desk(), user.operator(), key.scoped(&user));
    let shown = body.price.map(Into::into);
    let purchased = state.lifecycle.add_licences(desk, id, body.add, users, shown, by, key.as_deref()).await;
    answer(&state, &user, purchased.map_err(problem)?, wait).await
}

/// Give licences up
///
/// From the next period on; nothing is paid back. Needs `addons.manage`, and the desk to be logged in to the billing system.
#[utoipa::path(
    put, path = "/installations/{installation}/licences", tag = "installations", request_body = ReduceLicences,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "As it is now, and from the next period on.", body = Licences),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 409, description = "`no-licences`: not on a paid plan per user."),
        (status = 422, description = "`too-few-licences`: it has more users, or not as many licences."),
    ),
)]
async fn reduce_licences(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
    Json(body): Json<ReduceLicences>,
) -> Result<Json<Licences>, Problem> {
    user.require(Permission::AddonsManage)?;
    let licences = state.lifecycle.reduce_licences(user.desk(), id, body.to, user.operator()).await?;
    Ok(Json(licences.into()))
}

/// Cancel
///
/// Billing stops and the add-on is off at once; settings and data are kept. Nothing of the running month is paid back. Needs
/// `addons.manage`, and the desk to be logged in to the billing system.
#[utoipa::path(
    post, path = "/installations/{installation}/cancel", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Cancelled.", body = Installation),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 409, description = "`nothing-to-cancel`; `not-allowed` in this status."),
    ),
)]
async fn cancel_installation(
    State(state): State<AppState>,
    user: ApiUser,
    At(id): At<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.cancel(user.desk(), id, user.operator()).await?;
    show(&state, &user, id).await.map(Json)
}

/// Waits for what was bought as long as the caller wants.
async fn answer(state: &AppState, user: &ApiUser, purchased: Purchased, wait: Wait) -> Result<Response, Problem> {
    let id = purchased.installation.id;
    let end = match purchased.order {
        Some(order) => state.lifecycle.wait_order(user.desk(), order, wait.0).await?,
        None => OrderEnd::Fulfilled,
    };
    let status = match end {
        OrderEnd::Fulfilled => StatusCode::OK,
        OrderEnd::UnderWay => StatusCode::ACCEPTED,
        OrderEnd::Due(due) => return Err(DueInvoice::from(due).problem()),
        OrderEnd::GivenUp => {
            let detail = "what was bought could not be switched on; what was paid for it is paid back";
            return Err(Problem::new(StatusCode::CONFLICT, "given-up", detail));
        }
    };
    let shown = Json(show(state, user, id).await?);
    Ok((status, [(header::LOCATION, format!("{BASE}/installations/{id}"))], shown).into_response())
}

fn billing_of(state: BillingState, locale: &str) -> InstallationBilling {
    InstallationBilling {
        can_cancel: state.can_cancel(),
        terms: AddonPlans::new(&state.terms, locale),
        subscription: state.subscription.as_ref().map(|one| Subscription::new(one, locale)),
        trial_days_left: state.trial_days_left,
        entitlement: state.standing.map(Standing::as_str).map(ToOwned::to_owned),
        due: state.due.map(DueInvoice::from),
        licences: state.licences.map(Licences::from),
        order: state.order.as_ref().map(|order| Order::new(order, locale)),
    }
}

impl From<DomainLicences> for Licences {
    fn from(licences: DomainLicences) -> Self {
        let DomainLicences { purchased, assigned, unassigned, next } = licences;
        Self { purchased, assigned, unassigned, next }
    }
}
