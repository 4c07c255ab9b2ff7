//! The OAuth clients that come with installations: their secrets and keys are replaced by a publisher's program.

use annex_domain::{ids::InstallationId, publisher::PublisherScope};
use annex_portal::clients::{replace, replace_key};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiMember;
use crate::{
    api::{
        extract::{Json, PathParams},
        idempotency::KeepInstead,
        problem::Problem,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(replace_secret)).routes(routes!(replace_client_key))
}

/// What a service proves itself with from now on. No `Debug`: it is secret.
#[derive(Serialize, ToSchema)]
struct ReplacedSecret {
    /// `annc_…`.
    client_id: String,
    /// `anns_…`; null where a request with an `Idempotency-Key` is answered again.
    #[schema(required)]
    client_secret: Option<String>,
}

/// What a service signs with from now on. No `Debug`: it is secret.
#[derive(Serialize, ToSchema)]
struct ReplacedKey {
    /// `annc_…`.
    client_id: String,
    /// A key pair of ES256 as a JSON Web Key; null where a request with an `Idempotency-Key` is answered again.
    #[schema(required, value_type = Option<Object>)]
    private_key_jwk: Option<Value>,
}

/// What is told once; a request with an `Idempotency-Key` that is answered again gets `kept`.
fn once<T: Serialize>(told: T, kept: &T) -> Result<Response, Problem> {
    let kept = serde_json::to_vec(kept).map_err(|error| Problem::internal(&error))?;
    Ok((Extension(KeepInstead(kept.into())), Json(told)).into_response())
}

/// Replace the secret of an OAuth client
///
/// That of the client that came with an installation of your add-on. The secret before works for 24 hours more. Needs the scope
/// `events`.
#[utoipa::path(
    post, path = "/installations/{id}/secret", tag = "installations",
    params(("id" = String, Path, description = "The installation")),
    responses((status = 200, description = "The client, and its secret.", body = ReplacedSecret)),
)]
async fn replace_secret(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Response, Problem> {
    let member = by.require(PublisherScope::Events)?;
    let (client_id, secret) = replace(&state.portal(), state.lifecycle.vault(), member, id).await?;
    let kept = ReplacedSecret { client_id: client_id.clone(), client_secret: None };
    once(ReplacedSecret { client_id, client_secret: Some(secret) }, &kept)
}

/// Replace the key of an OAuth client
///
/// That of the client that came with an installation of your add-on, for `private_key_jwt`. The key before works for 24 hours more.
/// Needs the scope `events`.
#[utoipa::path(
    post, path = "/installations/{id}/key", tag = "installations",
    params(("id" = String, Path, description = "The installation")),
    responses((status = 200, description = "The client, and its key pair.", body = ReplacedKey)),
)]
async fn replace_client_key(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Response, Problem> {
    let member = by.require(PublisherScope::Events)?;
    let (client_id, key) = replace_key(&state.portal(), state.lifecycle.vault(), member, id).await?;
    let kept = ReplacedKey { client_id: client_id.clone(), private_key_jwk: None };
    once(ReplacedKey { client_id, private_key_jwk: Some(key) }, &kept)
}
