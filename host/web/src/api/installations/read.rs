//! Reading installations.

use annex_domain::{addon::AddonId, ids::InstallationId, permission::Permission};
use annex_store::billing::subscriptions;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Installation, show};
use crate::{
    api::{
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::{InstallationStatus, Kind, Page},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_installations)).routes(routes!(get_installation))
}

/// Which installations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListInstallations {
    /// Only of this add-on.
    #[param(value_type = Option<String>)]
    addon: Option<AddonId>,
    /// Only of this kind.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only with this status.
    #[param(inline)]
    status: Option<InstallationStatus>,
}

/// List installations
///
/// All of this desk, in one page: there is at most one for each add-on, and as many of a channel as have names of their own. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations", tag = "installations", params(ListInstallations),
    responses((status = 200, description = "All that match.", body = Page<Installation>)),
)]
async fn list_installations(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<ListInstallations>,
) -> Result<Json<Page<Installation>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let views = state.lifecycle.installations(user.desk()).await?;
    let items = views.iter().filter(|view| {
        let installation = &view.installation;
        params.addon.as_ref().is_none_or(|addon| *addon == installation.addon)
            && params.kind.is_none_or(|kind| kind == installation.kind.into())
            && params.status.is_none_or(|status| status == installation.status.into())
    });
    let live = subscriptions::list(&mut state.db.read().await?, user.desk()).await?;
    let now = state.clock.now();
    let items = items.map(|view| {
        let live = live.iter().find(|live| live.installation == view.installation.id);
        Installation::new(view, live, now)
    });
    Ok(Json(Page::whole(items.collect())))
}

/// Read an installation
///
/// Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "As it stands.", body = Installation)),
)]
async fn get_installation(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Installation>, Problem> {
    user.require(Permission::AddonsManage)?;
    show(&state, &user, id).await.map(Json)
}
