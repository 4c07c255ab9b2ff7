//! Introspection (RFC 7662) and revocation (RFC 7009) of access tokens, each client for its own alone: it is told nothing of
//! others', as of those that are not there.

use annex_domain::oauth::public_id;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::json;

use super::{
    NO_STORE, access, client,
    id_token::seconds,
    issuer_url,
    refusal::Refusal,
    token::{form_of, words},
};
use crate::state::AppState;

pub(super) async fn introspect(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = form_of(&headers, &body)?;
    let client = client::of(&state, &headers, &form).await?;
    let access = access(&state, form.get("token")).await?;
    let Some(access) = access.filter(|access| access.client == client.id) else {
        return Ok((NO_STORE, Json(json!({ "active": false }))).into_response());
    };
    let mut scope = access.claims.clone();
    scope.extend(words(&access.permissions));
    let id = public_id(client.id);
    let answer = json!({
        "active": true,
        "scope": scope.join(" "),
        "client_id": &id,
        "token_type": "Bearer",
        "iss": issuer_url(&state.config),
        "sub": access.operator.map_or(id, |operator| operator.id.to_string()),
        "iat": seconds(access.created_at),
        "exp": seconds(access.expires_at),
    });
    Ok((NO_STORE, Json(answer)).into_response())
}

pub(super) async fn revoke(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = form_of(&headers, &body)?;
    let client = client::of(&state, &headers, &form).await?;
    annex_desk::oauth::revoke(&state.desk(), client.id, form.get("token")).await?;
    Ok(NO_STORE.into_response())
}
