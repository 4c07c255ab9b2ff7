//! What an installation costs, to be read: what it is had for, and the price of a plan or of licences.

use annex_billing::{OrderRequest, entitlement::Standing};
use annex_domain::{billing::OrderPurpose, ids::InstallationId, permission::Permission, plan::PlanId};
use annex_lifecycle::BillingState;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::licences::Licences;
use crate::{
    api::{
        amounts::{DueInvoice, Quote},
        billing::{AddonPlans, Order, Subscription},
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
    },
    prices::Seats,
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_installation_billing)).routes(routes!(get_installation_quote))
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
    /// What is to be paid for it by hand; with `under_way` it is being taken, and there is nothing to do.
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
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<InstallationBilling>, Problem> {
    user.require(Permission::AddonsManage)?;
    let billing = state.lifecycle.billing_state(user.desk(), id).await?;
    let seats = Seats::of(&mut state.db.read().await?, user.desk()).await?;
    Ok(Json(billing_of(billing, seats, user.locale())))
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
        (status = 422, description = "`no-plan`, `quantity`, `no-licence`, `amount-too-high`; `invalid-request` where \
            `more` is given beside `plan` or `licences`."),
    ),
)]
async fn get_installation_quote(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Params(params): Params<InstallationQuote>,
) -> Result<Json<Quote>, Problem> {
    user.require(Permission::AddonsManage)?;
    let view = state.lifecycle.installation(user.desk(), id).await?;
    let subscription = state.lifecycle.billing_state(user.desk(), id).await?.subscription;
    let present = subscription.map(|subscription| subscription.plan.id);
    let besides = [("plan", params.plan.is_some()), ("licences", params.licences.is_some())];
    if let Some((field, _)) = besides.iter().find(|(_, given)| params.more.is_some() && *given) {
        let message = "`more` asks for licences of the present plan: leave it out, or ask for `more` alone";
        return Err(Problem::field(field, "not-with-more", message));
    }
    let plan = params.plan.or(present);
    let plan = plan.ok_or_else(|| Problem::field("plan", "required", "it is on no plan yet: name one"))?;
    let (purpose, quantity) = match params.more {
        Some(more) => (OrderPurpose::Licences, more),
        None => (OrderPurpose::Plan, params.licences.unwrap_or(1)),
    };
    let (addon, version) = (view.installation.addon.clone(), view.installation.version.clone());
    let wanted = OrderRequest { installation: Some(id), addon, version, plan, quantity, purpose };
    let quote = state.lifecycle.billing().quote(user.desk(), &wanted).await?;
    Ok(Json(Quote::from(&quote)))
}

fn billing_of(state: BillingState, seats: Seats, locale: &str) -> InstallationBilling {
    InstallationBilling {
        can_cancel: state.can_cancel(),
        terms: AddonPlans::new(&state.terms, seats, locale),
        subscription: state.subscription.as_ref().map(|one| Subscription::new(one, seats, locale)),
        trial_days_left: state.trial_days_left,
        entitlement: state.standing.map(Standing::as_str).map(ToOwned::to_owned),
        due: state.due.map(DueInvoice::from),
        licences: state.licences.map(Licences::from),
        order: state.order.as_ref().map(|order| Order::new(order, seats, locale)),
    }
}
