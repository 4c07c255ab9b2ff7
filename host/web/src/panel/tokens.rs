//! Admin → API tokens: one's own tokens. A token is shown once, right after it was made; only its hash is kept.

use std::time::Duration;

use annex_domain::ids::TokenId;
use annex_store::tokens;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::json;

use super::{
    form::{FormErrors, Posted},
    password_again::PasswordAgain,
};
use crate::{
    error::PageError,
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// The choices of how long a token works, in days.
const DAYS: [u32; 3] = [30, 90, 365];

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/admin/tokens", get(list).post(create)).route("/admin/tokens/{id}/revoke", post(revoke))
}

#[derive(Template)]
#[template(path = "panel/tokens.html")]
pub(super) struct TokensPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) tokens: Vec<tokens::Token>,
    pub(super) name: String,
    pub(super) days: [u32; 3],
    /// Shown this one time.
    pub(super) secret: Option<String>,
    /// A token spends money without being asked.
    pub(super) password: PasswordAgain,
}

async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, PageError> {
    page(&tokens_page(&state, &who, FormErrors::default(), "", None, None).await?)
}

async fn create(State(state): State<AppState>, mut who: SignedIn, form: Posted) -> Result<Response, PageError> {
    let name = form.get("name");
    let mut errors = FormErrors::default();
    if !errors.check_text(&who.t, "name", name, 100) {
        let refused = tokens_page(&state, &who, errors, name, None, None).await?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused);
    }
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let refused = tokens_page(&state, &who, errors, name, None, Some(again.clone())).await?;
        return Ok(again.refuse(page(&refused)?));
    }
    let now = state.clock.now();
    let days = form.get("days").parse().ok().filter(|days| DAYS.contains(days));
    let expires = days.map(|days| now.after(Duration::from_secs(u64::from(days) * 24 * 60 * 60)));
    let mut tx = state.db.begin().await?;
    let made = tokens::create(&mut tx, who.desk.id, who.operator.id, name, expires, now).await?;
    who.log(&mut tx, "token.create", &format!("token:{}", made.token.id), &json!({ "name": name }), now).await?;
    tx.commit().await?;
    page(&tokens_page(&state, &who, errors, "", Some(made.secret), None).await?)
}

async fn revoke(State(state): State<AppState>, who: SignedIn, Path(id): Path<TokenId>) -> Result<Response, PageError> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let token = tokens::get(&mut tx, who.desk.id, id).await?;
    if token.operator != who.operator.id {
        return Err(PageError::NotFound);
    }
    tokens::revoke(&mut tx, who.desk.id, id, now).await?;
    who.log(&mut tx, "token.revoke", &format!("token:{id}"), &json!({ "name": token.name }), now).await?;
    tx.commit().await?;
    Ok(Flash::success("tokens-revoked").arg("name", &token.name).redirect("/admin/tokens"))
}

async fn tokens_page(
    state: &AppState,
    who: &SignedIn,
    errors: FormErrors,
    name: &str,
    secret: Option<String>,
    again: Option<PasswordAgain>,
) -> Result<TokensPage, PageError> {
    let mut conn = state.db.read().await?;
    Ok(TokensPage {
        shell: who.shell("tokens-title", Section::Tokens),
        errors,
        tokens: tokens::list(&mut conn, who.desk.id, Some(who.operator.id)).await?,
        name: name.to_owned(),
        days: DAYS,
        secret,
        password: PasswordAgain::of(who, true, again),
    })
}
