//! What the issuer says of an operator who signed in: in the ID token, which is signed, and at the userinfo endpoint. Who they
//! are and at which desk is always said, their address and name when that was asked for.

use std::time::Duration;

use annex_desk::oauth::Request;
use annex_domain::{
    clock::Timestamp,
    ids::OperatorId,
    oauth::public_id,
    operator::{Desk, Operator},
};
use annex_store::{desks, oauth::clients::Client, operators};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{JsonWebKey as _, PrivateSigningKey as _};
use serde_json::{Map, Value, json};

use super::issuer_url;
use crate::{error::PageError, issuer::keys, state::AppState};

/// How long an ID token is valid: it is looked at once, at once.
const WORKS: Duration = Duration::from_secs(5 * 60);

/// The ID token of an operator for a client, as a JSON Web Token.
pub(super) async fn signed(
    state: &AppState,
    client: &Client,
    operator: OperatorId,
    request: &Request,
) -> Result<String, PageError> {
    let now = state.clock.now();
    let operator = operators::known(&state.db, client.desk, operator).await?;
    let desk = desks::known(&state.db, client.desk).await?;
    let mut claims = about(&operator, &desk, &request.claims);
    let more = json!({
        "iss": issuer_url(&state.config),
        "aud": public_id(client.id),
        "exp": seconds(now.after(WORKS)),
        "iat": seconds(now),
        "auth_time": seconds(request.auth_time),
        "installation": client.installation,
        // Nobody else is given a code.
        "licensed": true,
    });
    if let Value::Object(more) = more {
        claims.extend(more);
    }
    if let Some(nonce) = &request.nonce {
        claims.insert("nonce".to_owned(), nonce.as_str().into());
    }
    let key = keys::signing(state, client.algorithm).await?;
    let id = key.as_verification_key().key_id().map(|id| id.as_str().to_owned());
    let head = json!({ "alg": client.algorithm, "typ": "JWT", "kid": id });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&Value::Object(claims)));
    let signature = key.sign(&key.algorithm, signed.as_bytes()).map_err(PageError::internal)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The claims about an operator that `asked` opens.
pub(super) fn about(operator: &Operator, desk: &Desk, asked: &[String]) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("sub", json!(operator.id));
    say("desk", json!(desk.id));
    if asked.iter().any(|claim| claim == "email") {
        say("email", operator.email.as_str().into());
    }
    if asked.iter().any(|claim| claim == "profile") {
        say("name", operator.name.as_str().into());
        say("locale", operator.locale.as_deref().unwrap_or(&desk.locale).into());
    }
    claims
}

/// As JSON Web Tokens count time.
pub(super) fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}
