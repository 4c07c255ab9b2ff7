//! What changes an installation: update, rollback, retry; activate, deactivate; pin, unpin; its name. All need `addons.manage`.

use annex_domain::{ids::InstallationId, permission::Permission};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Consent, Installation, consented,
    create::{label_of, version_of},
    settle, show,
};
use crate::{
    api::{
        extract::{Json, PathParams},
        prefer::Wait,
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(update_installation))
        .routes(routes!(roll_back_installation))
        .routes(routes!(retry_installation))
        .routes(routes!(activate_installation))
        .routes(routes!(deactivate_installation))
        .routes(routes!(pin_installation))
        .routes(routes!(unpin_installation))
        .routes(routes!(set_pre_releases))
        .routes(routes!(set_label))
}

/// What to update to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateInstallation {
    #[schema(example = "1.3.0")]
    version: String,
    /// What is consented to beyond the present grant; nothing when the version asks for nothing new.
    #[serde(default)]
    grant: Vec<Consent>,
    /// The same of what the publisher's own service may do.
    #[serde(default)]
    scopes: Vec<String>,
}

/// Update
///
/// The old version serves until the new one is ready; what is inactive or suspended can be updated, too. What was inactive
/// stays so, what was suspended becomes active. When the update fails, its data is restored, the old version stays as it
/// stood, and `notice` says why. `Prefer: wait=N` as with installing.
#[utoipa::path(
    post, path = "/installations/{installation}/update", tag = "installations", request_body = UpdateInstallation,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Settled: on the new version, or on the old one with a notice.", body = Installation),
        (status = 202, description = "Still updating; poll the installation.", body = Installation),
        (status = 409, description = "`not-allowed` in this status; `pinned`: not a patch of its line; `pre-release`: not opted in; \
            `not-newer`; or changed meanwhile: `conflict`."),
        (status = 422, description = "`consent-needed`: `errors` names each new capability and scope; `version-yanked`, `version-blocked`."),
    ),
)]
async fn update_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    wait: Wait,
    Json(body): Json<UpdateInstallation>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let (version, accepted) = (version_of(&body.version)?, consented(body.grant, &body.scopes)?);
    let started = state.lifecycle.update(user.desk(), id, version, accepted, user.operator()?).await?;
    settle(&state, &user, &started, wait, StatusCode::OK).await
}

/// Roll back
///
/// To the version before the last update, with the data as it was then; pins to it. `Prefer: wait=N` as with installing.
#[utoipa::path(
    post, path = "/installations/{installation}/rollback", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Settled.", body = Installation),
        (status = 202, description = "Still under way; poll the installation.", body = Installation),
        (status = 409, description = "`not-allowed` in this status, or `no-previous-version`."),
    ),
)]
async fn roll_back_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    wait: Wait,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let started = state.lifecycle.rollback(user.desk(), id, None, user.operator()?).await?;
    settle(&state, &user, &started, wait, StatusCode::OK).await
}

/// Try a failed installation again
///
/// `Prefer: wait=N` as with installing.
#[utoipa::path(
    post, path = "/installations/{installation}/retry", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Settled: active, or failed again.", body = Installation),
        (status = 202, description = "Still installing; poll the installation.", body = Installation),
        (status = 409, description = "`not-allowed`: it did not fail."),
    ),
)]
async fn retry_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    wait: Wait,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let started = state.lifecycle.retry_install(user.desk(), id, user.operator()?).await?;
    settle(&state, &user, &started, wait, StatusCode::OK).await
}

/// Activate
///
/// Also lifts a suspension.
#[utoipa::path(
    post, path = "/installations/{installation}/activate", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Active.", body = Installation),
        (status = 409, description = "`not-allowed` in this status."),
        (status = 422, description = "`version-blocked`."),
    ),
)]
async fn activate_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.activate(user.desk(), id, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

/// Deactivate
///
/// Keeps its data and settings.
#[utoipa::path(
    post, path = "/installations/{installation}/deactivate", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Inactive.", body = Installation),
        (status = 409, description = "`not-allowed` in this status."),
    ),
)]
async fn deactivate_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.deactivate(user.desk(), id, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

/// Pin
///
/// To its line of versions: of 1.2.3 only patches, such as 1.2.4, are offered.
#[utoipa::path(
    post, path = "/installations/{installation}/pin", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Pinned.", body = Installation),
        (status = 409, description = "`not-allowed` in this status."),
    ),
)]
async fn pin_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    set_pinned(&state, &user, id, true).await
}

/// Unpin
///
/// Updates are offered again.
#[utoipa::path(
    post, path = "/installations/{installation}/unpin", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Not pinned.", body = Installation),
        (status = 409, description = "`not-allowed` in this status."),
    ),
)]
async fn unpin_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    set_pinned(&state, &user, id, false).await
}

/// Whether pre-releases are offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreReleases {
    offered: bool,
}

/// Offer pre-releases
///
/// Or no longer. Installing a pre-release switches them on.
#[utoipa::path(
    put, path = "/installations/{installation}/pre-releases", tag = "installations", request_body = PreReleases,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Saved.", body = Installation),
        (status = 409, description = "`not-allowed` in this status."),
    ),
)]
async fn set_pre_releases(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<PreReleases>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.set_prereleases(user.desk(), id, body.offered, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

/// What a desk calls an installation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Labelled {
    /// 1 to 60 characters; null: like its add-on.
    #[schema(required, example = "Sales bot")]
    label: Option<String>,
}

/// Name an installation
///
/// Of several of a channel, each has another name. An address that services deliver to goes by it when the channel is uninstalled and
/// installed again.
#[utoipa::path(
    put, path = "/installations/{installation}/label", tag = "installations", request_body = Labelled,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "Saved.", body = Installation),
        (status = 409, description = "`already-installed`: another one is called so; `not-allowed` in this status."),
        (status = 422, description = "`not-a-label` in `errors`."),
    ),
)]
async fn set_label(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<Labelled>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    let label = label_of(body.label.as_deref())?;
    state.lifecycle.rename(user.desk(), id, label, user.operator()?).await?;
    show(&state, &user, id).await.map(Json)
}

async fn set_pinned(
    state: &AppState,
    user: &ApiUser,
    id: InstallationId,
    pinned: bool,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    state.lifecycle.set_pinned(user.desk(), id, pinned, user.operator()?).await?;
    show(state, user, id).await.map(Json)
}
