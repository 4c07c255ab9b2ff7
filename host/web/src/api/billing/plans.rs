//! What an add-on costs this desk, before it is installed.

use annex_billing::OrderRequest;
use annex_domain::{
    addon::{AddonId, Version},
    billing::OrderPurpose,
    permission::Permission,
    plan::PlanId,
};
use annex_lifecycle::{Terms, TrialLeft};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Plan;
use crate::{
    api::{
        amounts::Quote,
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::Time,
    },
    prices::Seats,
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_addon_plans)).routes(routes!(get_addon_quote))
}

/// On what terms this desk can have an add-on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonPlans {
    /// Of which version.
    version: String,
    /// There is nothing to choose and nothing to pay.
    free: bool,
    plans: Vec<PlanOffer>,
    /// When the desk's trial of the add-on ends, or ended; null while it has not begun or there is nothing left of it.
    #[schema(required)]
    trial_ends_at: Option<Time>,
}

/// A plan that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanOffer {
    #[serde(flatten)]
    plan: Plan,
    /// Days that this desk can try it now without paying; 0: it has to be bought.
    trial_days_left: u32,
}

/// Of which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlansParams {
    /// The newest one when left out.
    version: Option<String>,
}

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuoteParams {
    /// One of the add-on's plans.
    #[param(value_type = String)]
    plan: PlanId,
    /// Of a plan per user; 1 when left out.
    licences: Option<u32>,
    /// The newest one when left out.
    version: Option<String>,
}

impl AddonPlans {
    /// In `locale`, as far as the publisher wrote it.
    pub(crate) fn new(terms: &Terms, seats: Seats, locale: &str) -> Self {
        let offer = |plan| PlanOffer { plan: Plan::new(plan, seats, locale), trial_days_left: terms.trial_days(plan) };
        Self {
            version: terms.version.to_string(),
            free: terms.is_free(),
            plans: terms.plans.iter().map(offer).collect(),
            trial_ends_at: match terms.trial {
                TrialLeft::Until { ends_at, .. } => Some(ends_at.into()),
                TrialLeft::All | TrialLeft::Nothing => None,
            },
        }
    }
}

/// Read the plans of an add-on
///
/// Those that this desk can choose, and how long it can try them. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/addons/{addon}/plans", tag = "add-ons",
    params(("addon" = String, Path, description = "`publisher.slug`"), PlansParams),
    responses((status = 200, description = "The plans.", body = AddonPlans)),
)]
async fn get_addon_plans(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(addon): PathParams<AddonId>,
    Params(params): Params<PlansParams>,
) -> Result<Json<AddonPlans>, Problem> {
    user.require(Permission::AddonsManage)?;
    let version = version_of(params.version.as_deref())?;
    let terms = state.lifecycle.terms(user.desk(), &addon, version.as_ref()).await?;
    let seats = Seats::of(&mut state.db.read().await?, user.desk()).await?;
    Ok(Json(AddonPlans::new(&terms, seats, user.locale())))
}

/// Ask what a plan costs
///
/// What this desk would pay now for the rest of its month, and then each month. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/addons/{addon}/quote", tag = "add-ons",
    params(("addon" = String, Path, description = "`publisher.slug`"), QuoteParams),
    responses(
        (status = 200, description = "The price as it is now.", body = Quote),
        (status = 422, description = "`no-plan`: it is not a paid plan of the add-on; `quantity`, `no-licence`, \
            `amount-too-high`."),
    ),
)]
async fn get_addon_quote(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(addon): PathParams<AddonId>,
    Params(params): Params<QuoteParams>,
) -> Result<Json<Quote>, Problem> {
    user.require(Permission::AddonsManage)?;
    let version = version_of(params.version.as_deref())?;
    let terms = state.lifecycle.terms(user.desk(), &addon, version.as_ref()).await?;
    let wanted = OrderRequest {
        installation: None,
        addon,
        version: terms.version,
        plan: params.plan,
        quantity: params.licences.unwrap_or(1),
        purpose: OrderPurpose::Install,
    };
    let quote = state.lifecycle.billing().quote(user.desk(), &wanted).await?;
    Ok(Json(Quote::from(&quote)))
}

fn version_of(text: Option<&str>) -> Result<Option<Version>, Problem> {
    let wrong = |_| Problem::field("version", "not-a-version", "expected a version such as 1.2.0");
    text.map(Version::parse).transpose().map_err(wrong)
}
