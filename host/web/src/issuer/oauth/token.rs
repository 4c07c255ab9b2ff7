//! The token endpoint: a service gets an access token for itself, or trades the code of an operator who signed in for one and
//! an ID token. Programs of publishers ask here whether they were let in ([`device`]).

use annex_desk::oauth::{Exchanged, Request, exchange, give};
use annex_domain::permission::{Permission, Permissions};
use annex_store::oauth::{TOKEN_WORKS, clients::Client};
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{NO_STORE, client, device, id_token, refusal::Refusal};
use crate::{
    issuer::form::{Form, verifies},
    state::AppState,
};

pub(super) async fn token(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let form = form_of(&headers, &body)?;
    if form.get("grant_type") == device::GRANT {
        return device::token(&state, &form).await;
    }
    let client = client::of(&state, &headers, &form).await?;
    let answer = match form.get("grant_type") {
        "client_credentials" => for_itself(&state, &client, &form).await?,
        "authorization_code" => for_operator(&state, &client, &form).await?,
        _ => {
            let text = "there are client_credentials, authorization_code and the device code of publishers' programs";
            return Err(Refusal::Told("unsupported_grant_type", text));
        }
    };
    Ok((NO_STORE, Json(answer)).into_response())
}

/// The form that a service sent.
pub(super) fn form_of(headers: &HeaderMap, body: &[u8]) -> Result<Form, Refusal> {
    Form::read(headers, body).ok_or(Refusal::Told("invalid_request", "send a form with every field once"))
}

async fn for_itself(state: &AppState, client: &Client, form: &Form) -> Result<Value, Refusal> {
    let scopes = match form.get("scope") {
        "" => client.scopes.clone(),
        text => scopes_of(text.split_ascii_whitespace())?,
    };
    if scopes.0.is_empty() || client.scopes.lacks(&scopes).is_some() {
        return Err(Refusal::Told("invalid_scope", "ask for scopes that the desk has granted to the add-on's service"));
    }
    let token = give(&state.desk(), client, scopes.clone(), state.clock.now()).await?;
    Ok(answer(token, &words(&scopes)))
}

async fn for_operator(state: &AppState, client: &Client, form: &Form) -> Result<Value, Refusal> {
    let (redirect_uri, verifier) = (form.get("redirect_uri"), form.get("code_verifier"));
    let fits = |request: &Request| request.redirect_uri == redirect_uri && verifies(verifier, &request.code_challenge);
    let exchanged = exchange(&state.desk(), client, form.get("code"), fits, state.clock.now()).await?;
    let Some(Exchanged { token, operator, request }) = exchanged else {
        let text =
            "the code is not known, was used before, has expired, or was given for another redirect URI or verifier";
        return Err(Refusal::Told("invalid_grant", text));
    };
    let id_token = id_token::signed(state, client, operator, &request).await?;
    let mut scope = request.claims.clone();
    scope.extend(words(&request.scopes));
    let mut answer = answer(token, &scope);
    if let Value::Object(members) = &mut answer {
        members.insert("id_token".to_owned(), id_token.into());
    }
    Ok(answer)
}

fn answer(token: String, scope: &[String]) -> Value {
    json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN_WORKS.as_secs(), "scope": scope.join(" ") })
}

/// Scopes by their words.
pub(super) fn scopes_of<'w>(words: impl Iterator<Item = &'w str>) -> Result<Permissions, Refusal> {
    let scope =
        |word: &str| word.parse::<Permission>().map_err(|_| Refusal::Told("invalid_scope", "a scope is not known"));
    Ok(Permissions(words.map(scope).collect::<Result<_, _>>()?))
}

/// The words of scopes.
pub(super) fn words(scopes: &Permissions) -> Vec<String> {
    scopes.0.iter().map(ToString::to_string).collect()
}
