//! Letting a publisher's program in from a machine without a browser (RFC 8628): it gets two codes, shows the short one to a person,
//! who types it at `/portal/device`, and asks the token endpoint with the long one until they have decided. The program is a public
//! client: nothing proves what it is, so the page that a person decides on says that of its name.

use std::collections::BTreeSet;

use annex_desk::Class;
use annex_domain::{addon::PublisherSlug, device_code::WORKS, publisher::PublisherScope};
use annex_portal::devices::{Ask, Collected, ask, collect};
use annex_store::publishers::devices::PAUSE;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use serde_json::json;

use super::{NO_STORE, refusal::Refusal, token::form_of};
use crate::{issuer::form::Form, session::Origin, state::AppState};

/// What the author tools call themselves.
const CLIENT: &str = "annex-cli";
/// The grant that a code is traded for.
pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The device authorization endpoint. Beside what the standard has, a program may name itself (`client_name`) and the publisher
/// that it wants to work for (`publisher`).
pub(super) async fn device(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = form_of(&headers, &body)?;
    is_known(&state, &form)?;
    let publisher = match form.get("publisher") {
        "" => None,
        text => Some(text.parse::<PublisherSlug>().map_err(|_| invalid("`publisher` is not the id of one"))?),
    };
    let scope = |word: &str| {
        let scope = word.parse::<PublisherScope>();
        scope.map_err(|_| Refusal::Told("invalid_scope", "there are the scopes read, submit, publish and events"))
    };
    let scopes: BTreeSet<_> = form.get("scope").split_ascii_whitespace().map(scope).collect::<Result<_, _>>()?;
    let program = if form.get("client_name").is_empty() { CLIENT } else { form.get("client_name") };
    let input = Ask { program: program.to_owned(), publisher, scopes };
    let codes = match ask(&state.portal(), &input, &address, state.clock.now()).await {
        Ok(codes) => codes,
        Err(annex_portal::Refusal::Common(annex_desk::Refusal::TooManyAttempts(wait))) => {
            return Err(Refusal::TooMany(wait));
        }
        Err(refusal) if refusal.class() == Class::Invalid => {
            return Err(invalid("name scopes, and a program in one line of at most 60 characters"));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let here = state.config.absolute("portal/device");
    let answer = json!({
        "device_code": codes.device,
        "user_code": codes.user.to_string(),
        "verification_uri": here,
        "verification_uri_complete": format!("{here}?code={}", codes.user),
        "expires_in": WORKS.as_secs(),
        "interval": PAUSE,
    });
    Ok((NO_STORE, Json(answer)).into_response())
}

/// What the token endpoint answers to a program that was perhaps let in.
pub(super) async fn token(state: &AppState, form: &Form) -> Result<Response, Refusal> {
    is_known(state, form)?;
    let told = |error, text| Err(Refusal::Told(error, text));
    let now = state.clock.now();
    let made = match collect(&state.portal(), form.get("device_code"), now).await {
        Ok(Collected::Token(made)) => made,
        Ok(Collected::Waiting) => return told("authorization_pending", "nobody has decided yet: ask again"),
        Ok(Collected::TooSoon) => {
            return told("slow_down", "wait five seconds longer from now on before you ask again");
        }
        Ok(Collected::Expired) => return told("expired_token", "nobody has decided in time: begin anew"),
        Ok(Collected::Unknown) => return told("invalid_grant", "there is no such code, or it was used"),
        Ok(Collected::Denied) => return told("access_denied", "somebody has decided against it"),
        Err(refusal) if matches!(refusal.class(), Class::NotFound | Class::Forbidden) => {
            return told("access_denied", "who let the program in may not do so any more");
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let scope: Vec<&str> = made.token.scopes.iter().map(|scope| scope.as_str()).collect();
    let answer = json!({
        "access_token": made.secret,
        "token_type": "Bearer",
        "expires_in": made.token.expires_at.since(now).as_secs(),
        "scope": scope.join(" "),
    });
    Ok((NO_STORE, Json(answer)).into_response())
}

/// Goes on for the author tools, where accounts are the host's own.
fn is_known(state: &AppState, form: &Form) -> Result<(), Refusal> {
    if state.config.billing_issuer.is_some() {
        return Err(Refusal::Told("unauthorized_client", "this host has no portal: its accounts are another system's"));
    }
    if form.get("client_id") == CLIENT { Ok(()) } else { Err(Refusal::Unknown) }
}

fn invalid(text: &'static str) -> Refusal {
    Refusal::Told("invalid_request", text)
}
