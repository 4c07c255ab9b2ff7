//! The token endpoint: trades a code for an ID token, once, within a minute, and only with the verifier of the PKCE
//! challenge that the code was asked for with. The access token of the answer opens nothing: there is no other endpoint.

use std::time::Duration;

use annex_domain::{clock::Timestamp, ids::AccountId, oauth::SigningAlgorithm, random};
use annex_store::billing::accounts;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use openidconnect::{
    AccessToken, Audience, EmptyExtraTokenFields, EndUserEmail, EndUserName, IdTokenFields, IssuerUrl, LocalizedClaim,
    Nonce, StandardClaims, SubjectIdentifier,
    core::{CoreErrorResponseType, CoreTokenType},
};

use super::{Bound, CLIENT_ID, issuer_url};
use crate::{
    error::PageError,
    issuer::{
        form::{Form, verifies},
        keys,
    },
    oidc::{Claims, DeskClaims, Token, TokenAnswer, TokenError},
    state::AppState,
};

/// How long an ID token is valid: it is looked at once, at once.
const TOKEN_WORKS: Duration = Duration::from_secs(5 * 60);

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/token", post(token))
}

async fn token(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = match trade(&state, &headers, &body).await {
        Ok(answer) => Json(answer).into_response(),
        Err(Refusal::Told(error, text)) => refused(error, text),
        Err(Refusal::Failed(error)) => error.into_response(),
    };
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Why no token was given.
enum Refusal {
    /// In the words of OAuth.
    Told(CoreErrorResponseType, &'static str),
    /// The host failed.
    Failed(PageError),
}

impl<E: Into<PageError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn refused(error: CoreErrorResponseType, text: &str) -> Response {
    let status = match error {
        CoreErrorResponseType::InvalidClient => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    (status, Json(TokenError::new(error, Some(text.to_owned()), None))).into_response()
}

async fn trade(state: &AppState, headers: &HeaderMap, body: &[u8]) -> Result<TokenAnswer, Refusal> {
    use CoreErrorResponseType::{InvalidClient, InvalidGrant, InvalidRequest, UnsupportedGrantType};
    let Some(form) = Form::read(headers, body) else {
        return Err(Refusal::Told(InvalidRequest, "send a form with every field once"));
    };
    let get = |name: &str| form.get(name);
    if get("grant_type") != "authorization_code" {
        return Err(Refusal::Told(UnsupportedGrantType, "only authorization_code is supported"));
    }
    if get("client_id") != CLIENT_ID || !get("client_secret").is_empty() {
        return Err(Refusal::Told(InvalidClient, "the client is not known"));
    }

    let Some((account, request)) = annex_billing::accounts::exchange(&state.billing, get("code")).await? else {
        tracing::warn!("the client area was sent a code that it does not know, that was used, or that has expired");
        return Err(Refusal::Told(InvalidGrant, "the code is not known, was used before, or has expired"));
    };
    let bound: Bound = serde_json::from_value(request).map_err(PageError::internal)?;
    let fits = bound.client_id == get("client_id") && bound.redirect_uri.as_str() == get("redirect_uri");
    if !fits || !verifies(get("code_verifier"), &bound.code_challenge) {
        return Err(Refusal::Told(InvalidGrant, "the code was given for another redirect URI, client or verifier"));
    }
    answer(state, account, bound, state.clock.now()).await.map_err(Refusal::Failed)
}

async fn answer(state: &AppState, id: AccountId, bound: Bound, now: Timestamp) -> Result<TokenAnswer, PageError> {
    let mut conn = state.db.read().await?;
    let account = accounts::get(&mut conn, id).await?;
    let held = accounts::desks_of(&mut conn, id).await?;
    drop(conn);
    let standard = StandardClaims::new(SubjectIdentifier::new(account.subject))
        .set_email(Some(EndUserEmail::new(account.email)))
        .set_name(Some(LocalizedClaim::from(EndUserName::new(account.name))));
    let claims = Claims::new(
        IssuerUrl::new(issuer_url(&state.config)).map_err(PageError::internal)?,
        vec![Audience::new(bound.client_id)],
        moment(now.after(TOKEN_WORKS)),
        moment(now),
        standard,
        DeskClaims { annex_desks: held.iter().map(ToString::to_string).collect() },
    );
    let claims = claims.set_nonce(Some(Nonce::new(bound.nonce))).set_auth_time(Some(moment(bound.auth_time)));
    let access = AccessToken::new(random::token().map_err(PageError::internal)?);
    let key = keys::signing(state, SigningAlgorithm::Rs256).await?;
    let token = Token::new(claims, &key, key.algorithm.clone(), Some(&access), None);
    let fields = IdTokenFields::new(Some(token.map_err(PageError::internal)?), EmptyExtraTokenFields {});
    let mut answer = TokenAnswer::new(access, CoreTokenType::Bearer, fields);
    answer.set_expires_in(Some(&TOKEN_WORKS));
    Ok(answer)
}

/// As openidconnect counts time.
pub(crate) fn moment(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default()
}
