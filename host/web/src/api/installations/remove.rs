//! Removing an installation: what will be deleted, an export of it, and the deletion.

use annex_domain::{ids::InstallationId, permission::Permission};
use annex_lifecycle::{UninstallItem, UninstallManifest};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Installation, show};
use crate::{
    api::{
        extract::{Json, Params, PathParams},
        prefer::Wait,
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_deletion))
        .routes(routes!(export_installation))
        .routes(routes!(delete_installation))
}

/// What an uninstall deletes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deletion {
    #[schema(example = "acme.contact-sync")]
    addon: String,
    name: String,
    items: Vec<DeletionItem>,
}

/// One kind of data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletionItem {
    #[schema(example = "kv-entries")]
    what: String,
    count: u64,
    bytes: u64,
}

/// How to delete.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteInstallation {
    /// The add-on's id, to say that you know what you are deleting.
    confirm: Option<String>,
    /// Whatever its status.
    #[serde(default)]
    force: bool,
}

/// What an uninstall would delete
///
/// Counts and bytes. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/deletion", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "What there is.", body = Deletion)),
)]
async fn get_deletion(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Deletion>, Problem> {
    user.require(Permission::AddonsManage)?;
    let manifest = state.lifecycle.uninstall_manifest(user.desk(), id).await?;
    Ok(Json(deletion_of(manifest, user.locale())))
}

/// Export
///
/// Everything that an uninstall would delete, but for secrets, as a tar archive packed with zstd. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/export", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The archive.", body = Vec<u8>, content_type = "application/zstd")),
)]
async fn export_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let addon = state.lifecycle.installation(user.desk(), id).await?.installation.addon.clone();
    let archive = state.lifecycle.export(user.desk(), id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zstd".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{addon}.tar.zst\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, archive).into_response())
}

/// Uninstall
///
/// Runs its `uninstall` hook and deletes all its data and settings, for good. `Prefer: wait=N` as with installing.
/// Needs `addons.manage`.
#[utoipa::path(
    delete, path = "/installations/{installation}", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id"), DeleteInstallation),
    responses(
        (status = 204, description = "Gone."),
        (status = 202, description = "Still uninstalling; poll until 404.", body = Installation),
        (status = 409, description = "`not-allowed` in this status; `force` would do it where the platform \
            switched it on for the desk, else `force-disabled`."),
        (status = 422, description = "`confirmation-mismatch`: pass the add-on's id as `confirm`."),
    ),
)]
async fn delete_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Params(params): Params<DeleteInstallation>,
    wait: Wait,
) -> Result<Response, Problem> {
    user.require(Permission::AddonsManage)?;
    let view = state.lifecycle.installation(user.desk(), id).await?;
    if params.confirm.as_deref() != Some(view.installation.addon.as_str()) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "confirmation-mismatch",
            format!("this deletes its data for good: pass `confirm={}` to do it", view.installation.addon),
        )
        .with_field("confirm", "mismatch", "pass the id of the add-on"));
    }
    state.lifecycle.uninstall(user.desk(), id, user.operator()?, params.force).await?;
    if state.lifecycle.wait(user.desk(), id, wait.0).await?.is_none() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok((StatusCode::ACCEPTED, Json(show(&state, &user, id).await?)).into_response())
}

fn deletion_of(manifest: UninstallManifest, locale: &str) -> Deletion {
    let item = |item: UninstallItem| DeletionItem { what: item.what.to_owned(), count: item.count, bytes: item.bytes };
    Deletion {
        addon: manifest.addon.to_string(),
        name: manifest.name.get(locale).to_owned(),
        items: manifest.items.into_iter().map(item).collect(),
    }
}
