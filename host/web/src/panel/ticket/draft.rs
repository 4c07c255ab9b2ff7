//! What is being written, kept until it is sent. With script (`assets/drafts.js`) it is saved while somebody types, and the answer
//! is JSON; without, by a button, and the answer is a page.

use annex_desk::drafts::{Outcome, Save, What, save};
use annex_domain::{clock::Timestamp, ticket::Ticket};
use annex_store::{Conn, StoreError, drafts, tickets};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{
    Draft,
    new::{self, Entered},
    ticket_page,
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{
        FormErrors, Posted,
        long::{Long, NewTicket, Reply},
    },
    session::SignedIn,
    shell::page_with,
    state::AppState,
};

/// What a form says of its draft.
#[derive(Debug, Clone)]
pub(in crate::panel) struct Kept {
    /// The address of the page with the form.
    pub(in crate::panel) at: String,
    /// The version that the next one follows.
    pub(in crate::panel) rev: i64,
    pub(in crate::panel) standing: Standing,
}

/// How what stands in a form is to what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::panel) enum Standing {
    /// Nothing is.
    Blank,
    /// It is the same, since then.
    Saved(Timestamp),
    /// It was sent, and is not kept as it is here.
    Unsaved,
    /// It was sent, and another text is kept.
    Differs,
    /// It is for another requester than what is kept.
    Other,
}

impl Kept {
    /// Of a form with what is kept.
    pub(super) fn stored(at: String, draft: Option<&drafts::Draft>) -> Self {
        let standing = draft.map_or(Standing::Blank, |draft| Standing::Saved(draft.updated_at));
        Self { at, rev: rev_of(draft), standing }
    }

    /// Of a form that comes back as it was sent.
    pub(super) fn posted(at: String, form: &Posted) -> Self {
        Self { at, rev: rev(form), standing: Standing::Unsaved }
    }

    /// Of a form beside which something else is kept.
    pub(super) fn beside(at: String, draft: Option<&drafts::Draft>, standing: Standing) -> Self {
        Self { at, rev: rev_of(draft), standing }
    }

    /// For the script: how it stands.
    pub(super) fn word(&self) -> &'static str {
        match self.standing {
            Standing::Blank => "blank",
            Standing::Saved(_) => "saved",
            Standing::Unsaved => "unsaved",
            Standing::Differs => "differs",
            Standing::Other => "other",
        }
    }

    /// Something else is kept: one of the two has to be chosen.
    pub(super) fn is_beside(&self) -> bool {
        matches!(self.standing, Standing::Differs | Standing::Other)
    }

    pub(super) fn saved_at(&self) -> Option<Timestamp> {
        if let Standing::Saved(at) = self.standing { Some(at) } else { None }
    }
}

fn rev(form: &Posted) -> i64 {
    form.get("rev").parse().unwrap_or(0)
}

fn rev_of(draft: Option<&drafts::Draft>) -> i64 {
    draft.map_or(0, |draft| draft.rev)
}

impl Draft {
    /// As it was sent.
    pub(super) fn posted(form: &Posted) -> Self {
        Self { body: form.get("body").to_owned(), note: form.get("mode") == "note", then: form.get("then").to_owned() }
    }

    /// As the operator left it.
    pub(super) async fn stored(conn: &mut Conn, who: &SignedIn, ticket: &Ticket) -> Result<(Self, Kept), StoreError> {
        let stored = drafts::get(conn, who.desk.id, who.operator.id, Some(ticket.id)).await?;
        let kept = Kept::stored(format!("/tickets/{}", ticket.number), stored.as_ref());
        let text = stored.map(|draft| draft.text);
        let draft = text.map(|text| Self { body: text.body, note: text.internal, then: String::new() });
        Ok((draft.unwrap_or_default(), kept))
    }
}

/// `POST /tickets/{number}/draft`: keeps a reply or a note.
pub(super) async fn of_message(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Long<Reply>,
) -> Result<Response, PageError> {
    let writing = Draft::posted(&form);
    let what = What::Message { ticket: number.into(), internal: writing.note };
    match keep(&state, &who, &form, format!("/tickets/{number}"), what).await? {
        Answer::Done(response) => Ok(response),
        Answer::Again(status, errors, kept) => {
            let ticket = tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
            page_with(status, &ticket_page(&state.db, &who, ticket, Some((writing, kept)), errors, None).await?)
        }
    }
}

/// `POST /tickets/new/draft`: keeps a new ticket.
pub(super) async fn of_ticket(
    State(state): State<AppState>,
    who: SignedIn,
    form: Long<NewTicket>,
) -> Result<Response, PageError> {
    let entered = Entered::posted(&form);
    match keep(&state, &who, &form, new::AT.to_owned(), What::Ticket(entered.form())).await? {
        Answer::Done(response) => Ok(response),
        Answer::Again(status, errors, kept) => page_with(status, &new::new_page(&who, errors, entered, kept)?),
    }
}

/// What comes of keeping.
enum Answer {
    /// This is answered.
    Done(Response),
    /// The page is, with the form as it was sent.
    Again(StatusCode, FormErrors, Kept),
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
            let kept = Kept::beside(at, other.as_ref(), Standing::Differs);
            Answer::Again(StatusCode::CONFLICT, FormErrors::default(), kept)
        }
        Ok(_) => Answer::Done(Flash::success("draft-saved").redirect(&at)),
        Err(refusal) if who.fragment => return Err(refusal.into()),
        Err(refusal) => {
            let mut errors = FormErrors::default();
            errors.take(&who.t, refusal, &[])?;
            Answer::Again(StatusCode::UNPROCESSABLE_ENTITY, errors, Kept::posted(at, form))
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
