//! Signing in again in the session that there is, because the service of an add-on asks for a sign-in that is newer
//! (`issuer/oauth/authorize.rs`). A right password counts as one, and for what costs money; wrong ones are limited as attempts
//! to sign in are.

use annex_desk::{Refusal, sign_in::confirm};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};

use super::{
    form::Posted,
    password_again::given_in,
    sign_in::{Next, on_to, too_many, wait_for},
};
use crate::{
    at::AskedFor,
    error::PageError,
    session::{SignedIn, local_path},
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/sign-in/again", get(show).post(again))
}

#[derive(Template)]
#[template(path = "panel/sign_in_again.html")]
struct SignInAgainPage {
    shell: Shell,
    next: String,
    email: String,
    error: Option<String>,
}

impl SignInAgainPage {
    fn of(who: &SignedIn, next: &str, error: Option<String>) -> Self {
        let shell = who.shell("sign-in-again-title", Section::None);
        Self { shell, next: local_path(next).to_owned(), email: who.operator.email.clone(), error }
    }
}

async fn show(who: SignedIn, Query(Next { next }): Query<Next>) -> Result<Response, PageError> {
    page(&SignInAgainPage::of(&who, &next, None))
}

async fn again(
    State(state): State<AppState>,
    who: SignedIn,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> Result<Response, PageError> {
    let next = form.get("next");
    let refuse = |status, text| page_with(status, &SignInAgainPage::of(&who, next, Some(text)));
    match confirm(&state.desk(), &who.ctx(), &given_in(&who, form.raw("password"))).await {
        Ok(()) => on_to(&state, (&headers, asked), local_path(next)).await,
        Err(Refusal::Invalid(_)) => refuse(StatusCode::UNPROCESSABLE_ENTITY, who.t.get("profile-password-wrong")),
        Err(Refusal::TooManyAttempts(wait)) => {
            Ok(wait_for(wait, refuse(StatusCode::TOO_MANY_REQUESTS, too_many(&who.t, wait))?))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
