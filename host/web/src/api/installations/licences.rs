//! Licences of a plan per user: more of them, which are charged at once, and fewer from the next period on.

use annex_domain::{
    ids::{InstallationId, PaymentMethodId},
    permission::Permission,
    settings::FieldError,
};
use annex_lifecycle::{Licences as DomainLicences, LifecycleError, MoreLicences};
use axum::{extract::State, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Installation,
    purchase::{answer, may_order},
    users::UsersChoice,
};
use crate::{
    api::{
        amounts::Money,
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
    OpenApiRouter::new().routes(routes!(add_licences, reduce_licences))
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
    /// How many users lose it then, because they got it last; `until` of the users says who.
    losing: u32,
}

/// More licences.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddLicences {
    /// How many more.
    #[schema(minimum = 1, maximum = 100_000)]
    add: u32,
    /// `amount` of the quote that was shown; another price now is refused.
    price: Money,
    /// The id of the card to charge what the credit leaves; the default one when left out, whatever the credit leaves.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    method: Option<PaymentMethodId>,
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
            licences come when it is paid. `no-payment-method`: nothing is ordered, because the account has no card."),
        (status = 403, description = "`login-needed`, `wrong-account`; `confirm-password`: with a session whose password \
            was given more than 15 minutes ago."),
        (status = 409, description = "`price-changed`: `quote` has the price as it is now; `no-licences`: not on a paid \
            plan per user; `order-underway`; `given-up`."),
        (status = 422, description = "`too-few-licences`, `quantity`; `unknown-payment-method`: `method` is no card of the \
            account, or of another gateway."),
        (status = 429, description = "Too many requests, or too many payments that failed: `rate-limited`. \
            `Retry-After` says when to try again."),
    ),
)]
async fn add_licences(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<AddLicences>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let users = UsersChoice::change(body.users)?;
    let (desk, by, key) = (user.desk(), user.operator()?, key.scoped(&user));
    may_order(&state, &user, key.as_deref()).await?;
    let more = MoreLicences { users, method: body.method, ..MoreLicences::of(body.add, body.price.into()) };
    let purchased = state.lifecycle.add_licences(desk, id, more, by, key.as_deref()).await;
    let purchased = purchased.map_err(|error| match error {
        LifecycleError::TooFewLicences { .. } => too_few(&error.to_string()),
        error => error.into(),
    })?;
    answer(&state, &user, purchased, wait).await
}

/// Why so few licences are not sold: each of the users who are named needs one.
fn too_few(message: &str) -> Problem {
    Problem::invalid("too-few-licences", &format!("`add`: {message}"), vec![FieldError::new("add", "too-few", message)])
}

/// Give licences up
///
/// From the next period on; nothing is paid back. Until then all of them can be assigned; who is beyond the fewer ones then
/// loses the add-on, who got it last first. Needs `addons.manage`, and the desk to be logged in to the billing system.
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
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<ReduceLicences>,
) -> Result<Json<Licences>, Problem> {
    user.require(Permission::AddonsManage)?;
    let licences = state.lifecycle.reduce_licences(user.desk(), id, body.to, user.operator()?).await;
    licences.map(|licences| Json(licences.into())).map_err(|error| match error {
        LifecycleError::TooFewLicences { licences, users } => not_so_many(body.to, licences, users),
        error => error.into(),
    })
}

/// Why licences are not reduced to that many: it has more users, or not as many licences.
fn not_so_many(to: u32, licences: u32, users: u32) -> Problem {
    let message = if to > licences {
        format!("it has {licences} licences, and `to` only reduces them: buy more with POST")
    } else {
        format!("licences in use: {users}; take the add-on from some of its users first")
    };
    let error = FieldError::new("to", if to > licences { "too-many" } else { "too-few" }, message.clone());
    Problem::invalid("too-few-licences", &format!("`to`: {message}"), vec![error])
}

impl From<DomainLicences> for Licences {
    fn from(licences: DomainLicences) -> Self {
        let DomainLicences { purchased, assigned, next } = licences;
        Self { purchased, assigned, unassigned: licences.unassigned(), next, losing: licences.losing() }
    }
}
