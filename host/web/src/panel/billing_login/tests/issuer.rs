//! An issuer on loopback, over HTTP, that keeps to OpenID Connect but for one thing at a time.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Form, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{EncodePrivateKey as _, spki::der::pem::LineEnding},
};
use openidconnect::{
    AccessToken, JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _,
    core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};

use crate::oidc::{Claims, Token};

pub(super) const SECRET: &str = "annex-secret";
pub(super) const CODE: &str = "the-code";

// Not routes of the host: a test looks for those in the sources.
const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/jwks";
const TOKEN: &str = "/token";

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mischief {
    Nothing,
    /// Of the ID token.
    Nonce,
    NoNonce,
    Audience,
    ExtraAudience,
    Issuer,
    Expired,
    IssuedInFuture,
    IssuedLongAgo,
    OtherKey,
    SharedKey,
    Unsigned,
    AccessTokenHash,
    Missing,
    Garbage,
    /// Of the discovery document.
    OtherIssuer,
    InsecureTokenEndpoint,
    /// Of the network.
    RedirectsTokens,
    Fails,
    Endless,
}

/// What it tells and expects.
pub(super) struct Inner {
    pub(super) mischief: Mischief,
    /// Seconds since 1970.
    pub(super) now: i64,
    pub(super) nonce: String,
    pub(super) challenge: String,
    pub(super) desks: Value,
    pub(super) email: Value,
    pub(super) subject: String,
    /// How often a token was asked for.
    pub(super) asked: u32,
}

/// A running issuer.
#[derive(Clone)]
pub(super) struct FakeIssuer {
    pub(super) url: String,
    pub(super) inner: Arc<Mutex<Inner>>,
}

impl FakeIssuer {
    pub(super) async fn start(now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            mischief: Mischief::Nothing,
            now,
            nonce: String::new(),
            challenge: String::new(),
            desks: json!([]),
            email: json!("ada@example.org"),
            subject: "ada".into(),
            asked: 0,
        };
        let issuer = Self { url, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new()
            .route(DISCOVERY, get(discovery))
            .route(KEYS, get(jwks))
            .route(TOKEN, post(token))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.inner.lock().unwrap());
    }
}

fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    let pem = SigningKey::from_bytes(&[seed; 32]).to_pkcs8_pem(LineEnding::LF).unwrap();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("k1".into()))).unwrap()
}

async fn discovery(State(issuer): State<FakeIssuer>) -> Json<Value> {
    let mischief = issuer.inner.lock().unwrap().mischief;
    let url = &issuer.url;
    let name = if mischief == Mischief::OtherIssuer { "https://evil.example".to_owned() } else { url.clone() };
    let token = match mischief {
        Mischief::InsecureTokenEndpoint => "http://192.0.2.1/token".to_owned(),
        _ => format!("{url}/token"),
    };
    Json(json!({
        "issuer": name,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": token,
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        "authorization_response_iss_parameter_supported": false,
    }))
}

async fn jwks() -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![key(1).as_verification_key()]))
}

async fn token(State(issuer): State<FakeIssuer>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let mut inner = issuer.inner.lock().unwrap();
    inner.asked += 1;
    match inner.mischief {
        Mischief::RedirectsTokens => return Redirect::temporary(&format!("{}/elsewhere", issuer.url)).into_response(),
        Mischief::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mischief::Endless => {
            return ([(header::CONTENT_TYPE, "application/json")], " ".repeat(2 << 20)).into_response();
        }
        _ => {}
    }
    let get = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let verifier = get("code_verifier");
    let verified = verifier.len() >= 43 && {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.into()));
        challenge.as_str() == inner.challenge
    };
    if get("code") != CODE || !verified || get("redirect_uri") != "http://127.0.0.1:1/billing/callback" {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let mut answer = json!({ "access_token": "access", "token_type": "Bearer" });
    match inner.mischief {
        Mischief::Missing => {}
        Mischief::Garbage => answer["id_token"] = json!("a.b.c"),
        mischief => answer["id_token"] = json!(id_token(&issuer.url, &inner, mischief)),
    }
    Json(answer).into_response()
}

fn claims(url: &str, inner: &Inner, mischief: Mischief) -> Value {
    let mut claims = json!({
        "iss": url,
        "sub": inner.subject,
        "aud": ["annex"],
        "exp": inner.now + 300,
        "iat": inner.now,
        "nonce": inner.nonce,
        "email": inner.email,
        "name": "Ada",
        "annex_desks": inner.desks,
    });
    match mischief {
        Mischief::Nonce => claims["nonce"] = json!("another"),
        Mischief::NoNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Mischief::Audience => claims["aud"] = json!(["another"]),
        Mischief::ExtraAudience => claims["aud"] = json!(["annex", "another"]),
        Mischief::Issuer => claims["iss"] = json!("https://evil.example"),
        Mischief::Expired => claims["exp"] = json!(inner.now),
        Mischief::IssuedInFuture => claims["iat"] = json!(inner.now + 120),
        Mischief::IssuedLongAgo => claims["iat"] = json!(inner.now - 3600),
        _ => {}
    }
    if claims["email"].is_null() {
        claims.as_object_mut().unwrap().remove("email");
    }
    claims
}

fn id_token(url: &str, inner: &Inner, mischief: Mischief) -> String {
    let claims = claims(url, inner, mischief);
    if mischief == Mischief::Unsigned {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        return format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims));
    }
    let claims: Claims = serde_json::from_value(claims).unwrap();
    // at_hash is made from the access token that is given here.
    let access = if mischief == Mischief::AccessTokenHash { "another" } else { "access" };
    let access = AccessToken::new(access.into());
    let token = match mischief {
        Mischief::SharedKey => {
            let key = CoreHmacKey::new(SECRET.as_bytes());
            Token::new(claims, &key, CoreJwsSigningAlgorithm::HmacSha256, Some(&access), None)
        }
        Mischief::OtherKey => Token::new(claims, &key(2), CoreJwsSigningAlgorithm::EdDsa, Some(&access), None),
        _ => Token::new(claims, &key(1), CoreJwsSigningAlgorithm::EdDsa, Some(&access), None),
    };
    token.unwrap().to_string()
}
