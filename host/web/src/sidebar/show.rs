//! `GET /tickets/{number}/sidebar/{installation}`: the panel as the add-on draws it now.

use std::collections::HashMap;

use annex_lifecycle::{Panel, UseError};
use askama::Template as _;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::{CardPart, PanelPart, Place, fault::Alert, names, place};
use crate::{error::PageError, session::SignedIn, state::AppState};

pub(super) async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, String)>,
) -> Result<Response, PageError> {
    let place = place(&state, &who, number, &id).await?;
    let inner = fresh(&state, &who, &place, None).await?;
    place.answer(&who, StatusCode::OK, inner, None)
}

/// Asks the add-on for its view and draws it, or a card where it cannot answer.
pub(super) async fn fresh(
    state: &AppState,
    who: &SignedIn,
    place: &Place,
    alert: Option<&Alert>,
) -> Result<String, PageError> {
    let rendered = state.lifecycle.render(who.desk.id, place.installation, place.context.clone()).await;
    drawn(state, who, place, rendered, alert).await
}

/// Draws a panel, or a card for the error.
pub(super) async fn drawn(
    state: &AppState,
    who: &SignedIn,
    place: &Place,
    panel: Result<Panel, UseError>,
    alert: Option<&Alert>,
) -> Result<String, PageError> {
    match panel {
        Ok(panel) => {
            let view = panel.view.view();
            let names = names(state, who.desk.id, view).await?;
            let d = place.draw(&names);
            Ok(PanelPart { d: &d, view, state: &panel.state, depth: panel.depth, alert }.render()?)
        }
        Err(error) => {
            let card = place.reader(who).card(error)?;
            Ok(CardPart { d: &place.draw(&HashMap::new()), card: &card }.render()?)
        }
    }
}
