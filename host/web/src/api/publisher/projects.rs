//! Deleting a project that has no package yet, as in the portal.

use annex_domain::{addon::AddonId, publisher::PublisherScope};
use annex_portal::projects::delete;
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiMember;
use crate::{
    api::{extract::PathParams, problem::Problem},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(delete_project))
}

/// Delete a project
///
/// With all that is written about its versions; its id may be used again. Needs the scope `publish`, and an owner who made the token.
#[utoipa::path(
    delete, path = "/projects/{project}", tag = "versions",
    params(("project" = String, Path, description = "The add-on's id")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "`has-packages`: end the add-on instead, in the portal."),
    ),
)]
async fn delete_project(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(project): PathParams<AddonId>,
) -> Result<StatusCode, Problem> {
    let member = by.require(PublisherScope::Publish)?;
    delete(&state.portal(), member, &project).await?;
    Ok(StatusCode::NO_CONTENT)
}
