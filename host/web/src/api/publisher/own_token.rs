//! The token that a program comes with: what it may do and until when, and the end of it. So the author tools say as whom they act,
//! and leave nothing behind.

use annex_portal::tokens::give_back;
use annex_store::{billing::accounts, publishers::organisations};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiMember;
use crate::{
    api::{extract::Json, problem::Problem, wire::Time},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_token, end_token))
}

/// The token that the request came with.
#[derive(Debug, Serialize, ToSchema)]
struct OwnToken {
    /// What it is for.
    name: String,
    #[schema(example = "acme")]
    publisher: String,
    publisher_name: String,
    /// The e-mail address of who made it, or let the program in.
    account: String,
    /// What they are to the publisher.
    role: String,
    /// What it may do, as their role allows it now.
    scopes: Vec<String>,
    expires_at: Time,
}

/// Say whose token this is
///
/// Needs no scope.
#[utoipa::path(
    get, path = "/token", tag = "tokens",
    responses((status = 200, description = "The token of this request.", body = OwnToken)),
)]
async fn get_token(State(state): State<AppState>, by: ApiMember) -> Result<Json<OwnToken>, Problem> {
    let mut conn = state.db.read().await?;
    let organisation = organisations::get(&mut conn, &by.member.publisher).await?;
    let account = accounts::get(&mut conn, by.member.account).await?;
    Ok(Json(OwnToken {
        name: by.token.name,
        publisher: organisation.slug.to_string(),
        publisher_name: organisation.name,
        account: account.email,
        role: by.member.role.to_string(),
        scopes: by.token.scopes.iter().map(ToString::to_string).collect(),
        expires_at: by.token.expires_at.into(),
    }))
}

/// End this token
///
/// At once; needs no scope.
#[utoipa::path(
    delete, path = "/token", tag = "tokens",
    responses((status = 204, description = "It works no more.")),
)]
async fn end_token(State(state): State<AppState>, by: ApiMember) -> Result<StatusCode, Problem> {
    give_back(&state.portal(), &by.member, by.token.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
