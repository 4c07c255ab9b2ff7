//! Panels beside contacts and pages of add-ons. Those beside **Send** and where an add-on is managed are the panel's alone: the one has
//! what stands in its reply box, the other is a tab of its pages.

use annex_domain::ids::InstallationId;
use annex_lifecycle::UseError;
use annex_store::users;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{NotBelow, NotHandled, NotRendered, Panel, PanelAnswer, PanelBack, PanelEvent, RenderPanel, Viewer};
use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
    },
    state::AppState,
};

pub(super) fn beside_contacts() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(render_contact_panel))
        .routes(routes!(send_contact_event))
        .routes(routes!(go_back_beside_contact))
}

/// Pages, which take no permission: see [`for_users`].
pub(in crate::api) fn pages() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(render_page)).routes(routes!(send_page_event)).routes(routes!(go_back_on_page))
}

/// Goes on only for who uses the add-on, before anything reads the body.
pub(in crate::api) async fn for_users(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(installation): PathParams<InstallationId>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let used = users::known_of(&state.db, user.desk(), user.operator()?).await?;
    if !used.contains(&installation) {
        // What is another desk's is not there.
        state.lifecycle.installation(user.desk(), installation).await?;
        return Err(UseError::NotAUser.into());
    }
    Ok(next.run(request).await)
}

/// Render a panel beside a contact
///
/// Needs `tickets.view`.
#[utoipa::path(
    post, path = "/contacts/{contact}/sidebar/{installation}/render", tag = "sidebar", request_body = RenderPanel,
    params(
        ("contact" = String, Path, format = "uuid", description = "Their id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses((status = 200, description = "The panel.", body = Panel), NotRendered),
)]
async fn render_contact_panel(viewer: Viewer, Json(body): Json<RenderPanel>) -> Result<Json<Panel>, Problem> {
    viewer.render(body).await
}

/// Send an event of a panel beside a contact
///
/// As beside a ticket. Needs `tickets.view`.
#[utoipa::path(
    post, path = "/contacts/{contact}/sidebar/{installation}/events", tag = "sidebar", request_body = PanelEvent,
    params(
        ("contact" = String, Path, format = "uuid", description = "Their id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses((status = 200, description = "What changes.", body = PanelAnswer), NotHandled),
)]
async fn send_contact_event(viewer: Viewer, Json(body): Json<PanelEvent>) -> Result<Json<PanelAnswer>, Problem> {
    viewer.handle(body).await
}

/// Go back in a panel beside a contact
///
/// To the view below, without calling the add-on. Needs `tickets.view`.
#[utoipa::path(
    post, path = "/contacts/{contact}/sidebar/{installation}/back", tag = "sidebar", request_body = PanelBack,
    params(
        ("contact" = String, Path, format = "uuid", description = "Their id"),
        ("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation"),
    ),
    responses((status = 200, description = "The view below.", body = Panel), NotBelow),
)]
async fn go_back_beside_contact(viewer: Viewer, Json(body): Json<PanelBack>) -> Result<Json<Panel>, Problem> {
    viewer.back(body).await
}

/// Render a page
///
/// One that the add-on has in the main menu. For whoever uses the add-on.
#[utoipa::path(
    post, path = "/apps/{installation}/render", tag = "sidebar", request_body = RenderPanel,
    params(("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation")),
    responses((status = 200, description = "The page.", body = Panel), NotRendered),
)]
async fn render_page(viewer: Viewer, Json(body): Json<RenderPanel>) -> Result<Json<Panel>, Problem> {
    viewer.render(body).await
}

/// Send an event of a page
///
/// As beside a ticket. For whoever uses the add-on.
#[utoipa::path(
    post, path = "/apps/{installation}/events", tag = "sidebar", request_body = PanelEvent,
    params(("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation")),
    responses((status = 200, description = "What changes.", body = PanelAnswer), NotHandled),
)]
async fn send_page_event(viewer: Viewer, Json(body): Json<PanelEvent>) -> Result<Json<PanelAnswer>, Problem> {
    viewer.handle(body).await
}

/// Go back on a page
///
/// To the view below, without calling the add-on. For whoever uses the add-on.
#[utoipa::path(
    post, path = "/apps/{installation}/back", tag = "sidebar", request_body = PanelBack,
    params(("installation" = String, Path, format = "uuid", description = "Id of a plugin's installation")),
    responses((status = 200, description = "The view below.", body = Panel), NotBelow),
)]
async fn go_back_on_page(viewer: Viewer, Json(body): Json<PanelBack>) -> Result<Json<Panel>, Problem> {
    viewer.back(body).await
}
