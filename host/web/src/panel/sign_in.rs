//! Signing in and out. A wrong address, a wrong password and a deactivated account look and take the same. A browser that
//! signed in before has attempts of its own.

use std::time::Duration;

use annex_desk::{
    Refusal, Rule,
    sign_in::{Enter, enter, leave},
};
use annex_store::desks;
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::form::Posted;
use crate::{
    cookie::cookie_value,
    device::Device,
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    session::{self, Origin, clear_cookie, cookie_name, local_path, set_cookie},
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/sign-in", get(show).post(sign_in)).route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "panel/sign_in.html")]
pub(super) struct SignInPage {
    pub(super) shell: Shell,
    pub(super) next: String,
    pub(super) email: String,
    pub(super) error: Option<String>,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn show(State(state): State<AppState>, Query(Next { next }): Query<Next>, headers: HeaderMap) -> PageResult {
    let next = local_path(&next);
    if session::current(&state, &headers).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let shell = outside(&state, "sign-in-title", &headers).await?;
    page(&SignInPage { shell, next: next.to_owned(), email: String::new(), error: None })
}

async fn sign_in(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let (email, next) = (form.get("email"), local_path(form.get("next")));
    let device = Device::of(&state, &headers, email);
    let input = Enter {
        trying: device.trying(&address),
        password: form.raw("password").to_owned().into(),
        user_agent: user_agent(&headers),
        replaces: cookie_value(&headers, cookie_name(&state.config)),
    };
    let made = match enter(&state.desk(), input, state.clock.now()).await {
        Ok(made) => made,
        Err(Refusal::TooManyAttempts(wait)) => {
            let shell = outside(&state, "sign-in-title", &headers).await?;
            let text = too_many(&shell.t, wait);
            return Ok(wait_for(wait, refused(StatusCode::TOO_MANY_REQUESTS, shell, &form, text)?));
        }
        Err(Refusal::Rule(Rule::SignInFailed)) => {
            let shell = outside(&state, "sign-in-title", &headers).await?;
            let text = shell.t.get("sign-in-failed");
            return refused(StatusCode::UNPROCESSABLE_ENTITY, shell, &form, text);
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let mut response = Redirect::to(next).into_response();
    set_cookie(&state.config, &mut response, &made.secret);
    device.remember(&state, &mut response);
    Ok(response)
}

fn refused(status: StatusCode, shell: Shell, form: &Posted, error: String) -> PageResult {
    let (email, next) = (form.get("email").to_owned(), local_path(form.get("next")).to_owned());
    page_with(status, &SignInPage { shell, next, email, error: Some(error) })
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> PageResult {
    if let Some(secret) = cookie_value(&headers, cookie_name(&state.config)) {
        leave(&state.desk(), secret).await?;
    }
    let mut response = Flash::success("sign-out-done").redirect("/sign-in");
    clear_cookie(&state.config, &mut response);
    Ok(response)
}

/// What the browser says it is.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The frame of a page where nobody is signed in: in the language of the desk when the host has only one.
pub(super) async fn outside(state: &AppState, title_key: &str, headers: &HeaderMap) -> Result<Shell, PageError> {
    let mut shell = Shell::outside(title_key);
    let all = desks::list(&mut state.db.read().await?).await?;
    if let [desk] = all.as_slice() {
        shell.t = state.i18n.languages(&state.db, desk.id).await?.translator(&desk.locale).in_zone(&desk.time_zone);
        shell.title = shell.t.get(title_key);
    }
    shell.section = Section::None;
    shell.now = state.clock.now();
    shell.toast = Flash::from_headers(headers).and_then(|flash| flash.toast(&shell.t));
    Ok(shell)
}

/// That there were too many attempts, and when the next may be.
pub(super) fn too_many(t: &Translator, wait: Duration) -> String {
    t.with("sign-in-too-many", &[("minutes", &wait.as_secs().div_ceil(60).max(1))])
}

/// Tells browsers and programs how long to wait.
pub(super) fn wait_for(wait: Duration, mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}
