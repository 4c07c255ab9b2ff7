//! `/forgotten`: a link to another password, by mail; and `/reset/{link}`, where it leads. Whether somebody has the address that was
//! entered, neither the answer nor its time tells.

use annex_desk::{
    Refusal,
    sign_in::{Browser, Reset, forgot, reset, reset_link},
};
use annex_store::logins::Trying;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};

use super::{
    form::{FormErrors, Posted},
    setup::{let_in, used},
    sign_in::{outside, too_many, user_agent, wait_for},
};
use crate::{
    at::AskedFor,
    device::Device,
    error::{PageError, PageResult},
    flash::Flash,
    password,
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/forgotten", get(ask).post(send)).route("/reset/{link}", get(show).post(choose))
}

#[derive(Template)]
#[template(path = "panel/forgotten.html")]
pub(super) struct ForgottenPage {
    pub(super) shell: Shell,
    pub(super) step: Step,
}

/// What the page about a forgotten password says.
pub(super) enum Step {
    /// There is no mail server: an admin has to help.
    NoMail,
    /// Enter the address; with what was entered, when it came too often.
    Ask { email: String, error: Option<String> },
    /// If somebody has that address, a mail is on its way.
    Sent,
}

#[derive(Template)]
#[template(path = "panel/reset.html")]
pub(super) struct ResetPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) link: String,
    pub(super) email: String,
    pub(super) min_password: usize,
}

async fn ask(State(state): State<AppState>, asked: AskedFor, headers: HeaderMap) -> PageResult {
    let step = match state.config.smtp {
        Some(_) => Step::Ask { email: String::new(), error: None },
        None => Step::NoMail,
    };
    page(&ForgottenPage { shell: outside(&state, "forgotten-title", &headers, asked).await?, step })
}

async fn send(
    State(state): State<AppState>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    if state.config.smtp.is_none() {
        return ask(State(state), asked, headers).await;
    }
    let email = form.get("email");
    let device = Device::of(&state, &headers, email);
    let trying = Trying { at: asked.0, ..device.trying(&address) };
    let sent = forgot(&state.desk(), trying, device.known_in(), state.clock.now()).await;
    let shell = outside(&state, "forgotten-title", &headers, asked).await?;
    match sent {
        Ok(()) => page(&ForgottenPage { shell, step: Step::Sent }),
        Err(Refusal::TooManyAttempts(wait)) => {
            let step = Step::Ask { email: email.to_owned(), error: Some(too_many(&shell.t, wait)) };
            let refused = page_with(StatusCode::TOO_MANY_REQUESTS, &ForgottenPage { shell, step })?;
            Ok(wait_for(wait, refused))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn show(
    State(state): State<AppState>,
    Path(link): Path<String>,
    asked: AskedFor,
    headers: HeaderMap,
) -> PageResult {
    match reset_page(&state, link, &headers, asked).await {
        Err(PageError::NotFound) => used(&state, &headers, asked).await,
        drawn => page(&drawn?),
    }
}

async fn choose(
    State(state): State<AppState>,
    Path(link): Path<String>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    match reset_page(&state, link.clone(), &headers, asked).await {
        Err(PageError::NotFound) => return used(&state, &headers, asked).await,
        known => known?,
    };
    let input = Reset {
        link: &link,
        password: form.raw("password").to_owned().into(),
        browser: Browser { address: &address, user_agent: user_agent(&headers) },
    };
    let refusal = match reset(&state.desk(), input, state.clock.now()).await {
        Ok(entered) => return Ok(let_in(&state, &headers, &entered, Flash::success("reset-done").redirect("/"))),
        Err(Refusal::NotFound(_)) => return used(&state, &headers, asked).await,
        Err(refusal) => refusal,
    };
    let mut refused = reset_page(&state, link, &headers, asked).await?;
    refused.errors.take(&refused.shell.t, refusal, &[])?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

async fn reset_page(
    state: &AppState,
    link: String,
    headers: &HeaderMap,
    asked: AskedFor,
) -> Result<ResetPage, PageError> {
    let whose = reset_link(&state.desk(), &link, state.clock.now()).await?;
    if !asked.sees(whose.desk) {
        return Err(PageError::NotFound);
    }
    let shell = outside(state, "reset-title", headers, asked).await?;
    Ok(ResetPage { shell, errors: FormErrors::default(), link, email: whose.email, min_password: password::MIN_LENGTH })
}
