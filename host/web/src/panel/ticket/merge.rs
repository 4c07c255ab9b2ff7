//! Merging a ticket into another one: a page that says what happens and asks for the number.

use annex_desk::Refusal;
use annex_domain::{permission::Permission, ticket::Ticket};
use annex_store::tickets;
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

#[derive(Template)]
#[template(path = "panel/ticket_merge.html")]
struct MergePage {
    shell: Shell,
    errors: FormErrors,
    ticket: Ticket,
    /// As it was entered.
    into: String,
}

/// `GET /tickets/{number}/merge`
pub(super) async fn ask(State(state): State<AppState>, who: SignedIn, Path(number): Path<i64>) -> PageResult {
    page(&merge_page(&state, &who, number).await?)
}

/// `POST /tickets/{number}/merge`
pub(super) async fn merge(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Posted,
) -> PageResult {
    let mut asked = merge_page(&state, &who, number).await?;
    form.get("into").clone_into(&mut asked.into);
    match asked.into.trim_start_matches('#').parse::<i64>() {
        Ok(into) => match annex_desk::tickets::merge(&state.desk(), &who.ctx(), number.into(), into.into()).await {
            Ok(_) => {
                let flash = Flash::success("merge-done").arg("number", number);
                return Ok(flash.redirect(&format!("/tickets/{into}")));
            }
            Err(Refusal::NotFound(_)) => asked.errors.add("into", who.t.get("form-unknown-into")),
            Err(refusal) => asked.errors.take(&who.t, refusal, &[])?,
        },
        Err(_) if asked.into.is_empty() => asked.errors.add("into", who.t.get("form-required")),
        Err(_) => asked.errors.add("into", who.t.get("form-unknown-into")),
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &asked)
}

async fn merge_page(state: &AppState, who: &SignedIn, number: i64) -> Result<MergePage, PageError> {
    who.require(Permission::TicketsManage)?;
    let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let title = who.t.msg("merge-title").arg("number", number.to_string()).to_string();
    let (errors, into) = (FormErrors::default(), String::new());
    Ok(MergePage { shell: who.titled(title, Section::Inbox), errors, ticket, into })
}
