//! What is being written, kept until it is sent. With script (`assets/drafts.js`) it is saved while somebody types, and the answer
//! is JSON; without, by a button, and the answer is a page.

use annex_desk::drafts::{Outcome, Save, What, save};
use annex_domain::ticket::Ticket;
use annex_store::{drafts, tickets};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{
    Draft,
    draft_state::{DraftState, Standing, rev, rev_of},
    new::{self, Entered},
    ticket_page,
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, NewTicket, Reply},
    },
    session::SignedIn,
    shell::page_with,
    state::AppState,
};

impl Draft {
    /// As it was sent.
    pub(super) fn posted(form: &Posted) -> Self {
        Self { body: form.get("body").to_owned(), note: form.get("mode") == "note", then: form.get("then").to_owned() }
    }

    /// As the operator left it.
    pub(super) fn stored(ticket: &Ticket, stored: Option<drafts::Draft>) -> (Self, DraftState) {
        let kept = DraftState::stored(format!("/tickets/{}", ticket.number), stored.as_ref());
        let text = stored.map(|draft| draft.text);
        let draft = text.map(|text| Self { body: text.body, note: text.internal, then: String::new() });
        (draft.unwrap_or_default(), kept)
    }
}

/// `POST /tickets/{number}/draft`: keeps a reply or a note.
pub(super) async fn of_message(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<Reply>,
) -> PageResult {
    let writing = Draft::posted(&form);
    let what = What::Message { ticket: number.into(), internal: writing.note };
    match keep(&state, &who, &form, format!("/tickets/{number}"), what).await? {
        Answer::Done(response) => Ok(response),
        Answer::Again(status, errors, kept) => {
            let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
            page_with(status, &ticket_page(&state, &who, ticket, Some((writing, kept)), errors, None).await?)
        }
    }
}

/// `POST /tickets/new/draft`: keeps a new ticket.
pub(super) async fn of_ticket(State(state): State<AppState>, who: SignedIn, form: Long<NewTicket>) -> PageResult {
    let entered = Entered::posted(&form);
    match keep(&state, &who, &form, new::AT.to_owned(), What::Ticket(entered.form())).await? {
        Answer::Done(response) => Ok(response),
        Answer::Again(status, errors, kept) => {
            page_with(status, &new::new_page(&state, &who, errors, entered, kept).await?)
        }
    }
}

/// What comes of keeping.
enum Answer {
    /// This is answered.
    Done(Response),
    /// The page is, with the form as it was sent.
    Again(StatusCode, FormErrors, DraftState),
}

async fn keep(state: &AppState, who: &SignedIn, form: &Posted, at: String, what: What) -> Result<Answer, PageError> {
    // Somebody else has signed in since in this browser: it is not theirs.
    if form.has("operator") && form.get("operator") != who.operator.id.to_string() {
        return Err(PageError::SignedOut { next: at, fragment: who.fragment });
    }
    let (rev, key) = (rev(form), Some(form.get("key").to_owned()));
    let wanted = Save { what, body: form.raw("body").to_owned(), rev, key };
    Ok(match save(&state.desk(), &who.ctx(), wanted).await {
        Ok(outcome) if who.fragment => Answer::Done(told(&outcome)),
        Ok(Outcome::Differs(other)) => {
            let kept = DraftState::beside(at, other.as_ref(), Standing::Differs);
            Answer::Again(StatusCode::CONFLICT, FormErrors::default(), kept)
        }
        Ok(_) => Answer::Done(Flash::success("draft-saved").redirect(&at)),
        Err(refusal) if who.fragment => return Err(refusal.into()),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &[])?;
            Answer::Again(StatusCode::UNPROCESSABLE_ENTITY, errors, DraftState::posted(at, form))
        }
    })
}

/// For script: the version that is kept; else the other one with the fields of the form.
fn told(outcome: &Outcome) -> Response {
    match outcome {
        Outcome::Kept(rev) => Json(json!({ "rev": rev })).into_response(),
        Outcome::Sent => Json(json!({ "sent": true })).into_response(),
        Outcome::Differs(other) => {
            let other = other.as_ref();
            (StatusCode::CONFLICT, Json(json!({ "rev": rev_of(other), "fields": fields(other) }))).into_response()
        }
    }
}

/// The fields of a form with a draft in it, as they would be sent.
fn fields(draft: Option<&drafts::Draft>) -> Vec<(&'static str, &str)> {
    let Some(text) = draft.map(|draft| &draft.text) else { return vec![("body", "")] };
    let Some(form) = &text.form else {
        return vec![("mode", if text.internal { "note" } else { "reply" }), ("body", text.body.as_str())];
    };
    let mut fields = vec![
        ("email", form.email.as_str()),
        ("name", form.name.as_str()),
        ("subject", form.subject.as_str()),
        ("body", text.body.as_str()),
        ("priority", form.priority.as_str()),
    ];
    fields.extend(form.mine.then_some(("mine", "yes")));
    fields
}
