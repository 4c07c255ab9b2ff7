//! The link of a mail: somebody chooses a password for their first account, or says yes to an invitation with the one they have.

use annex_portal::members::{Entered, Needs, join, look};
use annex_store::publishers::{invitations::Invitation, organisations};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};

use super::{
    field::{Entry, Field, take},
    frame::{Around, is_open},
};
use crate::{
    client_area::{current, outside},
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/welcome/{secret}", get(show).post(accept))
}

#[derive(Template)]
#[template(path = "portal/welcome.html")]
struct WelcomePage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    publisher: String,
    role: String,
    email: String,
    /// Where they sign in first; none when they may go on.
    sign_in: Option<String>,
    /// With which other account they are signed in: they have to leave that first.
    other: Option<String>,
    /// The page itself, to come back to.
    here: String,
}

async fn found(state: &AppState, secret: &str) -> Result<(Invitation, Needs), PageError> {
    is_open(state)?;
    let text = "this link was used, or is too old: ask for another one";
    let gone = || PageError::refused(StatusCode::NOT_FOUND, "invitation-gone", text);
    look(&state.portal(), secret, state.clock.now()).await?.ok_or_else(gone)
}

async fn welcome_page(
    state: &AppState,
    headers: &HeaderMap,
    secret: &str,
    name: &str,
) -> Result<WelcomePage, PageError> {
    let (invitation, needs) = found(state, secret).await?;
    let shell = outside(state, headers, "portal-welcome-title").await?;
    let publisher = organisations::get(&mut state.db.read().await?, &invitation.publisher).await?.name;
    let signed_in = current(state, headers).await?.map(|payer| payer.account.email);
    let must_sign_in = needs == Needs::SignIn && signed_in.as_ref() != Some(&invitation.email);
    let mut fields = Vec::new();
    if needs == Needs::Password {
        if invitation.account.is_none() {
            fields.push(Field::new("name", name, annex_billing::accounts::NAME, Entry::Line));
        }
        fields.push(Field::new("password", "", 256, Entry::NewPassword));
    }
    let here = format!("/portal/welcome/{secret}");
    let query = serde_urlencoded::to_string([("next", here.as_str())]).unwrap_or_default();
    Ok(WelcomePage {
        role: shell.t.get(&format!("portal-role-{}", invitation.role)),
        sign_in: must_sign_in.then(|| format!("/client-area/sign-in?{query}")),
        other: signed_in.filter(|_| must_sign_in),
        here,
        shell,
        frame: Around::outside(),
        errors: FormErrors::default(),
        fields,
        publisher,
        email: invitation.email,
    })
}

async fn show(
    State(state): State<AppState>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&welcome_page(&state, &headers, &secret, "").await?)
}

async fn accept(
    State(state): State<AppState>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    form: Posted,
) -> Result<Response, PageError> {
    found(&state, &secret).await?;
    let signed_in = current(&state, &headers).await?.map(|payer| payer.account.id);
    let entered = Entered { name: form.get("name").to_owned(), password: form.raw("password").to_owned().into() };
    match join(&state.portal(), &secret, signed_in, entered, state.clock.now()).await {
        // Who has just chosen a password signs in with it.
        Ok(joined) => {
            let to = format!("/portal/publishers/{}", joined.publisher);
            Ok(Flash::success("portal-welcome-done").redirect(&to))
        }
        Err(refusal) => {
            let mut shown = welcome_page(&state, &headers, &secret, form.get("name")).await?;
            let status = take(&mut shown.errors, &shown.shell.t, refusal)?;
            page_with(status, &shown)
        }
    }
}
