//! The client area as an OpenID Connect issuer: who it is, the one client that it knows, and its discovery document. It signs
//! with RS256, which every relying party has to know.

mod authorize;
mod token;

pub(crate) use self::{
    authorize::{AUTHORIZE, claimed_desk, routes as pages, with_next},
    token::moment,
};
use super::keys;
use crate::{
    config::WebConfig,
    error::{PageError, PageResult},
    oidc::{Extras, Metadata},
    state::AppState,
};
use annex_domain::clock::Timestamp;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use openidconnect::{
    AuthUrl, IssuerUrl, JsonWebKeySetUrl, RedirectUrl, ResponseTypes, Scope, TokenUrl,
    core::{
        CoreClaimName, CoreClientAuthMethod, CoreGrantType, CoreJwsSigningAlgorithm, CoreResponseMode,
        CoreResponseType, CoreSubjectIdentifierType,
    },
};

/// The name under which the panel of this host is known to its client area. A public client: PKCE proves it.
pub(crate) const CLIENT_ID: &str = "annex";

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// What a relying party asks: discovery document, keys, tokens.
pub(crate) fn endpoints() -> Router<AppState> {
    Router::new()
        .merge(token::routes())
        .route("/client-area/.well-known/openid-configuration", get(discovery))
        .route("/client-area/jwks", get(jwks))
}

/// The issuer's name: `{public_url}client-area`.
pub(crate) fn issuer_url(config: &WebConfig) -> String {
    config.absolute("client-area")
}

/// Where the panel takes the code: the only redirect URI that is accepted, compared byte by byte.
pub(crate) fn callback_url(config: &WebConfig) -> String {
    config.absolute("billing/callback")
}

/// The discovery document.
fn metadata(config: &WebConfig) -> Result<Metadata, PageError> {
    let at = |path: &str| config.absolute(&format!("client-area/{path}"));
    let metadata = Metadata::new(
        IssuerUrl::new(issuer_url(config)).map_err(PageError::internal)?,
        AuthUrl::new(at("authorize")).map_err(PageError::internal)?,
        JsonWebKeySetUrl::new(at("jwks")).map_err(PageError::internal)?,
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public],
        vec![CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256],
        Extras {
            authorization_response_iss_parameter_supported: Some(true),
            code_challenge_methods_supported: Some(vec!["S256".to_owned()]),
        },
    );
    let claims = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "email", "name", "annex_desks"];
    Ok(metadata
        .set_token_endpoint(Some(TokenUrl::new(at("token")).map_err(PageError::internal)?))
        .set_scopes_supported(Some(["openid", "email", "profile"].map(|name| Scope::new(name.to_owned())).into()))
        .set_response_modes_supported(Some(vec![CoreResponseMode::Query]))
        .set_grant_types_supported(Some(vec![CoreGrantType::AuthorizationCode]))
        .set_token_endpoint_auth_methods_supported(Some(vec![CoreClientAuthMethod::None]))
        .set_claims_supported(Some(claims.map(|name| CoreClaimName::new(name.to_owned())).into())))
}

async fn discovery(State(state): State<AppState>) -> PageResult {
    Ok((NO_STORE, Json(metadata(&state.config)?)).into_response())
}

async fn jwks(State(state): State<AppState>) -> PageResult {
    Ok((NO_STORE, Json(keys::shown(&state).await?)).into_response())
}

/// What a code is bound to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Bound {
    pub(super) client_id: String,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) nonce: String,
    pub(super) code_challenge: String,
    /// When the password was given, for the claim `auth_time`.
    pub(super) auth_time: Timestamp,
}
