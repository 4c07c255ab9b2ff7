//! Icon and pictures of a version on a reviewer's table. They are for reviewers alone: no help desk sees them before its approval. What
//! an address shows changes with the next round, so nothing keeps it.

use annex_portal::{Picture, review::picture};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::versions::{read, reviewer};
use crate::{client_area::Payer, error::PageError, picture::png, state::AppState};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/review/versions/{version}/{track}/icon", get(icon))
        .route("/review/versions/{version}/{track}/pictures/{position}", get(listed))
}

async fn send(
    state: &AppState,
    payer: &Payer,
    address: &(String, String),
    which: Picture,
) -> Result<Response, PageError> {
    let by = reviewer(state, payer).await?;
    let (id, track) = read(address)?;
    Ok(png(picture(&state.portal(), &by, id, track, which).await?))
}

async fn icon(
    State(state): State<AppState>,
    Path(address): Path<(String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    send(&state, &payer, &address, Picture::Icon).await
}

async fn listed(
    State(state): State<AppState>,
    Path((version, track, position)): Path<(String, String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let position = position.parse().map_err(|_| PageError::NotFound)?;
    send(&state, &payer, &(version, track), Picture::Listed(position)).await
}
