//! Tokens of a publisher. One is shown once, right after it was made; only its hash is kept.

use annex_domain::{
    ids::PublisherTokenId,
    publisher::{Deed, PublisherScope},
};
use annex_portal::tokens::{Create, create, revoke};
use annex_store::{
    publishers::tokens::{self, PublisherToken},
    tokens::{LIFE_DAYS, MOST_DAYS},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

/// The choices of how long a token works, in days.
const DAYS: [u32; 3] = [30, LIFE_DAYS, MOST_DAYS];

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/tokens", get(show).post(make))
        .route("/portal/publishers/{publisher}/tokens/{token}/revoke", post(end))
}

#[derive(Template)]
#[template(path = "portal/tokens.html")]
struct TokensPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    tokens: Vec<PublisherToken>,
    scopes: Vec<(PublisherScope, bool)>,
    days: [u32; 3],
    chosen: u32,
    /// Shown this one time.
    secret: Option<String>,
}

impl TokensPage {
    /// What a scope is called.
    fn scope(&self, scope: &PublisherScope) -> String {
        self.shell.t.get(&format!("portal-scope-{scope}"))
    }
}

async fn tokens_page(
    state: &AppState,
    who: &Insider,
    input: &Create,
    secret: Option<String>,
) -> Result<TokensPage, PageError> {
    let mut conn = state.db.read().await?;
    Ok(TokensPage {
        shell: who.shell("portal-tokens-title"),
        frame: who.around(Place::Tokens),
        errors: FormErrors::default(),
        fields: vec![Field::new("token_name", &input.name, 100, Entry::Line), Field::password(Guarded::Token)],
        path: who.path("/tokens"),
        tokens: tokens::list(&mut conn, &who.member.publisher).await?,
        scopes: PublisherScope::ALL.map(|scope| (scope, input.scopes.contains(&scope))).to_vec(),
        days: DAYS,
        chosen: input.days,
        secret,
    })
}

fn blank() -> Create {
    Create { days: LIFE_DAYS, ..Create::default() }
}

async fn show(State(state): State<AppState>, who: Insider) -> Result<Response, PageError> {
    who.member.require(Deed::Tokens)?;
    page(&tokens_page(&state, &who, &blank(), None).await?)
}

async fn make(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    let input = Create {
        name: form.get("token_name").to_owned(),
        scopes: form.all("scopes").filter_map(|word| word.parse().ok()).collect(),
        days: form.get("days").parse().unwrap_or(LIFE_DAYS),
    };
    let session = session(&state, &headers);
    match create(&state.portal(), &who.member, &input, &given(&session, &address, &form)).await {
        Ok(made) => page(&tokens_page(&state, &who, &blank(), Some(made.secret)).await?),
        Err(refusal) => {
            let mut shown = tokens_page(&state, &who, &input, None).await?;
            let status = take(&mut shown.errors, &who.payer.t, refusal)?;
            page_with(status, &shown)
        }
    }
}

async fn end(
    State(state): State<AppState>,
    Path((_, token)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    let token: PublisherTokenId = token.parse().map_err(|_| PageError::NotFound)?;
    let ended = revoke(&state.portal(), &who.member, token).await?;
    Ok(Flash::success("portal-tokens-revoked").arg("name", &ended.name).redirect(&who.path("/tokens")))
}
