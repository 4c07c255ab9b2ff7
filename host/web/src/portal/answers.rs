//! What waits for a publisher that sets a version up by hand (R16), and its answer: for those without a service that gives it.

use annex_domain::{
    ids::InstallationId,
    provisioning::{Answer, REASON, Reason},
    publisher::{Deed, PublisherStatus},
};
use annex_lifecycle::{AnswerError, Answerer, AskedRequest};
use annex_portal::Rule;
use annex_store::desks;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};

use super::frame::{Around, Insider, Place};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/answers", get(show))
        .route("/portal/publishers/{publisher}/answers/{installation}", post(answer))
}

#[derive(Template)]
#[template(path = "portal/answers.html")]
struct AnswersPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    path: String,
    /// With the name of the desk.
    asked: Vec<(AskedRequest, String)>,
    longest: usize,
}

impl AnswersPage {
    /// What is asked for.
    fn asks(&self, one: &AskedRequest) -> String {
        self.shell.t.get(&format!("portal-answers-{}", one.asked))
    }
}

async fn answers_page(state: &AppState, who: &Insider) -> Result<AnswersPage, PageError> {
    let mut asked = Vec::new();
    for one in state.lifecycle.asked_of(&who.member.publisher).await? {
        let desk = desks::known(&state.db, one.desk).await?.name;
        asked.push((one, desk));
    }
    Ok(AnswersPage {
        shell: who.shell("portal-answers-title"),
        frame: who.around(Place::Answers),
        errors: FormErrors::default(),
        path: who.path("/answers"),
        asked,
        longest: REASON,
    })
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    page(&answers_page(&state, &who).await?)
}

/// What was said; none: nothing, or it was declined without a reason that can be shown.
fn given(form: &Posted) -> Option<Answer> {
    match form.get("answer") {
        "accepted" => Some(Answer::Accepted),
        "rejected" => form.get("reason").parse::<Reason>().ok().map(Answer::Rejected),
        _ => None,
    }
}

async fn answer(
    State(state): State<AppState>,
    Path((_, installation)): Path<(String, String)>,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    who.member.require(Deed::Develop)?;
    if who.organisation.status == PublisherStatus::Suspended {
        return Err(annex_portal::Refusal::from(Rule::Suspended).into());
    }
    let id: InstallationId = installation.parse().map_err(|_| PageError::NotFound)?;
    let Some(answer) = given(&form) else {
        let mut shown = answers_page(&state, &who).await?;
        if !shown.asked.iter().any(|(one, _)| one.installation == id) {
            return Err(PageError::NotFound);
        }
        shown.errors.add(&format!("reason-{id}"), who.payer.t.msg("portal-answers-reason-wrong").arg("max", REASON));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let by = Answerer::Publisher { publisher: who.member.publisher.clone(), account: who.member.account };
    let flash = match state.lifecycle.answer(id, &answer, &by).await {
        Ok(()) => Flash::success("portal-answers-given"),
        Err(AnswerError::UnknownInstallation) => return Err(PageError::NotFound),
        Err(AnswerError::Store(error)) => return Err(error.into()),
        Err(error) => Flash::warning(&format!("error-code-{}", error.code())),
    };
    Ok(flash.redirect(&who.path("/answers")))
}
