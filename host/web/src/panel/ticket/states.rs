//! Spam and trash: putting a ticket away, and bringing it back.

use annex_desk::tickets;
use axum::extract::{Path, State};

use crate::{error::PageResult, flash::Flash, session::SignedIn, state::AppState};

pub(super) async fn spam(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    tickets::mark_spam(&state.desk(), &who.ctx(), number.into(), true).await?;
    Ok(Flash::success("ticket-spam-marked").arg("number", number).redirect("/inbox"))
}

pub(super) async fn not_spam(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    tickets::mark_spam(&state.desk(), &who.ctx(), number.into(), false).await?;
    Ok(Flash::success("ticket-spam-unmarked").redirect(&format!("/tickets/{number}")))
}

pub(super) async fn delete(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    tickets::delete(&state.desk(), &who.ctx(), number.into()).await?;
    Ok(Flash::success("ticket-deleted").arg("number", number).undo(number).redirect("/inbox"))
}

pub(super) async fn restore(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    tickets::restore(&state.desk(), &who.ctx(), number.into()).await?;
    Ok(Flash::success("ticket-restored").redirect(&format!("/tickets/{number}")))
}
