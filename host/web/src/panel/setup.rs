//! `/setup/{token}`: a one-time link. The first one, printed at the first start, makes the admin of a desk; later ones
//! are invitations, with which an operator chooses a password. Either way the person is signed in afterwards.

use annex_desk::{
    Refusal,
    sign_in::{Browser, Entered, Invitation, SetUp, invitation, set_up},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{
    form::{FormErrors, Posted},
    sign_in::{outside, user_agent},
};
use crate::{
    at::AskedFor,
    device::Device,
    error::{PageError, PageResult},
    password,
    session::{Origin, set_cookie},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/setup/{token}", get(show).post(accept))
}

#[derive(Template)]
#[template(path = "panel/setup.html")]
pub(super) struct SetupPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) token: String,
    pub(super) desk: String,
    pub(super) name: String,
    pub(super) email: String,
    /// An invitation: desk and address are known.
    pub(super) invite: bool,
    pub(super) min_password: usize,
}

#[derive(Template)]
#[template(path = "panel/setup_used.html")]
pub(super) struct UsedPage {
    pub(super) shell: Shell,
}

async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    asked: AskedFor,
    headers: HeaderMap,
) -> PageResult {
    let Some(known) = known(&state, &token, asked).await? else { return used(&state, &headers, asked).await };
    page(&setup_page(&state, (&headers, asked), token, known, None).await?)
}

/// What a link is for; none when it works no longer, or is one of another desk than was asked for.
async fn known(state: &AppState, token: &str, asked: AskedFor) -> Result<Option<Invitation>, PageError> {
    match invitation(&state.desk(), token, state.clock.now()).await {
        Err(Refusal::NotFound(_)) => Ok(None),
        known => Ok(Some(known?).filter(|known| asked.sees(known.desk.id))),
    }
}

async fn accept(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let Some(known) = known(&state, &token, asked).await? else { return used(&state, &headers, asked).await };
    let now = state.clock.now();
    let input = SetUp {
        link: &token,
        desk: form.get("desk"),
        name: form.get("name"),
        email: form.get("email"),
        password: form.raw("password").to_owned().into(),
        browser: Browser { address: &address, user_agent: user_agent(&headers) },
    };
    let refusal = match set_up(&state.desk(), input, now).await {
        Ok(entered) => return Ok(let_in(&state, &headers, &entered, Redirect::to("/").into_response())),
        Err(Refusal::NotFound(_)) => return used(&state, &headers, asked).await,
        Err(refusal) => refusal,
    };
    let mut refused = setup_page(&state, (&headers, asked), token, known, Some(&form)).await?;
    refused.errors.take(&refused.shell.t, refusal, &[])?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

/// As it was filled in; what is known of somebody who is invited is not for the form to say.
async fn setup_page(
    state: &AppState,
    (headers, asked): (&HeaderMap, AskedFor),
    token: String,
    known: Invitation,
    form: Option<&Posted>,
) -> Result<SetupPage, PageError> {
    let shell = outside(state, "setup-title", headers, asked).await?;
    let entered = |field, known: String| form.map_or(known, |form| form.get(field).to_owned());
    let invite = known.operator.is_some();
    let (name, email) = known.operator.map(|operator| (operator.name, operator.email)).unwrap_or_default();
    Ok(SetupPage {
        shell,
        errors: FormErrors::default(),
        token,
        desk: if invite { known.desk.name } else { entered("desk", known.desk.name) },
        name: entered("name", name),
        email: if invite { email } else { entered("email", email) },
        invite,
        min_password: password::MIN_LENGTH,
    })
}

/// The browser is that of somebody who has just chosen a password.
pub(super) fn let_in(state: &AppState, headers: &HeaderMap, entered: &Entered, mut response: Response) -> Response {
    set_cookie(&state.config, &mut response, &entered.session.secret);
    Device::of(state, headers, &entered.email).remember_in(&[entered.desk], state, &mut response);
    response
}

/// That the link works no longer.
pub(super) async fn used(state: &AppState, headers: &HeaderMap, asked: AskedFor) -> PageResult {
    let shell = outside(state, "setup-used-title", headers, asked).await?;
    page_with(StatusCode::NOT_FOUND, &UsedPage { shell })
}
