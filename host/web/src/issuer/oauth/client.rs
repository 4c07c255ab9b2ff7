//! Which client asks, and its proof: the secret in the header or the form, or a JSON Web Token that its key signed (RFC 7523).
//! Such a token names this issuer, lasts five minutes at most, and is good once.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    oauth::{SigningAlgorithm, client_of, public_id},
};
use annex_store::{
    desks, installations,
    oauth::clients::{self, Client},
};
use axum::http::{HeaderMap, header};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use openidconnect::{JsonWebKey as _, core::CoreJsonWebKey};
use serde::Deserialize;
use url::form_urlencoded;

use super::{endpoint, issuer_url, refusal::Refusal};
use crate::{
    config::WebConfig,
    issuer::{form::Form, keys},
    state::AppState,
};

/// What `client_assertion_type` says.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest that a proof may last.
const LASTS: Duration = Duration::from_secs(5 * 60);
/// How far the clocks of two hosts may be apart.
const SKEW: Duration = Duration::from_secs(60);
/// The longest id of a proof.
const LONGEST_ID: usize = 200;

/// What a request brings.
enum Proof {
    Secret { id: String, secret: String },
    Signed { token: String },
}

/// The client that asks, when it is itself, and its desk works and its installation runs.
pub(super) async fn of(state: &AppState, headers: &HeaderMap, form: &Form) -> Result<Client, Refusal> {
    let client = match proof(headers, form)? {
        Proof::Secret { id, secret } => by_secret(state, &id, &secret).await?,
        Proof::Signed { token } => by_signature(state, &token).await?,
    };
    let named = form.get("client_id");
    if !named.is_empty() && named != public_id(client.id) {
        return Err(Refusal::Unknown);
    }
    let installed = installations::known_one(&state.db, client.desk, client.installation).await?;
    let works = desks::known(&state.db, client.desk).await?.status.works();
    if works && installed.is_some_and(|installed| installed.runs()) { Ok(client) } else { Err(Refusal::Unknown) }
}

/// One proof, and no second one beside it.
fn proof(headers: &HeaderMap, form: &Form) -> Result<Proof, Refusal> {
    let (secret, token) = (form.get("client_secret"), form.get("client_assertion"));
    match (headers.get(header::AUTHORIZATION), secret.is_empty(), token.is_empty()) {
        (Some(value), true, true) => {
            let (id, secret) = value.to_str().ok().and_then(basic).ok_or(Refusal::Unknown)?;
            Ok(Proof::Secret { id, secret })
        }
        (None, false, true) => Ok(Proof::Secret { id: form.get("client_id").to_owned(), secret: secret.to_owned() }),
        (None, true, false) if form.get("client_assertion_type") == JWT_BEARER => {
            Ok(Proof::Signed { token: token.to_owned() })
        }
        (None, true, _) => Err(Refusal::Unknown),
        _ => Err(Refusal::Told("invalid_request", "prove who you are in one way")),
    }
}

/// Id and secret of a header, each encoded as in a form (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let plain = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
    Some((plain(id)?, plain(secret)?))
}

async fn by_secret(state: &AppState, id: &str, secret: &str) -> Result<Client, Refusal> {
    let id = client_of(id).ok_or(Refusal::Unknown)?;
    let mut conn = state.db.read().await?;
    let client = clients::get(&mut conn, id).await?.ok_or(Refusal::Unknown)?;
    if clients::knows(&mut conn, id, secret, state.clock.now()).await? { Ok(client) } else { Err(Refusal::Unknown) }
}

#[derive(Deserialize)]
struct Head {
    alg: SigningAlgorithm,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    /// Seconds.
    exp: i64,
    iat: Option<i64>,
    jti: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, config: &WebConfig) -> bool {
        let here = [issuer_url(config), endpoint(config, "token")];
        match self {
            Self::One(audience) => here.contains(audience),
            Self::Several(audiences) => audiences.iter().any(|audience| here.contains(audience)),
        }
    }
}

async fn by_signature(state: &AppState, token: &str) -> Result<Client, Refusal> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Unknown)?;
    let (head, body) = signed.split_once('.').ok_or(Refusal::Unknown)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Unknown);
    let head: Head = serde_json::from_slice(&decoded(head)?).map_err(|_| Refusal::Unknown)?;
    let claims: Claims = serde_json::from_slice(&decoded(body)?).map_err(|_| Refusal::Unknown)?;
    let expires_at = Timestamp(claims.exp.saturating_mul(1000));
    let id = client_of(&claims.sub).filter(|_| claims.iss == claims.sub).ok_or(Refusal::Unknown)?;
    let client = clients::get(&mut state.db.read().await?, id).await?.ok_or(Refusal::Unknown)?;
    let good = claims.aud.names(&state.config)
        && is_current(&claims, expires_at, state.clock.now())
        && verifies(&client, &head, signed, &decoded(signature)?, state.clock.now());
    if !good || !annex_desk::oauth::prove(&state.desk(), id, &claims.jti, expires_at).await? {
        return Err(Refusal::Unknown);
    }
    Ok(client)
}

fn is_current(claims: &Claims, expires_at: Timestamp, now: Timestamp) -> bool {
    let begun = claims.iat.is_none_or(|at| Timestamp(at.saturating_mul(1000)) <= now.after(SKEW));
    let lasts = now < expires_at && expires_at <= now.after(LASTS);
    begun && lasts && (1..=LONGEST_ID).contains(&claims.jti.len())
}

fn verifies(client: &Client, head: &Head, signed: &str, signature: &[u8], now: Timestamp) -> bool {
    let algorithm = keys::named(head.alg);
    let keys = client.keys_at(now).filter_map(|key| serde_json::from_value::<CoreJsonWebKey>(key.clone()).ok());
    let meant = |key: &CoreJsonWebKey| head.kid.is_none() || key.key_id().map(|id| id.as_str()) == head.kid.as_deref();
    keys.filter(meant).any(|key| key.verify_signature(&algorithm, signed.as_bytes(), signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_secret_are_decoded_as_in_forms() {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(basic(&header("annc_1:anns_2")), pair("annc_1", "anns_2"));
        assert_eq!(basic(&header("annc%5F1:a%3Ab+c")), pair("annc_1", "a:b c"));
        assert_eq!(basic(&header("annc_1")), None);
        assert_eq!(basic(&header("annc_1:a").replace("Basic", "Bearer")), None);
        assert_eq!(basic("Basic ???"), None);
    }
}
