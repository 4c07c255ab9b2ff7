//! `GET` of a panel, such as `/tickets/{number}/sidebar/{installation}`: the panel as the add-on draws it now. Beside **Send** script
//! opens it by `POST`, with what stands in the reply box; without, it is told what was saved of that.

use std::collections::HashMap;

use annex_domain::ui::Location;
use annex_lifecycle::{Panel, UseError};
use askama::Template as _;
use axum::{extract::State, http::StatusCode};

use super::{
    CardPart, PanelPart, PanelSlot,
    draw::Draw,
    fault::Alert,
    names, slot,
    turn::{Turn, come_back},
};
use crate::{
    error::{PageError, PageResult},
    panel::form::{
        Posted,
        long::{Long, Reply},
    },
    session::SignedIn,
    state::AppState,
};

pub(super) async fn show(State(state): State<AppState>, turn: Turn, who: SignedIn) -> PageResult {
    turn.remember(&state, &who);
    let slot = slot(&state, &who, turn.at, turn.installation).await?;
    shown(&state, &who, &slot).await
}

/// `POST /tickets/{number}/composer/{installation}`: the same for what stands in the reply box.
pub(super) async fn open(
    State(state): State<AppState>,
    turn: Turn,
    who: SignedIn,
    sent: Long<Reply, Posted>,
) -> PageResult {
    let pairs: Vec<_> = sent.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut slot = slot(&state, &who, turn.at, turn.installation).await?;
    slot.write_down(&pairs);
    shown(&state, &who, &slot).await
}

async fn shown(state: &AppState, who: &SignedIn, slot: &PanelSlot) -> PageResult {
    let rendered = state.lifecycle.render(who.desk.id, slot.installation, slot.context.clone()).await;
    let busy = matches!(rendered, Err(UseError::Busy));
    let inner = drawn(state, who, slot, rendered, Beside::default()).await?;
    let status = if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    slot.answer(who, status, inner, None).map(come_back)
}

/// Asks the add-on for its view and draws it, or a card where it cannot answer.
pub(super) async fn fresh(
    state: &AppState,
    who: &SignedIn,
    slot: &PanelSlot,
    alert: Option<&Alert>,
) -> Result<String, PageError> {
    let rendered = state.lifecycle.render(who.desk.id, slot.installation, slot.context.clone()).await;
    drawn(state, who, slot, rendered, Beside { alert, part: None }).await
}

/// What is drawn beside a view.
#[derive(Default)]
pub(super) struct Beside<'a> {
    /// Above it.
    pub(super) alert: Option<&'a Alert>,
    /// See [`annex_lifecycle::Answer::part`].
    pub(super) part: Option<String>,
}

/// Draws a panel, or a card for the error.
pub(super) async fn drawn(
    state: &AppState,
    who: &SignedIn,
    slot: &PanelSlot,
    panel: Result<Panel, UseError>,
    Beside { alert, part }: Beside<'_>,
) -> Result<String, PageError> {
    match panel {
        Ok(panel) => {
            let names = names(state, who.desk.id, panel.view.view()).await?;
            let (shell, at, installation) = (slot.shell.clone(), slot.at, slot.installation);
            let alert = alert.cloned();
            let writing = match &slot.context.location {
                Location::Composer(place) => Some(place.clone()),
                _ => None,
            };
            let draw = move || {
                let d = Draw { shell: &shell, at, installation, names: &names };
                let Panel { view, state, depth, .. } = &panel;
                let (part, alert, writing) = (part.as_deref(), alert.as_ref(), writing.as_ref());
                PanelPart { d: &d, view: view.view(), state, depth: *depth, part, writing, alert }.render()
            };
            let drawn = state.lifecycle.in_turn(who.desk.id, installation, draw).await;
            Ok(drawn.map_err(PageError::internal)??)
        }
        Err(error) => {
            let card = slot.reader(who).card(error)?;
            Ok(CardPart { d: &slot.draw(&HashMap::new()), card: &card }.render()?)
        }
    }
}
