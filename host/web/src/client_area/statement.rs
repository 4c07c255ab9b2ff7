//! The statement of a desk whose licence the account holds, as CSV: everything that happened to the desk's account with us.

use annex_billing::ledger::{statement, zone};
use annex_domain::ids::DeskId;
use annex_store::billing::{desks as bills, entries};
use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::session::Payer;
use crate::{error::PageError, state::AppState};

/// Entries that are read at a time.
const PAGE: u32 = 1000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/desks/{desk}/statement.csv", get(csv))
}

async fn csv(State(state): State<AppState>, Path(desk): Path<String>, payer: Payer) -> Result<Response, PageError> {
    let desk: DeskId = desk.parse().map_err(|_| PageError::NotFound)?;
    if !payer.desks.iter().any(|held| held.id == desk) {
        return Err(PageError::NotFound);
    }
    let mut conn = state.db.read().await?;
    let bill = bills::get(&mut conn, desk).await?;
    let zone = zone(bill.as_ref().map_or("UTC", |bill| &bill.time_zone)).map_err(PageError::internal)?;
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |entry: &entries::Entry| entry.id);
        let more = entries::list(&mut conn, desk, after, PAGE).await?;
        if more.is_empty() {
            break;
        }
        all.extend(more);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"statement.csv\""),
    ];
    Ok((headers, statement::csv(&statement::rows(&all, &zone))).into_response())
}
