//! The userinfo endpoint: what the ID token said of an operator, as it is now.

use annex_store::desks;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{NO_STORE, access, id_token, refusal::Refusal};
use crate::state::AppState;

pub(super) async fn userinfo(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Refusal> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map_or("", |(_, token)| token.trim());
    let access = access(&state, token).await?;
    let access = access.ok_or(Refusal::Bearer(StatusCode::UNAUTHORIZED, "invalid_token"))?;
    // A service that asks for itself is nobody.
    let operator = access.operator.ok_or(Refusal::Bearer(StatusCode::FORBIDDEN, "insufficient_scope"))?;
    let desk = desks::known(&state.db, access.desk).await?;
    Ok((NO_STORE, Json(id_token::about(&operator, &desk, &access.claims))).into_response())
}
