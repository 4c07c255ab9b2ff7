//! The issuer of installations: services of add-ons get tokens for the API of the desk, and sign operators in. Who the clients
//! are is in `store::oauth`, what they get in `desk::oauth`. An issuer of its own beside the client area's, whose subjects are
//! billing accounts and which a foreign one may replace; both share their keys (ADR 40). Programs of publishers get their tokens
//! here too ([`device`]).

mod authorize;
mod client;
mod device;
mod end_session;
mod id_token;
mod refusal;
mod revoke;
#[cfg(test)]
mod tests;
mod token;
mod userinfo;

use annex_desk::{Rule, tokens::authenticate_service};
use annex_domain::oauth::SigningAlgorithm;
use annex_store::oauth::tokens::Access;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::keys;
use crate::{config::WebConfig, error::PageError, state::AppState};

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
/// The parts of a profile that a service may ask for.
const CLAIMS: [&str; 3] = ["openid", "email", "profile"];
/// How a client proves that it is itself.
const PROOFS: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// Pages, for people.
pub(crate) fn pages() -> Router<AppState> {
    Router::new().merge(authorize::routes()).merge(end_session::routes())
}

/// What services ask.
pub(crate) fn endpoints() -> Router<AppState> {
    Router::new()
        .route("/oauth/.well-known/openid-configuration", get(discovery))
        .route("/oauth/jwks", get(jwks))
        .route("/oauth/token", post(token::token))
        .route("/oauth/device", post(device::device))
        .route("/oauth/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/oauth/introspect", post(revoke::introspect))
        .route("/oauth/revoke", post(revoke::revoke))
}

/// The issuer's name: `{public_url}oauth`.
pub(crate) fn issuer_url(config: &WebConfig) -> String {
    config.absolute("oauth")
}

/// The address of an endpoint.
fn endpoint(config: &WebConfig, name: &str) -> String {
    config.absolute(&format!("oauth/{name}"))
}

/// What a token opens now; of a desk that is suspended, as of one that has ended, nothing.
async fn access(state: &AppState, token: &str) -> Result<Option<Access>, refusal::Refusal> {
    match authenticate_service(&state.desk(), token, state.clock.now()).await {
        Err(annex_desk::Refusal::Rule(Rule::DeskSuspended)) => Ok(None),
        found => Ok(found?),
    }
}

async fn discovery(State(state): State<AppState>) -> Response {
    (NO_STORE, Json(metadata(&state.config))).into_response()
}

fn metadata(config: &WebConfig) -> Value {
    let at = |name: &str| endpoint(config, name);
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
    json!({
        "issuer": issuer_url(config),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "device_authorization_endpoint": at("device"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks"),
        "introspection_endpoint": at("introspect"),
        "revocation_endpoint": at("revoke"),
        "end_session_endpoint": at("end_session"),
        "scopes_supported": CLAIMS,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", device::GRANT],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": PROOFS,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": PROOFS,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": PROOFS,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login"],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "desk", "installation", "licensed",
            "email", "name", "locale"],
    })
}

async fn jwks(State(state): State<AppState>) -> Result<Response, PageError> {
    Ok((NO_STORE, Json(keys::shown(&state).await?)).into_response())
}
