//! Signing in and out. A wrong address, a wrong password and a deactivated account look and take the same. A browser that
//! signed in before has attempts of its own. Whoever gave a password that is right in several desks chooses one of them; the
//! browser keeps which, and it is the first the next time. A form may name the desk (`switch_desk`).

use std::{iter, time::Duration};

use annex_desk::{
    Refusal, Rule,
    sign_in::{Choice, Enter, Entrance, Way, choose, enter, leave},
};
use annex_domain::{clock::Timestamp, ids::DeskId};
use annex_store::{desks, logins::Trying};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::form::Posted;
use crate::{
    at::AskedFor,
    client_area::by_page,
    cookie::{cookie_value, put_cookie},
    device::Device,
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    session::{self, Origin, clear_cookie, cookie_name, local_path, set_cookie},
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// How long somebody may look at the desks to choose from.
const CHOOSING: Duration = Duration::from_secs(5 * 60);
/// How long a browser keeps which was chosen.
const KEPT: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// Nothing else that is sealed can be taken for what was told at a sign-in.
const CONTEXT: &str = "desks to choose from at a sign-in";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-in/desk", post(choose_desk))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "panel/sign_in.html")]
pub(super) struct SignInPage {
    pub(super) shell: Shell,
    pub(super) next: String,
    pub(super) email: String,
    pub(super) error: Option<String>,
}

#[derive(Template)]
#[template(path = "panel/sign_in_desk.html")]
pub(super) struct DeskPage {
    pub(super) shell: Shell,
    pub(super) next: String,
    pub(super) ways: Vec<Way>,
    /// The same for the host alone.
    pub(super) sealed: String,
}

/// Somebody who gave a password, and where it is right.
#[derive(Serialize, Deserialize)]
struct Right {
    account: String,
    ways: Vec<Way>,
    until: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

async fn show(
    State(state): State<AppState>,
    Query(Next { next }): Query<Next>,
    asked: AskedFor,
    headers: HeaderMap,
) -> PageResult {
    let next = local_path(&next);
    let signed_in = match session::current(&state, &headers, asked).await {
        Ok(found) => found.is_some(),
        // They may work in another desk.
        Err(Refusal::Rule(Rule::DeskSuspended)) => false,
        Err(refusal) => return Err(refusal.into()),
    };
    if signed_in {
        return Ok(Redirect::to(next).into_response());
    }
    let shell = outside(&state, "sign-in-title", &headers, asked).await?;
    page(&SignInPage { shell, next: next.to_owned(), email: String::new(), error: None })
}

async fn sign_in(
    State(state): State<AppState>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let (email, next) = (form.get("email"), local_path(form.get("next")));
    let device = Device::of(&state, &headers, email);
    let input = Enter {
        trying: Trying { at: asked.0.or_else(|| form.get("desk").parse().ok()), ..device.trying(&address) },
        known_in: device.known_in(),
        password: form.raw("password").to_owned().into(),
        user_agent: user_agent(&headers),
        replaces: cookie_value(&headers, cookie_name(&state.config)),
    };
    match enter(&state.desk(), input, state.clock.now()).await {
        Ok(Entrance::In { desk, session }) => {
            came_in(&state, (&headers, asked), (device, [desk].as_slice()), &session.secret, next).await
        }
        Ok(Entrance::Choose(ways)) => {
            let shell = outside(&state, "sign-in-desk-title", &headers, asked).await?;
            page(&desk_page(&state, &headers, shell, next, (email, ways))?)
        }
        Err(refusal) => turned_away(&state, &headers, asked, &form, refusal).await,
    }
}

/// The desks to choose from; the one that was chosen the last time comes first.
fn desk_page(
    state: &AppState,
    headers: &HeaderMap,
    shell: Shell,
    next: &str,
    (account, mut ways): (&str, Vec<Way>),
) -> Result<DeskPage, PageError> {
    if let Some(last) = cookie_value(headers, desk_cookie(state)) {
        ways.sort_by_key(|way| way.desk.to_string() != last);
    }
    let right = Right { account: account.to_owned(), ways: ways.clone(), until: state.clock.now().after(CHOOSING) };
    let bytes = serde_json::to_vec(&right).map_err(PageError::internal)?;
    let sealed = state.lifecycle.vault().seal_state(CONTEXT, &bytes).map_err(PageError::internal)?;
    Ok(DeskPage { shell, next: next.to_owned(), ways, sealed: hex::encode(sealed) })
}

async fn choose_desk(
    State(state): State<AppState>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> Result<Response, PageError> {
    let right = told(&state, form.get("ways"));
    let way = right.as_ref().and_then(|right| right.ways.iter().find(|way| way.desk.to_string() == form.get("desk")));
    let (Some(right), Some(way)) = (&right, way.filter(|way| asked.sees(way.desk))) else {
        return Ok(Flash::warning("sign-in-desk-late").redirect("/sign-in"));
    };
    let device = Device::of(&state, &headers, &right.account);
    let replaces = cookie_value(&headers, cookie_name(&state.config));
    let chosen = Choice { way, trying: device.trying(&address), user_agent: user_agent(&headers), replaces };
    match choose(&state.desk(), chosen, state.clock.now()).await {
        Ok(made) => {
            let next = local_path(form.get("next"));
            let given: Vec<DeskId> = iter::once(way).chain(&right.ways).map(|way| way.desk).collect();
            let mut response =
                came_in(&state, (&headers, asked), (device, given.as_slice()), &made.secret, next).await?;
            let desk = way.desk.to_string();
            put_cookie(&state.config, &mut response, desk_cookie(&state), &desk, KEPT.as_secs());
            Ok(response)
        }
        Err(refusal) => turned_away(&state, &headers, asked, &form, refusal).await,
    }
}

/// What was told at a sign-in that was not long ago.
fn told(state: &AppState, sealed: &str) -> Option<Right> {
    let bytes = state.lifecycle.vault().open_state(CONTEXT, &hex::decode(sealed).ok()?).ok()?;
    serde_json::from_slice::<Right>(&bytes).ok().filter(|right| state.clock.now() < right.until)
}

fn desk_cookie(state: &AppState) -> &'static str {
    if state.config.is_https() { "__Host-annex-desk" } else { "annex-desk" }
}

async fn came_in(
    state: &AppState,
    (headers, asked): (&HeaderMap, AskedFor),
    (device, desks): (Device, &[DeskId]),
    secret: &str,
    next: &str,
) -> PageResult {
    let mut response = on_to(state, (headers, asked), next).await?;
    set_cookie(&state.config, &mut response, secret);
    device.remember_in(desks, state, &mut response);
    Ok(response)
}

/// On to where a person wanted to go. To what leads away from this host, such as single sign-on, by a page: the policy that
/// forms post to this host alone stops all redirects behind a form that lead to another.
pub(super) async fn on_to(state: &AppState, (headers, asked): (&HeaderMap, AskedFor), next: &str) -> PageResult {
    if !next.starts_with("/oauth/") {
        return Ok(Redirect::to(next).into_response());
    }
    let to = state.config.public_url.join(next).map_err(PageError::internal)?;
    by_page(outside(state, "sign-in-title", headers, asked).await?, &to)
}

/// The form again, with what kept them out.
async fn turned_away(
    state: &AppState,
    headers: &HeaderMap,
    asked: AskedFor,
    form: &Posted,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let shell = outside(state, "sign-in-title", headers, asked).await?;
    match refusal {
        Refusal::TooManyAttempts(wait) => {
            let text = too_many(&shell.t, wait);
            Ok(wait_for(wait, refused(StatusCode::TOO_MANY_REQUESTS, shell, form, text)?))
        }
        Refusal::Rule(Rule::SignInFailed) => {
            let text = shell.t.get("sign-in-failed");
            refused(StatusCode::UNPROCESSABLE_ENTITY, shell, form, text)
        }
        Refusal::Rule(Rule::DeskSuspended) => {
            let text = shell.t.get("error-code-desk-suspended");
            refused(StatusCode::FORBIDDEN, shell, form, text)
        }
        other => Err(other.into()),
    }
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

/// The frame of a page where nobody is signed in: in the language of the desk that was asked for, or of the only one of the host.
pub(super) async fn outside(
    state: &AppState,
    title_key: &str,
    headers: &HeaderMap,
    asked: AskedFor,
) -> Result<Shell, PageError> {
    let mut shell = Shell::outside(title_key);
    let desk = match asked.0 {
        Some(id) => Some(desks::known(&state.db, id).await?),
        None => desks::only(&mut state.db.read().await?).await?,
    };
    if let Some(desk) = desk {
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
