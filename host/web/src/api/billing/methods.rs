//! Cards of the account that is logged in. They are added on a page of the gateway, so no card data comes here.

use annex_domain::{
    audit::Action,
    ids::{DeskId, PaymentMethodId},
    operator::Actor,
    permission::Permission,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::methods::{self, Method},
};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use serde_json::json;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::account;
use crate::{
    api::{
        extract::{At, Json},
        problem::Problem,
        user::ApiUser,
        wire::Page,
    },
    state::AppState,
};

/// Where the gateway sends the browser after a card was added.
const BACK: &str = "billing/methods/returned";

/// What the API, the panel and the client area share.
impl AppState {
    /// Writes to the audit log that a desk's people made a card the default one.
    pub(crate) async fn audit_card_default(
        &self,
        tx: &mut Tx,
        desk: DeskId,
        by: Actor,
        card: PaymentMethodId,
    ) -> Result<(), StoreError> {
        let object = format!("payment-method:{card}");
        audit::append(tx, desk, by, Action::BillingMethodDefault, &object, &json!({}), self.clock.now()).await
    }

    /// Writes to the audit log that a desk's people removed a card.
    pub(crate) async fn audit_card_removed(
        &self,
        desk: DeskId,
        by: Actor,
        card: PaymentMethodId,
    ) -> Result<(), StoreError> {
        let object = format!("payment-method:{card}");
        let mut tx = self.db.begin().await?;
        audit::append(&mut tx, desk, by, Action::BillingMethodRemoved, &object, &json!({}), self.clock.now()).await?;
        tx.commit().await
    }
}

/// The answer where [`AppState::payment_wait`] or [`AppState::order_wait`] says to wait.
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
    user.require(Permission::AddonsManage)?;
    let payer = account(&state, &user).await?;
    let back = Url::parse(&state.config.absolute(BACK)).map_err(|error| Problem::internal(&error))?;
    if let Some(wait) = state.payment_wait(payer.id).await? {
        return Err(too_many(wait));
    }
    let url = state.lifecycle.billing().set_up_page(payer.id, &back).await?;
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
    user.require(Permission::AddonsManage)?;
    let payer = account(&state, &user).await?;
    Ok(page(state.lifecycle.billing().refresh_methods(payer.id).await?))
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
    At(id): At<PaymentMethodId>,
) -> Result<Json<Page<PaymentMethod>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let payer = account(&state, &user).await?;
    let mut tx = state.db.begin().await?;
    state.billing.make_default_in(&mut tx, payer.id, id).await?;
    state.audit_card_default(&mut tx, user.desk(), user.actor(), id).await?;
    let list = methods::list(&mut tx, payer.id).await?;
    tx.commit().await?;
    Ok(page(list))
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
    At(id): At<PaymentMethodId>,
) -> Result<StatusCode, Problem> {
    user.require(Permission::AddonsManage)?;
    let payer = account(&state, &user).await?;
    state.lifecycle.billing().remove_method(payer.id, id).await?;
    state.audit_card_removed(user.desk(), user.actor(), id).await?;
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
