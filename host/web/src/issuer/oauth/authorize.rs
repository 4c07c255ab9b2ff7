//! The authorization endpoint: signs an operator in at the service of an add-on that they use. The desk consented when it
//! installed the add-on, so nobody is asked again. Nobody is sent to an address that is not, byte by byte, one of the client's.

use std::time::Duration;

use annex_desk::{
    oauth::{Request, authorise},
    sessions::Current,
};
use annex_domain::{
    clock::Timestamp,
    oauth::client_of,
    permission::{Permission, Permissions},
};
use annex_store::{
    desks,
    oauth::clients::{self, Client},
};
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use url::{Url, form_urlencoded};

use super::{CLAIMS, issuer_url};
use crate::{
    at::AskedFor,
    error::{PageError, PageResult},
    issuer::{again, form::is_challenge},
    session,
    state::AppState,
};

/// Where this endpoint is.
const PATH: &str = "/oauth/authorize";
/// Parameters that may be given once at most.
const ONCE: [&str; 9] = [
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
];
/// Parameters that carry others, which nobody may overlook, and how they are refused (OpenID Connect Core, 3.1.2.6).
const CARRIERS: [(&str, &str); 3] = [
    ("request", "request_not_supported"),
    ("request_uri", "request_uri_not_supported"),
    ("registration", "registration_not_supported"),
];
/// The longest `state` and `nonce` that are taken.
const LONGEST: usize = 500;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/oauth/authorize", get(authorize))
}

/// What a service asks for, once it is known who it is and where it may be answered.
struct Asked {
    redirect_uri: String,
    nonce: Option<String>,
    code_challenge: String,
    claims: Vec<String>,
    scopes: Permissions,
    /// `prompt=none`: nobody may be asked anything.
    silent: bool,
    /// `prompt=login`: the password, whoever is signed in.
    login: bool,
    /// How many seconds ago the password may have been given, at most.
    max_age: Option<u64>,
}

/// The parameters of an address.
struct Query(Vec<(String, String)>);

impl Query {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(key, _)| key == name).count()
    }
}

async fn authorize(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    name: AskedFor,
    headers: HeaderMap,
) -> PageResult {
    let query = query.unwrap_or_default();
    let fields = Query(form_urlencoded::parse(query.as_bytes()).into_owned().collect());
    let (client, redirect_uri) = known(&state, &fields).await?;
    let back = |pairs: &[(&str, &str)]| back(&state, &redirect_uri, fields.get("state"), pairs);
    let asked = match asked(&client, &fields, &redirect_uri) {
        Ok(asked) => asked,
        Err((error, text)) => return back(&[("error", error), ("error_description", text)]),
    };
    let current = session::current(&state, &headers, name).await?;
    let is_theirs = current.as_ref().is_some_and(|current| current.operator.desk == client.desk);
    if !is_theirs && let Some(there) = by_own_name(&state, &client, name, &query).await? {
        return Ok(Redirect::to(&there).into_response());
    }
    let current = match current {
        Some(current) if asked.takes(&state, &current, &query) => current,
        _ if asked.silent => {
            return back(&[("error", "login_required"), ("error_description", "the operator has to be asked")]);
        }
        older => return lead_to_sign_in(&state, &asked, older.as_ref(), &query),
    };
    let request = Request {
        redirect_uri: asked.redirect_uri,
        nonce: asked.nonce,
        code_challenge: asked.code_challenge,
        claims: asked.claims,
        scopes: asked.scopes,
        auth_time: current.session.confirmed_at,
    };
    let now = state.clock.now();
    match authorise(&state.desk(), &client, &current.operator, &request, now).await? {
        Some(code) => back(&[("code", &code)]),
        None => back(&[("error", "access_denied"), ("error_description", "the operator may not use this add-on")]),
    }
}

/// The same request by the name of the client's desk, where it has one: that is where its operators are signed in. None for one that
/// came by it.
async fn by_own_name(
    state: &AppState,
    client: &Client,
    name: AskedFor,
    query: &str,
) -> Result<Option<String>, PageError> {
    if name.0.is_some() {
        return Ok(None);
    }
    let desk = desks::known(&state.db, client.desk).await?;
    let named = state.config.host_name_of(&desk).is_some();
    Ok(named.then(|| state.config.absolute_of(&desk, &format!("{PATH}?{query}"))))
}

/// Who asks, and where they may be answered. Until that is known nobody is sent anywhere.
async fn known(state: &AppState, fields: &Query) -> Result<(Client, String), PageError> {
    let here = |code, text| PageError::refused(StatusCode::BAD_REQUEST, code, text);
    let unknown = || here("unknown-client", "it is not known who asks for the login");
    let id = client_of(fields.get("client_id")).filter(|_| fields.count("client_id") == 1).ok_or_else(unknown)?;
    let client = clients::get(&mut state.db.read().await?, id).await?.ok_or_else(unknown)?;
    let uri = fields.get("redirect_uri");
    if fields.count("redirect_uri") != 1 || !client.redirects.iter().any(|known| known == uri) {
        return Err(here("unknown-redirect", "the login would lead to an address that is not the add-on's"));
    }
    Ok((client, uri.to_owned()))
}

/// What is asked for; else a word of OAuth, and why.
fn asked(client: &Client, fields: &Query, redirect_uri: &str) -> Result<Asked, (&'static str, &'static str)> {
    if ONCE.iter().any(|name| fields.count(name) > 1) {
        return Err(("invalid_request", "a parameter is repeated"));
    }
    if let Some((_, error)) = CARRIERS.into_iter().find(|(name, _)| fields.count(name) > 0) {
        return Err((error, "send each parameter by itself"));
    }
    if fields.get("response_type") != "code" {
        return Err(("unsupported_response_type", "only the authorization code flow is supported"));
    }
    if !matches!(fields.get("response_mode"), "" | "query") {
        return Err(("invalid_request", "only the response mode query is supported"));
    }
    let (claims, scopes) = scopes(client, fields.get("scope"))?;
    let challenge = fields.get("code_challenge");
    if fields.get("code_challenge_method") != "S256" || !is_challenge(challenge) {
        return Err(("invalid_request", "PKCE with S256 is needed"));
    }
    let nonce = fields.get("nonce");
    if fields.get("state").len() > LONGEST || nonce.len() > LONGEST {
        return Err(("invalid_request", "state or nonce is too long"));
    }
    let max_age = match fields.get("max_age") {
        "" => None,
        text => Some(text.parse().map_err(|_| ("invalid_request", "max_age is a number of seconds"))?),
    };
    let prompt: Vec<&str> = fields.get("prompt").split_ascii_whitespace().collect();
    let silent = prompt.contains(&"none");
    if silent && prompt.len() > 1 {
        return Err(("invalid_request", "prompt=none stands alone"));
    }
    Ok(Asked {
        redirect_uri: redirect_uri.to_owned(),
        nonce: (!nonce.is_empty()).then(|| nonce.to_owned()),
        code_challenge: challenge.to_owned(),
        claims,
        scopes,
        silent,
        login: prompt.iter().any(|word| matches!(*word, "login" | "select_account")),
        max_age,
    })
}

/// Parts of the profile, and what the access token may do. Scopes that nobody knows are left out, as OpenID Connect says.
fn scopes(client: &Client, text: &str) -> Result<(Vec<String>, Permissions), (&'static str, &'static str)> {
    let asked: Vec<&str> = text.split_ascii_whitespace().collect();
    if !asked.contains(&"openid") {
        return Err(("invalid_scope", "the scope openid is needed"));
    }
    let claims = CLAIMS.into_iter().filter(|claim| asked.contains(claim)).map(ToOwned::to_owned).collect();
    let scopes = Permissions(asked.iter().filter_map(|word| word.parse::<Permission>().ok()).collect());
    match client.scopes.lacks(&scopes) {
        None => Ok((claims, scopes)),
        Some(_) => Err(("invalid_scope", "the desk has not granted this to the add-on's service")),
    }
}

impl Asked {
    /// True when the password was given as lately as is asked for.
    fn takes(&self, state: &AppState, current: &Current, query: &str) -> bool {
        let (now, at) = (state.clock.now(), current.session.confirmed_at);
        if again::newer_than(state.lifecycle.vault(), PATH, query, now).is_some_and(|old| at > old) {
            return true;
        }
        let young = self.max_age.is_none_or(|seconds| now.since(at) <= Duration::from_secs(seconds));
        young && !self.login
    }
}

/// The way to the sign-in, or to the password once more, and back.
fn lead_to_sign_in(
    state: &AppState,
    asked: &Asked,
    current: Option<&Current>,
    query: &str,
) -> Result<Response, PageError> {
    let (now, vault) = (state.clock.now(), state.lifecycle.vault());
    let noted =
        |newer_than: Timestamp| again::with_note(vault, PATH, query, newer_than, now).map_err(PageError::internal);
    match current {
        None if !asked.login && asked.max_age.is_none() => {
            Err(PageError::SignedOut { next: format!("{PATH}?{query}"), fragment: false })
        }
        None => Err(PageError::SignedOut { next: noted(now.before(Duration::from_millis(1)))?, fragment: false }),
        Some(current) => {
            let next = noted(current.session.confirmed_at)?;
            let query = serde_urlencoded::to_string([("next", next)]).map_err(PageError::internal)?;
            Ok(Redirect::to(&format!("/sign-in/again?{query}")).into_response())
        }
    }
}

/// Sends the browser back to the service. Every answer names its issuer (RFC 9207).
fn back(state: &AppState, redirect_uri: &str, theirs: &str, pairs: &[(&str, &str)]) -> Result<Response, PageError> {
    let mut to = Url::parse(redirect_uri).map_err(PageError::internal)?;
    to.query_pairs_mut().extend_pairs(pairs).append_pair("iss", &issuer_url(&state.config));
    if !theirs.is_empty() {
        to.query_pairs_mut().append_pair("state", theirs);
    }
    Ok(Redirect::to(to.as_str()).into_response())
}
