//! Signing in and out. The limit on attempts is in the database, so that it holds for all nodes; a wrong address, a
//! wrong password and a deactivated account look and take the same. A browser that signed in before has attempts of its own.

use std::time::Duration;

use annex_store::{desks, logins, operators, sessions};
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
    device::Device,
    error::PageError,
    flash::Flash,
    password,
    session::{self, Origin, clear_cookie, cookie_name, cookie_value, local_path, set_cookie},
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

async fn show(
    State(state): State<AppState>,
    Query(Next { next }): Query<Next>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
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
) -> Result<Response, PageError> {
    let (email, next) = (form.get("email"), local_path(form.get("next")));
    let now = state.clock.now();
    let device = Device::of(&state, &headers, email);
    let mut tx = state.db.begin().await?;
    let attempt = logins::attempt(&mut tx, device.trying(&address), now).await?;
    tx.commit().await?;
    if let logins::Attempt::Wait(wait) = attempt {
        let shell = outside(&state, "sign-in-title", &headers).await?;
        let text = shell.t.with("sign-in-too-many", &[("minutes", &minutes(wait))]);
        let mut response = refused(StatusCode::TOO_MANY_REQUESTS, shell, &form, text)?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        return Ok(response);
    }

    let known = {
        let mut conn = state.db.read().await?;
        operators::by_email(&mut conn, email).await?
    };
    let (operator, hash) = known.map_or((None, None), |known| (Some(known.operator), known.password_hash));
    let right = password::verify(form.raw("password").to_owned().into(), hash).await;
    let Some(operator) = operator.filter(|operator| right && operator.active) else {
        let shell = outside(&state, "sign-in-title", &headers).await?;
        let text = shell.t.get("sign-in-failed");
        return refused(StatusCode::UNPROCESSABLE_ENTITY, shell, &form, text);
    };

    let mut tx = state.db.begin().await?;
    logins::succeeded(&mut tx, device.trying(&address)).await?;
    // A session that this browser may have had ends: the new one has a new secret.
    if let Some(old) = cookie_value(&headers, cookie_name(&state.config)) {
        sessions::revoke_secret(&mut tx, old).await?;
    }
    operators::signed_in(&mut tx, operator.desk, operator.id, now).await?;
    let made = sessions::create(&mut tx, operator.desk, operator.id, user_agent(&headers), &address, state.clock.now())
        .await?;
    tx.commit().await?;
    let mut response = Redirect::to(next).into_response();
    set_cookie(&state.config, &mut response, &made.secret);
    device.remember(&state, &mut response);
    Ok(response)
}

fn refused(status: StatusCode, shell: Shell, form: &Posted, error: String) -> Result<Response, PageError> {
    let (email, next) = (form.get("email").to_owned(), local_path(form.get("next")).to_owned());
    page_with(status, &SignInPage { shell, next, email, error: Some(error) })
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(secret) = cookie_value(&headers, cookie_name(&state.config)) {
        let mut tx = state.db.begin().await?;
        sessions::revoke_secret(&mut tx, secret).await?;
        tx.commit().await?;
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
    let mut conn = state.db.read().await?;
    if let [desk] = desks::list(&mut conn).await?.as_slice() {
        shell.t = state.i18n.languages(&mut conn, desk.id).await?.translator(&desk.locale).in_zone(&desk.time_zone);
        shell.title = shell.t.get(title_key);
    }
    shell.section = Section::None;
    shell.now = state.clock.now();
    shell.toast = Flash::from_headers(headers).and_then(|flash| flash.toast(&shell.t));
    Ok(shell)
}

fn minutes(wait: Duration) -> u64 {
    wait.as_secs().div_ceil(60).max(1)
}
