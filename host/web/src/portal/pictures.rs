//! Icon and pictures of a version's package, for the members of its publisher alone: no help desk sees them before the approval. What an
//! address shows changes with the next package, so nothing keeps it.

use annex_portal::{Picture, projects::picture};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::version::Spot;
use crate::{client_area::Payer, error::PageError, picture::png, state::AppState};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/icon", get(icon))
        .route("/portal/publishers/{publisher}/projects/{project}/{version}/pictures/{position}", get(listed))
}

async fn send(
    state: &AppState,
    payer: Payer,
    address: &(String, String, String),
    which: Picture,
) -> Result<Response, PageError> {
    let place = Spot::find(state, payer, address).await?;
    let (by, project, id) = (&place.who.member, &place.project.id, place.version.id);
    Ok(png(picture(&state.portal(), by, project, id, which).await?))
}

async fn icon(
    State(state): State<AppState>,
    Path(address): Path<(String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    send(&state, payer, &address, Picture::Icon).await
}

async fn listed(
    State(state): State<AppState>,
    Path((publisher, project, version, position)): Path<(String, String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let position = position.parse().map_err(|_| PageError::NotFound)?;
    send(&state, payer, &(publisher, project, version), Picture::Listed(position)).await
}
