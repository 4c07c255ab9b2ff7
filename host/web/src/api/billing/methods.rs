//! Cards of the account that is logged in. They are added on a page of the gateway, so no card data comes here.

use annex_billing::cards;
use annex_domain::{ids::PaymentMethodId, permission::Permission};
use annex_store::billing::methods::{self, Method};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::account;
use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::Page,
    },
    state::AppState,
};

/// Where the gateway sends the browser after a card was added.
const BACK: &str = "billing/methods/returned";

/// The answer where an account tried to pay too often.
pub(crate) fn too_many(wait: u64) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "too many attempts to pay: wait a few minutes")
        .retry_after(wait)
}

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_methods))
        .routes(routes!(set_up_method))
        .routes(routes!(refresh_methods))
        .routes(routes!(make_method_default))
        .routes(routes!(remove_method))
}

/// A card, as far as its gateway shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentMethod {
    #[schema(value_type = String, format = "uuid")]
    id: PaymentMethodId,
    /// `stripe` or `test`.
    gateway: String,
    #[schema(example = "visa")]
    brand: String,
    #[schema(example = "4242")]
    last4: String,
    exp_month: u8,
    exp_year: u16,
    /// The one that is charged.
    is_default: bool,
}

/// A page of the gateway.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetUpPage {
    /// To be opened in a browser by the person who has the card.
    url: String,
}

/// List cards
///
/// Of the account that is logged in, the default one first. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/methods", tag = "billing",
    responses(
        (status = 200, description = "All of them.", body = Page<PaymentMethod>),
        (status = 403, description = "`login-needed`, `wrong-account`."),
    ),
)]
async fn list_methods(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<PaymentMethod>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let payer = account(&state, &user).await?;
    Ok(page(methods::list(&mut state.db.read().await?, payer.id).await?))
}

/// Begin to add a card
///
/// Answers the address of a page of the gateway, where the card is entered. Afterwards the browser comes back to the panel;
/// or post to `/billing/methods/refresh`. Needs `addons.manage`.
#[utoipa::path(
    post, path = "/billing/methods/set-up", tag = "billing",
    responses(
        (status = 200, description = "Where to add the card.", body = SetUpPage),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 503, description = "The gateway cannot be reached: `billing-unavailable`."),
    ),
)]
async fn set_up_method(State(state): State<AppState>, user: ApiUser) -> Result<Json<SetUpPage>, Problem> {
    let back = Url::parse(&state.config.absolute(BACK)).map_err(|error| Problem::internal(&error))?;
    let url = cards::add(&state.billing, &user.caller()?, &back).await?;
    Ok(Json(SetUpPage { url: url.into() }))
}

/// Take over the cards
///
/// As the gateway has them now; one that is new becomes the default. Needs `addons.manage`.
#[utoipa::path(
    post, path = "/billing/methods/refresh", tag = "billing",
    responses(
        (status = 200, description = "All of them.", body = Page<PaymentMethod>),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 503, description = "The gateway cannot be reached: `billing-unavailable`."),
    ),
)]
async fn refresh_methods(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<PaymentMethod>>, Problem> {
    Ok(page(cards::refresh(&state.billing, &user.caller()?).await?.cards))
}

/// Make a card the default
///
/// It is charged from here on. Needs `addons.manage`.
#[utoipa::path(
    post, path = "/billing/methods/{method}/default", tag = "billing",
    params(("method" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "All cards.", body = Page<PaymentMethod>),
        (status = 403, description = "`login-needed`, `wrong-account`."),
    ),
)]
async fn make_method_default(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<PaymentMethodId>,
) -> Result<Json<Page<PaymentMethod>>, Problem> {
    Ok(page(cards::make_default(&state.billing, &user.caller()?, id).await?))
}

/// Remove a card
///
/// Here and at the gateway. Needs `addons.manage`.
#[utoipa::path(
    delete, path = "/billing/methods/{method}", tag = "billing",
    params(("method" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 204, description = "Removed."),
        (status = 403, description = "`login-needed`, `wrong-account`."),
        (status = 503, description = "The gateway cannot be reached: `billing-unavailable`."),
    ),
)]
async fn remove_method(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<PaymentMethodId>,
) -> Result<StatusCode, Problem> {
    cards::remove(&state.billing, &user.caller()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn page(list: Vec<Method>) -> Json<Page<PaymentMethod>> {
    Json(Page::whole(list.into_iter().map(PaymentMethod::from).collect()))
}

impl From<Method> for PaymentMethod {
    fn from(method: Method) -> Self {
        Self {
            id: method.id,
            gateway: method.gateway,
            brand: method.brand,
            last4: method.last4,
            exp_month: method.exp_month,
            exp_year: method.exp_year,
            is_default: method.is_default,
        }
    }
}
