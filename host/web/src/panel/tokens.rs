//! Admin → API tokens: one's own tokens, each with scopes and an end. A token is shown once, right after it was made; only
//! its hash is kept.

use annex_desk::tokens::Create;
use annex_domain::{
    ids::TokenId,
    permission::{Permission, Permissions},
};
use annex_store::tokens;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::{
    form::{FormErrors, Posted},
    password_again::PasswordAgain,
    roles::{Tick, ticks},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    session::SignedIn,
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

/// The choices of how long a token works, in days.
const DAYS: [u32; 3] = [30, tokens::LIFE_DAYS, tokens::MOST_DAYS];

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
    /// What the operator may do, and so may give to a token.
    pub(super) ticks: Vec<Tick>,
    pub(super) days: [u32; 3],
    pub(super) chosen: u32,
    /// Shown this one time.
    pub(super) secret: Option<String>,
    /// A token spends money without being asked.
    pub(super) password: PasswordAgain,
}

impl TokensPage {
    fn has_ended(&self, token: &tokens::Token) -> bool {
        token.expires_at <= self.shell.now
    }

    fn ends_soon(&self, token: &tokens::Token) -> bool {
        !self.has_ended(token) && token.expires_at.since(self.shell.now) < tokens::ENDS_SOON
    }

    /// The key of a permission's label.
    fn label(permission: &Permission) -> String {
        format!("permission-{}", permission.as_str().replace('.', "-"))
    }
}

async fn list(State(state): State<AppState>, who: SignedIn) -> PageResult {
    page(&tokens_page(&state, &who, FormErrors::default(), &blank(&who), None, None).await?)
}

async fn create(State(state): State<AppState>, mut who: SignedIn, form: Posted) -> PageResult {
    let wanted = wanted(&who, &form);
    let mut errors = FormErrors::default();
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let refused = tokens_page(&state, &who, errors, &wanted, None, Some(again.clone())).await?;
        return Ok(again.refuse(page(&refused)?));
    }
    match annex_desk::tokens::create(&state.desk(), &who.ctx(), wanted.clone()).await {
        Ok(made) => page(&tokens_page(&state, &who, errors, &blank(&who), Some(made.secret), None).await?),
        Err(refusal) => {
            errors.take(&who.t, refusal, &[("scopes", "scope"), ("expires_in_days", "days")])?;
            let refused = tokens_page(&state, &who, errors, &wanted, None, None).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
        }
    }
}

fn blank(who: &SignedIn) -> Create {
    let (operator, scopes) = (who.operator.id, Permissions::default());
    Create { operator, name: String::new(), scopes, days: tokens::LIFE_DAYS }
}

fn wanted(who: &SignedIn, form: &Posted) -> Create {
    let scopes = form.all("scope").filter_map(|word| word.parse().ok()).collect();
    let days = form.get("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = days.unwrap_or(tokens::LIFE_DAYS);
    Create { operator: who.operator.id, name: form.get("name").to_owned(), scopes: Permissions(scopes), days }
}

async fn revoke(State(state): State<AppState>, who: SignedIn, Path(id): Path<TokenId>) -> PageResult {
    let token = annex_desk::tokens::revoke(&state.desk(), &who.ctx(), id).await?;
    Ok(Flash::success("tokens-revoked").arg("name", &token.name).redirect("/admin/tokens"))
}

async fn tokens_page(
    state: &AppState,
    who: &SignedIn,
    errors: FormErrors,
    wanted: &Create,
    secret: Option<String>,
    again: Option<PasswordAgain>,
) -> Result<TokensPage, PageError> {
    let mut conn = state.db.read().await?;
    Ok(TokensPage {
        shell: who.shell("tokens-title", Section::Tokens),
        errors,
        tokens: tokens::list(&mut conn, who.desk.id, Some(who.operator.id)).await?,
        name: wanted.name.clone(),
        ticks: ticks(&wanted.scopes, &who.operator.permissions).into_iter().filter(|tick| tick.yours).collect(),
        days: DAYS,
        chosen: wanted.days,
        secret,
        password: PasswordAgain::of(who, true, again),
    })
}
