//! Operators and roles of the desk, to be read; and who the caller is.

use annex_domain::{
    ids::{DeskId, OperatorId, RoleId},
    operator::{Operator as DomainOperator, Role as DomainRole},
    permission::{Permission, Permissions},
};
use annex_store::{desks, operators, roles};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_me))
        .routes(routes!(list_operators))
        .routes(routes!(get_operator))
        .routes(routes!(list_roles))
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    #[schema(value_type = String, format = "uuid")]
    id: OperatorId,
    name: String,
    email: String,
    /// BCP 47; null: the desk's.
    #[schema(required)]
    locale: Option<String>,
    desk: Desk,
    /// What the roles allow together.
    #[schema(example = json!(["tickets.view", "tickets.reply"]))]
    permissions: Vec<String>,
}

/// A desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Desk {
    #[schema(value_type = String, format = "uuid")]
    id: DeskId,
    name: String,
    /// BCP 47.
    locale: String,
}

/// An operator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Operator {
    #[schema(value_type = String, format = "uuid")]
    id: OperatorId,
    name: String,
    email: String,
    /// May sign in.
    active: bool,
    /// Ids of their roles.
    #[schema(value_type = Vec<String>)]
    roles: Vec<RoleId>,
    created_at: Time,
    #[schema(required)]
    last_sign_in_at: Option<Time>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Role {
    #[schema(value_type = String, format = "uuid")]
    id: RoleId,
    name: String,
    /// It came with the desk.
    builtin: bool,
    permissions: Vec<String>,
}

/// Who am I
///
/// The caller, their desk and what they may do.
#[utoipa::path(
    get, path = "/me", tag = "people",
    responses((status = 200, description = "The caller.", body = Me)),
)]
async fn get_me(State(state): State<AppState>, user: ApiUser) -> Result<Json<Me>, Problem> {
    let desk = desks::known(&state.db, user.desk()).await?;
    let DomainOperator { id, name, email, locale, permissions, .. } = user.profile()?.clone();
    let desk = Desk { id: desk.id, name: desk.name, locale: desk.locale };
    Ok(Json(Me { id, name, email, locale, desk, permissions: words(&permissions) }))
}

/// List operators
///
/// All of this desk, by name. Needs `tickets.view`: tickets are assigned to them.
#[utoipa::path(
    get, path = "/operators", tag = "people",
    responses((status = 200, description = "All of them.", body = Page<Operator>)),
)]
async fn list_operators(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Operator>>, Problem> {
    user.require(Permission::TicketsView)?;
    let mut conn = state.db.read().await?;
    let listed = operators::list(&mut conn, user.desk()).await?;
    Ok(Json(Page::whole(listed.into_iter().map(Operator::from).collect())))
}

/// Read an operator
///
/// Needs `tickets.view`.
#[utoipa::path(
    get, path = "/operators/{operator}", tag = "people",
    params(("operator" = String, Path, format = "uuid", description = "Their id")),
    responses((status = 200, description = "The operator.", body = Operator)),
)]
async fn get_operator(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<OperatorId>,
) -> Result<Json<Operator>, Problem> {
    user.require(Permission::TicketsView)?;
    let mut conn = state.db.read().await?;
    let listed = operators::list(&mut conn, user.desk()).await?;
    let found = listed.into_iter().find(|listed| listed.operator.id == id);
    found.map(|listed| Json(Operator::from(listed))).ok_or_else(|| Problem::not_found("operator"))
}

/// List roles
///
/// All of this desk. Needs `operators.manage`.
#[utoipa::path(
    get, path = "/roles", tag = "people",
    responses((status = 200, description = "All of them.", body = Page<Role>)),
)]
async fn list_roles(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Role>>, Problem> {
    user.require(Permission::OperatorsManage)?;
    let mut conn = state.db.read().await?;
    let roles = roles::list(&mut conn, user.desk()).await?;
    Ok(Json(Page::whole(roles.into_iter().map(Role::from).collect())))
}

fn words(permissions: &Permissions) -> Vec<String> {
    permissions.0.iter().map(|permission| permission.as_str().to_owned()).collect()
}

impl From<operators::Listed> for Operator {
    fn from(listed: operators::Listed) -> Self {
        Self {
            id: listed.operator.id,
            name: listed.operator.name,
            email: listed.operator.email,
            active: listed.operator.active,
            roles: listed.operator.roles,
            created_at: listed.created_at.into(),
            last_sign_in_at: listed.last_sign_in_at.map(Time::from),
        }
    }
}

impl From<DomainRole> for Role {
    fn from(role: DomainRole) -> Self {
        Self { id: role.id, name: role.name, builtin: role.builtin, permissions: words(&role.permissions) }
    }
}
