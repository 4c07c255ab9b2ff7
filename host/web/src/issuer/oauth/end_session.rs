//! The end of a session, as a service asks for it (OpenID Connect RP-Initiated Logout). The operator is asked first, since any
//! page can lead here; then the way leads back, if to an address of the client's, byte by byte.

use annex_desk::sign_in::leave as end;
use annex_domain::oauth::client_of;
use annex_store::oauth::clients;
use askama::Template;
use axum::{
    Router,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::{
    client_area::leave,
    cookie::cookie_value,
    error::PageError,
    session::{SignedIn, clear_cookie, cookie_name},
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/oauth/end_session", get(ask).post(end_session))
}

#[derive(Template)]
#[template(path = "panel/end_session.html")]
struct EndSessionPage {
    shell: Shell,
    /// Of the request, as it came.
    query: String,
}

async fn ask(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    who: Result<SignedIn, PageError>,
) -> Result<Response, PageError> {
    let query = query.unwrap_or_default();
    match who {
        Ok(who) => page(&EndSessionPage { shell: who.shell("end-session-title", Section::None), query }),
        // Nobody is signed in: it is done already.
        Err(PageError::SignedOut { .. }) => Ok(match back(&state, &query).await? {
            Some(to) => Redirect::to(to.as_str()).into_response(),
            None => Redirect::to("/sign-in").into_response(),
        }),
        Err(error) => Err(error),
    }
}

async fn end_session(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(secret) = cookie_value(&headers, cookie_name(&state.config)) {
        end(&state.desk(), secret).await?;
    }
    let mut response = match back(&state, &query.unwrap_or_default()).await? {
        Some(to) => leave(&state, Shell::outside("end-session-title"), &to)?,
        None => Redirect::to("/sign-in").into_response(),
    };
    clear_cookie(&state.config, &mut response);
    Ok(response)
}

#[derive(Deserialize)]
struct Hint {
    aud: String,
}

/// Where the way leads back to, if the request names an address of its client.
async fn back(state: &AppState, query: &str) -> Result<Option<Url>, PageError> {
    let get = |wanted: &str| {
        let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    // The hint only says whose addresses count, which anybody may say; so its signature does not matter.
    let client = match get("client_id") {
        id if id.is_empty() => audience(&get("id_token_hint")).unwrap_or_default(),
        id => id,
    };
    let Some(id) = client_of(&client) else { return Ok(None) };
    let Some(client) = clients::get(&mut state.db.read().await?, id).await? else { return Ok(None) };
    let to = get("post_logout_redirect_uri");
    if !client.redirects.contains(&to) {
        return Ok(None);
    }
    let mut to = Url::parse(&to).map_err(PageError::internal)?;
    let theirs = get("state");
    if !theirs.is_empty() {
        to.query_pairs_mut().append_pair("state", &theirs);
    }
    Ok(Some(to))
}

fn audience(token: &str) -> Option<String> {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Hint>(&body).ok().map(|hint| hint.aud)
}
