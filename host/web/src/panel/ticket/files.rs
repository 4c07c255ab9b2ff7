//! Files of a ticket: those of messages are shown or saved, those that wait for their message come and go beside what is written. With
//! script (`assets/attachments.js`) they are uploaded at once, one by one; without, they come with the message. Those that are chosen in
//! a view of an add-on come and go in the same way, before its form is sent.

use annex_desk::attachments::{discard, find};
use annex_domain::{attachment::Attachment, ids::AttachmentId, ticket::Ticket};
use annex_store::tickets;
use askama::Template;
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect},
};

use super::{Draft, DraftState, ticket_page};
use crate::{
    attachment::answer,
    error::PageResult,
    panel::form::{
        FormErrors,
        long::{InPanelWithFiles, Long, WithFiles},
        with_files::{For, Sent, read},
    },
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// What became of files that script uploads.
#[derive(Template)]
#[template(path = "panel/ticket_files.html")]
struct FilesPart {
    shell: Shell,
    /// The address of the ticket; empty for a view.
    at: String,
    /// The field in which the form has their ids.
    sent_as: String,
    files: Vec<Attachment>,
    wrong: Vec<String>,
}

/// `GET /attachments/{attachment}`: the file.
pub(super) async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<AttachmentId>,
    headers: HeaderMap,
) -> PageResult {
    let file = find(&state.desk(), &who.ctx(), id).await?;
    Ok(answer(&state.files, &file, &headers).await?)
}

/// `POST /tickets/{number}/files`: takes files.
pub(super) async fn add(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<WithFiles, Request>,
) -> PageResult {
    let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let sent = read(&state, &who, For::Message(ticket.id.into()), form.into_inner()).await?;
    let at = format!("/tickets/{number}");
    if !who.fragment {
        return Ok(Redirect::to(&at).into_response());
    }
    taken(&who, at, sent)
}

/// `POST /files`: takes files for the field of a view.
pub(super) async fn add_chosen(
    State(state): State<AppState>,
    who: SignedIn,
    form: Long<InPanelWithFiles, Request>,
) -> PageResult {
    let sent = read(&state, &who, For::Panel, form.into_inner()).await?;
    taken(&who, String::new(), sent)
}

/// The files that were taken, and what is wrong with others.
fn taken(who: &SignedIn, at: String, mut sent: Sent) -> PageResult {
    let sent_as = sent.form.iter().next().map(|(field, _)| field.to_owned()).unwrap_or_default();
    let wrong = sent.wrong(&who.t);
    page(&FilesPart { shell: who.titled("", Section::Inbox), at, sent_as, files: sent.uploaded, wrong })
}

/// `POST /tickets/{number}/files/{attachment}/remove`: takes a file away that is not sent. What was typed comes back with the page.
pub(super) async fn remove(
    State(state): State<AppState>,
    who: SignedIn,
    Path((number, id)): Path<(i64, AttachmentId)>,
    form: Long<WithFiles, Request>,
) -> PageResult {
    let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    let sent = read(&state, &who, For::Message(ticket.id.into()), form.into_inner()).await?;
    discard(&state.desk(), &who.ctx(), id).await?;
    if who.fragment {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    again(&state, &who, ticket, sent).await
}

/// `POST /files/{attachment}/remove`: takes a file away that was chosen in a view.
pub(super) async fn remove_chosen(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<AttachmentId>,
) -> PageResult {
    discard(&state.desk(), &who.ctx(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The page with what was typed, the files that were taken, and what is wrong with others.
pub(super) async fn again(state: &AppState, who: &SignedIn, ticket: Ticket, mut sent: Sent) -> PageResult {
    let mut errors = FormErrors::default();
    for text in sent.wrong(&who.t) {
        errors.add("files", text);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let kept = DraftState::posted(format!("/tickets/{}", ticket.number), &sent.form);
    let back = Some((Draft::posted(&sent.form), kept));
    page_with(status, &ticket_page(state, who, ticket, back, errors, None).await?)
}
