//! The authorization endpoint: asks whoever is signed in to the client area whether the help desk may log in with their
//! account, and sends the browser back with a code. Nothing happens on GET, and nobody is sent to an address that is not
//! the panel's. With the claim of a desk whose licence nobody holds, the account takes it on the way.

use std::time::Duration;

use annex_domain::operator::Desk;
use annex_store::{StoreError, billing::accounts, desks};
use askama::Template;
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect},
    routing::get,
};
use openidconnect::RedirectUrl;
use url::{Url, form_urlencoded};

use super::{Bound, CLIENT_ID, callback_url, issuer_url};
use crate::{
    client_area::{
        area::{Area, AreaSection},
        claim,
        session::{self, Payer},
    },
    error::{PageError, PageResult},
    issuer::{again, form::is_challenge},
    shell::{Shell, page},
    state::AppState,
};

/// Parameters that may be given once at most.
const ONCE: [&str; 10] = [
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "annex_claim",
    "annex_again",
];
/// Where this endpoint is.
pub(crate) const AUTHORIZE: &str = "/client-area/authorize";
/// The longest `state` and `nonce` that are taken.
const LONGEST: usize = 500;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/authorize", get(show).post(go_on))
}

#[derive(Template)]
#[template(path = "client_area/authorize.html")]
struct AuthorizePage {
    shell: Shell,
    area: Area,
    query: String,
    /// Desks whose licence the account holds.
    held: Vec<String>,
    /// The desk whose licence it takes by going on.
    takes: Option<String>,
}

/// A request that may be granted.
#[derive(Debug)]
struct AuthorizeRequest {
    redirect_uri: RedirectUrl,
    nonce: String,
    code_challenge: String,
    state: String,
    /// `prompt=none`: nobody may be asked anything.
    silent: bool,
    /// `prompt=login`: the password, whoever is signed in.
    login: bool,
    /// How many seconds ago the password may have been given, at most.
    max_age: Option<u64>,
}

impl AuthorizeRequest {
    /// True when the sign-in is as recent as is asked for.
    fn takes(&self, payer: &Payer, state: &AppState, query: &str) -> bool {
        let (now, at) = (state.clock.now(), payer.signed_in_at);
        if again::newer_than(state.lifecycle.vault(), AUTHORIZE, query, now).is_some_and(|old| at > old) {
            return true;
        }
        let young = self.max_age.is_none_or(|seconds| now.since(at) <= Duration::from_secs(seconds));
        young && !self.login
    }

    /// The way to a page of the client area where a newer sign-in is made, and back.
    fn lead_to(&self, page: &str, payer: Option<&Payer>, state: &AppState, query: &str) -> PageResult {
        let (now, vault) = (state.clock.now(), state.lifecycle.vault());
        let next = match payer {
            None if !self.login && self.max_age.is_none() => Ok(format!("{AUTHORIZE}?{query}")),
            None => again::with_note(vault, AUTHORIZE, query, now.before(Duration::from_millis(1)), now),
            Some(payer) => again::with_note(vault, AUTHORIZE, query, payer.signed_in_at, now),
        };
        Ok(Redirect::to(&with_next(page, &next.map_err(PageError::internal)?)).into_response())
    }
}

/// Why a request is not granted.
#[derive(Debug)]
enum Refusal {
    /// Said on a page: whoever asks is not known, so nobody is sent there.
    Here(PageError),
    /// Said to the client, in the words of OAuth.
    There { error: &'static str, text: &'static str, state: String },
}

impl Refusal {
    fn answer(self, state: &AppState) -> PageResult {
        match self {
            Self::Here(error) => Err(error),
            Self::There { error, text, state: theirs } => {
                back(state, &[("error", error), ("error_description", text), ("state", &theirs)])
            }
        }
    }
}

async fn show(State(state): State<AppState>, RawQuery(query): RawQuery, headers: HeaderMap) -> PageResult {
    let query = query.unwrap_or_default();
    let request = match read(&state, &query) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(&state),
    };
    let payer = session::current(&state, &headers).await?;
    let fresh = payer.as_ref().is_some_and(|payer| request.takes(payer, &state, &query));
    if request.silent {
        let error = if fresh { "interaction_required" } else { "login_required" };
        return Refusal::There { error, text: "the account has to be asked", state: request.state }.answer(&state);
    }
    let claimed = claimed_desk(&state, &query).await?;
    let Some(payer) = payer else {
        // Nobody holds the licence yet: the way in is a new account.
        let page = if claimed.is_some() { "register" } else { "sign-in" };
        return request.lead_to(page, None, &state, &query);
    };
    if !fresh {
        return request.lead_to("sign-in", Some(&payer), &state, &query);
    }
    page(&AuthorizePage {
        shell: payer.shell("client-authorize-title"),
        area: payer.area(AreaSection::None),
        query,
        held: payer.desks.iter().map(|desk| desk.name.clone()).collect(),
        takes: claimed.map(|desk| desk.name),
    })
}

async fn go_on(State(state): State<AppState>, RawQuery(query): RawQuery, payer: Payer) -> PageResult {
    let query = query.unwrap_or_default();
    let request = match read(&state, &query) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(&state),
    };
    if !request.takes(&payer, &state, &query) {
        return request.lead_to("sign-in", Some(&payer), &state, &query);
    }
    let claimed = claimed_desk(&state, &query).await?;
    let bound = Bound {
        client_id: CLIENT_ID.to_owned(),
        redirect_uri: request.redirect_uri,
        nonce: request.nonce,
        code_challenge: request.code_challenge,
        auth_time: payer.signed_in_at,
    };
    let bound = serde_json::to_value(&bound).map_err(PageError::internal)?;
    let claimed = claimed.map(|desk| desk.id);
    let code = annex_billing::accounts::authorise(&state.billing, &payer.account, claimed, &bound).await?;
    back(&state, &[("code", &code), ("state", &request.state)])
}

/// `/client-area/{page}` that leads to `next` in the end.
pub(crate) fn with_next(page: &str, next: &str) -> String {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("/client-area/{page}?{query}")
}

/// The desk that the request brings a claim of, if nobody holds its licence.
pub(crate) async fn claimed_desk(state: &AppState, query: &str) -> Result<Option<Desk>, PageError> {
    let text = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "annex_claim");
    let Some((_, text)) = text else { return Ok(None) };
    let Some(desk) = claim::read(state.lifecycle.vault(), &text, state.clock.now()) else { return Ok(None) };
    let mut conn = state.db.read().await?;
    if accounts::licence_holder(&mut conn, desk).await?.is_some() {
        return Ok(None);
    }
    match desks::get(&mut conn, desk).await {
        Ok(desk) => Ok(Some(desk)),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sends the browser back to the panel. Every answer names its issuer (RFC 9207).
fn back(state: &AppState, pairs: &[(&str, &str)]) -> PageResult {
    let mut to = Url::parse(&callback_url(&state.config)).map_err(PageError::internal)?;
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    to.query_pairs_mut().extend_pairs(pairs).append_pair("iss", &issuer_url(&state.config));
    Ok(Redirect::to(to.as_str()).into_response())
}

/// Checks a request as RFC 6749 and OpenID Connect say: first who asks, then what.
fn read(state: &AppState, query: &str) -> Result<AuthorizeRequest, Refusal> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let values = |name: &'static str| pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_ref());
    let get = |name: &'static str| values(name).next().unwrap_or_default();
    let here = |code, text| Refusal::Here(PageError::refused(StatusCode::BAD_REQUEST, code, text));
    if get("client_id") != CLIENT_ID || values("client_id").count() != 1 {
        return Err(here("unknown-client", "the client area does not know who asks for the login"));
    }
    if get("redirect_uri") != callback_url(&state.config) || values("redirect_uri").count() != 1 {
        return Err(here("unknown-redirect", "the login would lead to an address that is not this help desk's"));
    }
    let there = |error, text| Refusal::There { error, text, state: get("state").to_owned() };
    if ONCE.iter().any(|name| values(name).count() > 1) {
        return Err(there("invalid_request", "a parameter is repeated"));
    }
    if get("response_type") != "code" {
        return Err(there("unsupported_response_type", "only the authorization code flow is supported"));
    }
    if !get("scope").split(' ').any(|scope| scope == "openid") {
        return Err(there("invalid_scope", "the scope openid is needed"));
    }
    let challenge = get("code_challenge");
    if get("code_challenge_method") != "S256" || !is_challenge(challenge) {
        return Err(there("invalid_request", "PKCE with S256 is needed"));
    }
    if [get("state"), get("nonce")].iter().any(|text| text.is_empty() || text.len() > LONGEST) {
        return Err(there("invalid_request", "state and nonce are needed"));
    }
    let max_age = match get("max_age") {
        "" => None,
        text => Some(text.parse().map_err(|_| there("invalid_request", "max_age is a number of seconds"))?),
    };
    let prompt: Vec<&str> = get("prompt").split_ascii_whitespace().collect();
    let silent = prompt.contains(&"none");
    if silent && prompt.len() > 1 {
        return Err(there("invalid_request", "prompt=none stands alone"));
    }
    Ok(AuthorizeRequest {
        redirect_uri: RedirectUrl::new(callback_url(&state.config))
            .map_err(|error| Refusal::Here(PageError::internal(error)))?,
        nonce: get("nonce").to_owned(),
        code_challenge: challenge.to_owned(),
        state: get("state").to_owned(),
        silent,
        // Who chooses an account signs in with it.
        login: prompt.iter().any(|word| matches!(*word, "login" | "select_account")),
        max_age,
    })
}
