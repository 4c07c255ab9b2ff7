//! The OAuth clients that come with installations: their secrets are replaced by a publisher's program.

use annex_domain::{ids::InstallationId, publisher::PublisherScope};
use annex_portal::clients::replace;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
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

/// The endpoint of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(replace_secret))
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
    let kept = serde_json::to_vec(&ReplacedSecret { client_id: client_id.clone(), client_secret: None });
    let kept = KeepInstead(kept.map_err(|error| Problem::internal(&error))?.into());
    Ok((Extension(kept), Json(ReplacedSecret { client_id, client_secret: Some(secret) })).into_response())
}
