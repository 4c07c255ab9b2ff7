//! Making a billing account: only on the way from a desk whose licence nobody holds, with the claim that the panel made.
//! The account takes the licence in the same transaction, so that two people who register at once do not both have it.

use annex_billing::{
    AccountError,
    accounts::{self, attempt, counted_as},
};
use annex_domain::operator::Desk;
use annex_store::{billing::accounts::NewAccount, logins::Trying};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect},
    routing::get,
};

use super::{
    area::{Area, outside},
    session::{self, set_cookie},
    sign_in::{Next, next_page, query_of},
};
use crate::{
    device::Device,
    error::{PageError, PageResult},
    issuer::client_area::{claimed_desk, with_next},
    panel::form::{FormErrors, Posted, mail_address},
    password,
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/register", get(show).post(register))
}

#[derive(Template)]
#[template(path = "client_area/register.html")]
pub(super) struct RegisterPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) errors: FormErrors,
    pub(super) next: String,
    /// Where people go who have an account.
    pub(super) sign_in: String,
    pub(super) desk: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) min_password: usize,
}

async fn show(State(state): State<AppState>, Query(Next { next }): Query<Next>, headers: HeaderMap) -> PageResult {
    let next = next_page(&next);
    if session::current(&state, &headers).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let desk = claimed(&state, next).await?;
    let shell = outside(&state, &headers, "client-register-title").await?;
    page(&register_page(shell, next, desk, FormErrors::default(), ("", "")))
}

/// The desk to register for.
async fn claimed(state: &AppState, next: &str) -> Result<Desk, PageError> {
    let text = "a billing account is made from the panel of its help desk: press Login there";
    let refused = || PageError::refused(StatusCode::FORBIDDEN, "claim-expired", text);
    claimed_desk(state, query_of(next)).await?.ok_or_else(refused)
}

fn register_page(shell: Shell, next: &str, desk: Desk, errors: FormErrors, entered: (&str, &str)) -> RegisterPage {
    RegisterPage {
        shell,
        area: Area::outside(),
        errors,
        next: next.to_owned(),
        sign_in: with_next("sign-in", next),
        desk: desk.name,
        name: entered.0.to_owned(),
        email: entered.1.to_owned(),
        min_password: password::MIN_LENGTH,
    }
}

async fn register(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let next = next_page(form.get("next"));
    let desk = claimed(&state, next).await?;
    // That an address is taken has to be said. So trying addresses counts as signing in does, with each and from one place,
    // and for the desk whose claim it is: the first that is free takes the claim.
    let (account, claim) = (counted_as(form.get("email")), format!("claim of {}", desk.id));
    let by_account = Trying { account: &account, address: &address, at: None, device: None };
    for trying in [by_account, Trying { account: &claim, address: &address, at: None, device: Some("registration") }] {
        if attempt(&state.billing, trying).await?.is_some() {
            return Err(PageError::refused(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-attempts",
                "too many attempts: wait a few minutes",
            ));
        }
    }
    let shell = outside(&state, &headers, "client-register-title").await?;
    let t = &shell.t;
    let mut errors = FormErrors::default();
    let name = form.get("name");
    errors.check_text(t, "name", name, accounts::NAME);
    let email = mail_address(form.get("email"));
    if email.is_none() {
        errors.add("email", t.get("client-email-malformed"));
    }
    let about = [name, form.get("email"), &desk.name];
    let hash = password::hash_field(t, "password", form.raw("password"), &about, &mut errors).await?;
    if let (Some(hash), Some(email), true) = (hash, email, errors.is_empty()) {
        let new = NewAccount { email, name: name.to_owned(), password_hash: hash };
        let before = session::secret(&headers, &state.config);
        match accounts::register(&state.billing, &new, desk.id, before).await {
            Ok(secret) => {
                let mut response = Redirect::to(next).into_response();
                set_cookie(&state.config, &mut response, &secret);
                Device::of(&state, &headers, &account).remember(&state, &mut response);
                return Ok(response);
            }
            Err(AccountError::EmailTaken) => errors.add("email", t.get("client-email-taken")),
            Err(error) => return Err(error.into()),
        }
    }
    let entered = (name, form.get("email"));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &register_page(shell, next, desk, errors, entered))
}
