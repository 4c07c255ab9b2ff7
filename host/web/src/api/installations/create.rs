//! `POST /installations`: install an add-on, with consent to exactly what it asks for.

use annex_domain::{
    addon::{AddonId, Version},
    installation::Label,
    permission::Permission,
    words::Invalid,
};
use annex_lifecycle::{Choice, InstallRequest};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Consent, Installation, consented,
    purchase::{PlanChoice, may_order, unpriced},
    settle,
    users::UsersChoice,
};
use crate::{
    api::{extract::Json, idempotency::IdempotencyKey, prefer::Wait, problem::Problem, user::ApiUser},
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create_installation))
}

/// What to install.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateInstallation {
    #[schema(example = "acme.contact-sync")]
    addon: String,
    /// The newest one when left out.
    #[schema(example = "1.2.0")]
    version: Option<String>,
    /// What the desk calls it, 1 to 60 characters. Another one of a channel is installed under another label.
    #[serde(default)]
    #[schema(example = "Sales bot")]
    label: Option<String>,
    /// What is consented to: `capabilities` of the version. Too little is refused, naming what is missing.
    #[serde(default)]
    grant: Vec<Consent>,
    /// What the publisher's own service may do: `scopes` of the version, by their words.
    #[serde(default)]
    #[schema(example = json!(["tickets.view"]))]
    scopes: Vec<String>,
    /// Needed where the add-on has plans.
    #[serde(default)]
    purchase: Option<PlanChoice>,
    /// Who uses it; everyone when left out, or only the caller on a plan per user.
    #[serde(default)]
    users: Option<UsersChoice>,
}

/// Install an add-on
///
/// Installs and activates. `Prefer: wait=N` (0 to 30 seconds, 3 when left out) says how long the answer may wait. A
/// settled answer may also have the status `failed-installation`; its `notice` says why. An answer that is replayed for an
/// `Idempotency-Key` shows how it stood then. What is to be paid is charged before the add-on is switched on, once, and never
/// more than `purchase.price`; when the charge is declined, the installation waits as `payment-due` for its invoice, and goes
/// on by itself when that is paid. Needs `addons.manage`, and the desk to be logged in to the billing system where it costs
/// something.
#[utoipa::path(
    post, path = "/installations", tag = "installations", request_body = CreateInstallation,
    responses(
        (status = 201, description = "Settled: active, or failed.", body = Installation),
        (status = 202, description = "Still installing, or being paid; poll the installation.", body = Installation),
        (status = 402, description = "`payment-due`, `action-required`: `invoice` has number, amount and link. \
            `no-payment-method`: nothing is ordered, because the account has no card."),
        (status = 403, description = "`login-needed`, `wrong-account`; `confirm-password`: with a session whose password \
            was given more than 15 minutes ago."),
        (status = 404, description = "No such add-on or version: `not-found`."),
        (status = 409, description = "`already-installed`; `price-changed`: `quote` has the price as it is now; `no-trial`."),
        (status = 422, description = "`consent-needed`: `errors` names each capability that is missing in `grant`, each scope in `scopes`; \
            `version-yanked`, `version-blocked`; `plan-needed`, `no-plan`, `too-few-licences`, `quantity`; \
            `unknown-payment-method`: `purchase.method` is no card of the account, or of another gateway; \
            `invalid-request`: `purchase.price` is missing, and `quote` has it."),
        (status = 429, description = "Too many requests, or too many payments that failed: `rate-limited`. \
            `Retry-After` says when to try again."),
    ),
)]
async fn create_installation(
    State(state): State<AppState>,
    user: ApiUser,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<CreateInstallation>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let key = key.scoped(&user);
    if body.purchase.as_ref().is_some_and(PlanChoice::costs) {
        may_order(&state, &user, key.as_deref()).await?;
    }
    let field = body.purchase.as_ref().is_some_and(|purchase| purchase.price.is_none()).then_some("purchase.price");
    let request = InstallRequest {
        desk: user.desk(),
        addon: addon_of(&body.addon)?,
        version: body.version.as_deref().map(version_of).transpose()?,
        label: label_of(body.label.as_deref())?,
        by: user.operator()?,
        grant_accepted: consented(body.grant, &body.scopes)?,
        idempotency_key: key,
        purchase: body.purchase.map(Choice::from),
        users: UsersChoice::change(body.users)?,
    };
    let installation = state.lifecycle.install(request).await.map_err(|error| unpriced(error, field))?;
    settle(&state, &user, &installation, wait, StatusCode::CREATED).await
}

/// Reads what a desk calls an installation.
pub(super) fn label_of(text: Option<&str>) -> Result<Option<Label>, Problem> {
    text.map(|text| text.parse().map_err(|error: Invalid| Problem::field("label", "not-a-label", error.0))).transpose()
}

fn addon_of(text: &str) -> Result<AddonId, Problem> {
    text.parse().map_err(|error: Invalid| Problem::field("addon", "not-an-addon-id", error.0))
}

/// Reads a version of a request.
pub(super) fn version_of(text: &str) -> Result<Version, Problem> {
    Version::parse(text).map_err(|_| Problem::field("version", "not-a-version", "expected a version such as 1.2.0"))
}
