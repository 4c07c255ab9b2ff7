//! Changing the password of a billing account: every other session of it ends.

use annex_billing::accounts::{attempt, change_password, counted_as};
use annex_store::{billing::accounts, logins::Trying};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::get,
};

use super::{
    area::{Area, AreaSection},
    session::{self, Payer, set_cookie},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::{FormErrors, Posted},
    password,
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/password", get(show).post(change))
}

#[derive(Template)]
#[template(path = "client_area/password.html")]
pub(super) struct PasswordPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) errors: FormErrors,
    pub(super) email: String,
    pub(super) min_password: usize,
}

fn password_page(payer: &Payer, errors: FormErrors) -> PasswordPage {
    PasswordPage {
        shell: payer.shell("client-password-title"),
        area: payer.area(AreaSection::Password),
        errors,
        email: payer.account.email.clone(),
        min_password: password::MIN_LENGTH,
    }
}

async fn show(payer: Payer) -> PageResult {
    page(&password_page(&payer, FormErrors::default()))
}

async fn change(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    payer: Payer,
    form: Posted,
) -> PageResult {
    let (t, email) = (&payer.t, &payer.account.email);
    let mut errors = FormErrors::default();
    // The browser is signed in, so it is known: others who fail do not keep it from a new password.
    let (account, session) = (counted_as(email), session::fingerprint(&headers, &state.config));
    let trying = Trying { account: &account, address: &address, at: None, device: session.as_deref() };
    if attempt(&state.billing, trying).await?.is_some() {
        return Err(PageError::refused(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-attempts",
            "too many attempts: wait a few minutes",
        ));
    }
    let known = accounts::by_email(&mut state.db.read().await?, email).await?;
    let checked = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::verify(form.raw("current").to_owned().into(), checked).await;
    let known = known.filter(|_| right);
    if known.is_none() {
        errors.add("current", t.get("profile-password-wrong"));
    }
    if form.raw("new") != form.raw("repeat") {
        errors.add("repeat", t.get("form-password-repeat"));
    }
    let mut about = vec![payer.account.name.as_str(), email];
    about.extend(payer.desks.iter().map(|desk| desk.name.as_str()));
    let hash = password::hash_field(t, "new", form.raw("new"), &about, &mut errors).await?;
    let (Some(known), Some(hash), true) = (known, hash, errors.is_empty()) else {
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &password_page(&payer, errors));
    };
    let secret = change_password(&state.billing, &known, &hash, trying).await?;
    let mut response = Flash::success("client-password-done").redirect("/client-area/password");
    set_cookie(&state.config, &mut response, &secret);
    Ok(response)
}
