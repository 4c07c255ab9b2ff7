//! Taking a version back that was made available, and offering it again.

use annex_domain::{
    addon::{AddonId, Version},
    ids::ProjectVersionId,
    publisher::PublisherScope,
};
use annex_portal::offerings::{give_back, withdraw};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ApiMember, versions::find};
use crate::{
    api::{extract::PathParams, problem::Problem},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(yank_version)).routes(routes!(give_version_back))
}

/// The release that a version has a package of.
async fn release_of(state: &AppState, by: &ApiMember, path: &(AddonId, ProjectVersionId)) -> Result<Version, Problem> {
    let (_, version) = find(&mut state.db.read().await?, by, path).await?;
    version.package.map(|own| own.version).ok_or_else(|| Problem::not_found("package"))
}

/// Take a version back
///
/// Nobody installs it any more; help desks that have it keep it. Needs the scope `publish`.
#[utoipa::path(
    post, path = "/projects/{project}/versions/{version}/yank", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    responses(
        (status = 204, description = "It is not offered any more."),
        (status = 409, description = "`version-blocked`, `withdrawn-by-platform`: that is the platform's decision."),
    ),
)]
async fn yank_version(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(path): PathParams<(AddonId, ProjectVersionId)>,
) -> Result<StatusCode, Problem> {
    let member = by.require(PublisherScope::Publish)?;
    withdraw(&state.portal(), member, &path.0, &release_of(&state, &by, &path).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Offer a version again
///
/// One that was taken back. Needs the scope `publish`.
#[utoipa::path(
    post, path = "/projects/{project}/versions/{version}/give-back", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    responses(
        (status = 204, description = "It is offered again, to whom it was before."),
        (status = 409, description = "`version-blocked`, `withdrawn-by-platform`: that is the platform's decision."),
    ),
)]
async fn give_version_back(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(path): PathParams<(AddonId, ProjectVersionId)>,
) -> Result<StatusCode, Problem> {
    let member = by.require(PublisherScope::Publish)?;
    give_back(&state.portal(), member, &path.0, &release_of(&state, &by, &path).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}
