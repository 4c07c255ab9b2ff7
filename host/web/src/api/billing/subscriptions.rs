//! What the desk pays for or tries, and what it has ordered.

use annex_domain::permission::Permission;
use annex_store::billing::{orders, subscriptions};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Order, Subscription};
use crate::{
    api::{extract::Json, problem::Problem, user::ApiUser, wire::Page},
    prices::Seats,
    state::AppState,
};

/// The newest ones: older orders are on their invoices.
const MOST_ORDERS: u32 = 500;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_subscriptions)).routes(routes!(list_orders))
}

/// List subscriptions
///
/// Those that have not ended, oldest first, in one page: there is at most one for each installation. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/subscriptions", tag = "billing",
    responses((status = 200, description = "All of them.", body = Page<Subscription>)),
)]
async fn list_subscriptions(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Subscription>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let mut conn = state.db.read().await?;
    let list = subscriptions::list(&mut conn, user.desk()).await?;
    let seats = Seats::of(&mut conn, user.desk()).await?;
    Ok(Json(Page::whole(list.iter().map(|one| Subscription::new(one, seats, user.locale())).collect())))
}

/// List orders
///
/// The newest 500, newest first. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/orders", tag = "billing",
    responses((status = 200, description = "The newest ones.", body = Page<Order>)),
)]
async fn list_orders(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Order>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let mut conn = state.db.read().await?;
    let list = orders::list(&mut conn, user.desk(), MOST_ORDERS).await?;
    let seats = Seats::of(&mut conn, user.desk()).await?;
    Ok(Json(Page::whole(list.iter().map(|order| Order::new(order, seats, user.locale())).collect())))
}
