//! Files about add-ons: their icons and pictures, and what an installation keeps, as an archive (R63).

use annex_domain::{
    addon::{AddonId, Version},
    permission::Permission,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bytes::Bytes;

use super::{errors::page_error, installation};
use crate::{
    error::{PageError, PageResult},
    picture::png,
    session::SignedIn,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/addons/{addon}/icon/{version}", get(icon))
        .route("/addons/{addon}/pictures/{version}/{position}", get(picture))
        .route("/my-addons/{id}/export", get(export))
}

/// The host has drawn the picture anew when it took the package in; a version never changes.
async fn icon(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
) -> PageResult {
    // Agents see it beside the panels of a ticket.
    if !who.may(Permission::TicketsView) {
        who.require(Permission::AddonsManage)?;
    }
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let version: Version = version.parse().map_err(|_| PageError::NotFound)?;
    let bytes =
        state.lifecycle.icon(who.desk.id, &addon, &version).await.map_err(page_error)?.ok_or(PageError::NotFound)?;
    Ok(drawn(bytes))
}

/// The same of a picture of the listing, which everybody may read.
async fn picture(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version, position)): Path<(String, String, String)>,
) -> PageResult {
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let version: Version = version.parse().map_err(|_| PageError::NotFound)?;
    let position: u32 = position.parse().map_err(|_| PageError::NotFound)?;
    let bytes = state.lifecycle.picture(who.desk.id, &addon, &version, position).await.map_err(page_error)?;
    Ok(drawn(bytes.ok_or(PageError::NotFound)?))
}

fn drawn(bytes: Bytes) -> Response {
    let mut response = png(bytes);
    let kept = HeaderValue::from_static("private, max-age=86400, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

async fn export(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let archive = state.lifecycle.export(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let name = format!("attachment; filename=\"{}.tar.zst\"", view.installation.addon);
    let mut response = archive.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zstd"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
