//! The client area as an OpenID Connect issuer: who it is, its key, the one client that it knows, and its discovery
//! document. It signs with RS256, which every relying party has to know. The key is made when the first token is signed or
//! the first key set is asked for, and kept sealed in the database, so that every node signs with the same one.

mod authorize;
mod token;

use crate::{
    config::WebConfig,
    error::{PageError, PageResult},
    oidc::{Extras, Metadata},
    state::AppState,
};
use annex_domain::{addon::Digest, clock::Timestamp};
use annex_store::billing::issuer_keys;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use openidconnect::{
    AuthUrl, IssuerUrl, JsonWebKeyId, JsonWebKeySetUrl, PrivateSigningKey as _, RedirectUrl, ResponseTypes, Scope,
    TokenUrl,
    core::{
        CoreClaimName, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
        CoreResponseMode, CoreResponseType, CoreRsaPrivateSigningKey, CoreSubjectIdentifierType,
    },
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, LineEnding},
    rand_core::OsRng,
    traits::PublicKeyParts as _,
};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

pub(crate) use self::{
    authorize::{claimed_desk, routes as pages, with_next},
    token::moment,
};

/// The algorithm, as JOSE names it.
const RS256: &str = "RS256";
/// As NIST SP 800-57 allows until 2030.
const KEY_BITS: usize = 2048;
const KEY_CONTEXT: &str = "client area: key of ID tokens";

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

/// The key that ID tokens are signed with.
pub(super) async fn signing_key(state: &AppState) -> Result<CoreRsaPrivateSigningKey, PageError> {
    let kept = issuer_keys::get(&mut state.db.read().await?, RS256).await?;
    let sealed = match kept {
        Some(sealed) => sealed,
        None => make_key(state).await?,
    };
    let der = Zeroizing::new(state.lifecycle.vault().open_state(KEY_CONTEXT, &sealed).map_err(PageError::internal)?);
    let key = RsaPrivateKey::from_pkcs1_der(&der).map_err(PageError::internal)?;
    let name: String = Digest::of(&key.n().to_bytes_be()).to_string().chars().rev().take(16).collect();
    let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(PageError::internal)?;
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new(name))).map_err(PageError::internal)
}

/// Makes the key, or finds that another node just did.
async fn make_key(state: &AppState) -> Result<Vec<u8>, PageError> {
    let made = spawn_blocking(|| RsaPrivateKey::new(&mut OsRng, KEY_BITS));
    let key = made.await.map_err(PageError::internal)?.map_err(PageError::internal)?;
    let der = key.to_pkcs1_der().map_err(PageError::internal)?;
    let sealed = state.lifecycle.vault().seal_state(KEY_CONTEXT, der.as_bytes()).map_err(PageError::internal)?;
    Ok(annex_billing::accounts::keep_key(&state.billing, RS256, &sealed).await?)
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
    let keys = CoreJsonWebKeySet::new(vec![signing_key(&state).await?.as_verification_key()]);
    Ok((NO_STORE, Json(keys)).into_response())
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
