//! The statement of a desk whose licence the account holds, as CSV: everything that happened to the desk's account with us.

use annex_domain::ids::DeskId;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::session::Payer;
use crate::{
    error::{PageError, PageResult},
    panel::billing::csv_file,
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/desks/{desk}/statement.csv", get(csv))
}

async fn csv(State(state): State<AppState>, Path(desk): Path<String>, payer: Payer) -> PageResult {
    let desk: DeskId = desk.parse().map_err(|_| PageError::NotFound)?;
    if !payer.desks.iter().any(|held| held.id == desk) {
        return Err(PageError::NotFound);
    }
    Ok(csv_file(&state.billing.statement(desk).await?))
}
