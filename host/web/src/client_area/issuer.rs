//! The client area as an OpenID Connect issuer: who it is, its key, the one client that it knows, and its discovery
//! document. The key comes from the host's master key, so that every node signs with the same one and it never lies in
//! a file or table of its own.

use crate::{
    error::PageError,
    oidc::{Extras, Metadata},
    state::{AppState, WebConfig},
};
use annex_domain::addon::Digest;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{EncodePrivateKey as _, spki::der::pem::LineEnding},
};
use openidconnect::{
    AuthUrl, IssuerUrl, JsonWebKeyId, JsonWebKeySetUrl, PrivateSigningKey as _, RedirectUrl, ResponseTypes, Scope,
    TokenUrl,
    core::{
        CoreClaimName, CoreClientAuthMethod, CoreEdDsaPrivateSigningKey, CoreGrantType, CoreJsonWebKeySet,
        CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};

/// The name under which the panel of this host is known to its client area. A public client: PKCE proves it.
pub(crate) const CLIENT_ID: &str = "annex";

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

pub(super) fn routes() -> Router<AppState> {
    Router::new()
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

/// The key that ID tokens are signed with.
pub(super) fn signing_key(state: &AppState) -> Result<CoreEdDsaPrivateSigningKey, PageError> {
    let key = SigningKey::from_bytes(&state.lifecycle.vault().derive("client area: key of ID tokens"));
    let name: String = Digest::of(key.verifying_key().as_bytes()).to_string().chars().rev().take(16).collect();
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(PageError::internal)?;
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name))).map_err(PageError::internal)
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
        vec![CoreJwsSigningAlgorithm::EdDsa],
        Extras {
            authorization_response_iss_parameter_supported: Some(true),
            code_challenge_methods_supported: Some(vec!["S256".to_owned()]),
        },
    );
    let claims = ["iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "email", "name", "annex_desks"];
    Ok(metadata
        .set_token_endpoint(Some(TokenUrl::new(at("token")).map_err(PageError::internal)?))
        .set_scopes_supported(Some(["openid", "email", "profile"].map(|name| Scope::new(name.to_owned())).into()))
        .set_response_modes_supported(Some(vec![CoreResponseMode::Query]))
        .set_grant_types_supported(Some(vec![CoreGrantType::AuthorizationCode]))
        .set_token_endpoint_auth_methods_supported(Some(vec![CoreClientAuthMethod::None]))
        .set_claims_supported(Some(claims.map(|name| CoreClaimName::new(name.to_owned())).into())))
}

async fn discovery(State(state): State<AppState>) -> Result<Response, PageError> {
    Ok((NO_STORE, Json(metadata(&state.config)?)).into_response())
}

async fn jwks(State(state): State<AppState>) -> Result<Response, PageError> {
    let keys = CoreJsonWebKeySet::new(vec![signing_key(&state)?.as_verification_key()]);
    Ok((NO_STORE, Json(keys)).into_response())
}

/// What a code is bound to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Bound {
    pub(super) client_id: String,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) nonce: String,
    pub(super) code_challenge: String,
}
