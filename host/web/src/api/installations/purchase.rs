//! Buying: a plan for an installation, and the end of it. What is bought is charged at once and never more than the `price`
//! that was shown; what is declined is answered with 402 and the invoice to be paid.

use annex_billing::OrderError;
use annex_domain::{
    ids::{InstallationId, PaymentMethodId},
    permission::Permission,
    plan::PlanId,
};
use annex_lifecycle::{Choice, LifecycleError, OrderEnd, Purchased};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Installation, located, show, users::UsersChoice};
use crate::{
    api::{
        amounts::{DueInvoice, Money, Quote},
        billing::too_many,
        extract::{Json, PathParams},
        idempotency::IdempotencyKey,
        prefer::Wait,
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(choose_plan))
        .routes(routes!(cancel_installation))
        .routes(routes!(withdraw_order))
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
    pub(super) price: Option<Money>,
    /// `renewal_amount` of the quote that was shown: with it, another price of the months after is refused too.
    #[serde(default)]
    renewal: Option<Money>,
    /// Of a plan per user; one for each user who is chosen when left out.
    #[serde(default)]
    licences: Option<u32>,
    /// The id of the card to charge what the credit leaves; the default one when left out, whatever the credit leaves.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    method: Option<PaymentMethodId>,
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
    /// `renewal_amount` of the quote that was shown: with it, another price of the months after is refused too.
    #[serde(default)]
    renewal: Option<Money>,
    /// Of a plan per user; one for each user who is chosen when left out.
    #[serde(default)]
    licences: Option<u32>,
    /// The id of the card to charge what the credit leaves; the default one when left out, whatever the credit leaves.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    method: Option<PaymentMethodId>,
    /// Who uses it from then on; only the person who installed it when left out.
    #[serde(default)]
    users: Option<UsersChoice>,
}

impl PlanChoice {
    /// Money is to be spent on it.
    pub(super) fn costs(&self) -> bool {
        self.price.is_some() && !self.trial
    }
}

impl From<PlanChoice> for Choice {
    fn from(choice: PlanChoice) -> Self {
        let PlanChoice { plan, trial, price, renewal, licences, method } = choice;
        let (shown, shown_renewal) = (price.map(Into::into), renewal.map(Into::into));
        Self { plan, trial, shown, shown_renewal, licences, method, shown_of_card: None }
    }
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
            is switched on when it is paid. `no-payment-method`: nothing is ordered, because the account has no card."),
        (status = 403, description = "`login-needed`, `wrong-account`; `confirm-password`: with a session whose password \
            was given more than 15 minutes ago."),
        (status = 409, description = "`price-changed`: `quote` has the price as it is now; `same-plan`; `no-trial`; \
            `order-underway`: another order is to be paid first; `not-allowed` in this status; `given-up`."),
        (status = 422, description = "`no-plan`, `too-few-licences`, `quantity`; `unknown-payment-method`: `method` is no \
            card of the account, or of another gateway; `invalid-request`: `price` is missing, and `quote` has it."),
        (status = 429, description = "Too many requests, or too many payments that failed: `rate-limited`. \
            `Retry-After` says when to try again."),
    ),
)]
async fn choose_plan(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<ChoosePlan>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let ChoosePlan { plan, trial, price, renewal, licences, method, users } = body;
    let choice = PlanChoice { plan, trial, price, renewal, licences, method };
    let users = UsersChoice::change(users)?;
    let (desk, by, key) = (user.desk(), user.operator()?, key.scoped(&user));
    if choice.costs() {
        may_order(&state, &user, key.as_deref()).await?;
    }
    let field = choice.price.is_none().then_some("price");
    let purchased = state.lifecycle.choose_plan(desk, id, choice.into(), users, by, key.as_deref()).await;
    answer(&state, &user, purchased.map_err(|error| unpriced(error, field))?, wait).await
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
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.cancel(user.desk(), id, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

/// Withdraw an order
///
/// Of another plan or of licences, while it is not paid: its invoice is void, nothing is charged, and the plan that there
/// is goes on. Needs `addons.manage`, and the desk to be logged in to the billing system.
#[utoipa::path(
    post, path = "/installations/{installation}/withdraw", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Withdrawn.", body = Installation),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 409, description = "`nothing-to-withdraw`; `payment-under-way`: try again in a moment."),
    ),
)]
async fn withdraw_order(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.installation(user.desk(), id).await?;
    state.lifecycle.withdraw_order(user.desk(), id, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

/// What stands before an order: the password, of who comes with a session, and not too many payments that failed.
pub(super) async fn may_order(state: &AppState, user: &ApiUser, key: Option<&str>) -> Result<(), Problem> {
    user.confirmed(state.clock.now())?;
    match state.billing.order_wait(user.desk(), key).await? {
        Some(wait) => Err(too_many(wait)),
        None => Ok(()),
    }
}

/// A price that was never named cannot have changed: `field` of the request is missing then.
pub(super) fn unpriced(error: LifecycleError, field: Option<&str>) -> Problem {
    match (error, field) {
        (LifecycleError::Order(OrderError::PriceChanged { now }), Some(field)) => {
            let message = "this costs something: name `amount` of the quote that was shown";
            Problem::field(field, "required", message).with_quote(Quote::from(&*now))
        }
        (error, _) => error.into(),
    }
}

/// Waits for what was bought as long as the caller wants.
pub(super) async fn answer(
    state: &AppState,
    user: &ApiUser,
    purchased: Purchased,
    wait: Wait,
) -> Result<Response, Problem> {
    let id = purchased.installation.id;
    let end = match purchased.order {
        Some(order) => state.lifecycle.wait_order(user.desk(), order, wait.0).await?,
        None => OrderEnd::Fulfilled,
    };
    let status = match end {
        OrderEnd::Fulfilled => StatusCode::OK,
        OrderEnd::Due(due) if !due.is_under_way() => return Err(DueInvoice::from(due).problem()),
        // Such as after the payer confirmed: nobody has to pay what is being taken.
        OrderEnd::UnderWay | OrderEnd::Due(_) => StatusCode::ACCEPTED,
        OrderEnd::GivenUp => {
            let detail = "what was bought could not be switched on; what was paid for it is paid back";
            return Err(Problem::new(StatusCode::CONFLICT, "given-up", detail));
        }
    };
    Ok(located(status, show(state, user, id).await?))
}
