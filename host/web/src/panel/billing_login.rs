//! Logging the desk in to billing (R5), and out. **Login** sends the browser to the client area, or to the issuer that the
//! host is configured for, and back; from then on the desk is logged in until **Logout**, over restarts.
//!
//! OpenID Connect, authorization code with PKCE S256. `state` belongs to the session that began the login, and works once;
//! nonce, issuer, audience, times, signature and `at_hash` of the ID token are checked by openidconnect. The link is bound
//! to issuer and subject, never to an e-mail address. An account without the desk's licence is the wrong one (R6).

mod pending;
mod provider;
#[cfg(test)]
mod tests;
mod transport;

use annex_billing::accounts::Identity;
use annex_domain::{operator::HostLabel, permission::Permission};
use annex_store::billing::{accounts, logins};
use askama::Template;
use axum::{
    Router,
    extract::{Query, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use serde::Deserialize;
use url::form_urlencoded;

use self::{
    pending::Pending,
    provider::{LoginRefused, Provider},
};
use super::form::Posted;
use crate::{
    at::AskedFor,
    client_area::{claim, leave},
    error::{PageError, PageResult, chain},
    flash::Flash,
    session::{SignedIn, local_path},
    shell::{Section, Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/billing/login", get(ask).post(send_away))
        .route("/billing/callback", get(come_back))
        .route("/billing/logout", post(log_out))
}

#[derive(Template)]
#[template(path = "client_area/login.html")]
pub(crate) struct LoginPage {
    pub(crate) shell: Shell,
    pub(crate) next: String,
    /// The host of a billing system other than the built-in one.
    pub(crate) elsewhere: Option<String>,
}

#[derive(Template)]
#[template(path = "client_area/login_refused.html")]
pub(crate) struct RefusedPage {
    pub(crate) shell: Shell,
    pub(crate) text: String,
    pub(crate) code: &'static str,
    pub(crate) next: String,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

/// Where the browser goes in the end.
pub(in crate::panel) fn next_of(text: &str) -> &str {
    match local_path(text) {
        "/" => "/billing",
        path => path,
    }
}

/// A page with the button, for links that say "log in first".
async fn ask(State(state): State<AppState>, Query(Next { next }): Query<Next>, who: SignedIn) -> PageResult {
    who.require(Permission::AddonsManage)?;
    page(&LoginPage {
        shell: who.shell("billing-login-title", Section::Billing),
        next: next_of(&next).to_owned(),
        elsewhere: Provider::host(&state.config),
    })
}

/// Sends the browser away.
async fn send_away(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let next = next_of(form.get("next"));
    let holder = {
        let mut conn = state.db.read().await?;
        if logins::of_desk(&mut conn, who.desk.id).await?.is_some() {
            return Ok(Flash::warning("billing-login-already").redirect("/billing"));
        }
        accounts::licence_holder(&mut conn, who.desk.id).await?
    };
    let provider = match Provider::discover(&state).await {
        Ok(provider) => provider,
        Err(refused) => return refuse(&who, &refused, next),
    };
    let claim = match (holder, provider.is_built_in()) {
        (None, true) => Some(claim::make(state.lifecycle.vault(), who.desk.id, state.clock.now())),
        _ => None,
    };
    let pending = Pending::new(provider.issuer(), next, who.own_name())?;
    let to = provider.authorize_url(&pending, claim.transpose().map_err(PageError::internal)?.as_deref());
    pending.keep(&state, who.desk.id, who.session).await?;
    leave(&state, who.shell("billing-login-title", Section::Billing), &to)
}

/// The browser comes back, with a code or an error; by the host's own name, whichever it asked by before. Its session is where it began.
async fn come_back(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    asked: AskedFor,
    who: Result<SignedIn, PageError>,
) -> PageResult {
    let query = query.unwrap_or_default();
    let begun_at = begun_at(&parameter(&query, "state"));
    if let Some(label) = begun_at.filter(|_| asked.0.is_none() && state.config.desk_domain.is_some()) {
        let there = state.config.absolute_at(&label, &format!("billing/callback?{query}"));
        return Ok(Redirect::to(&there).into_response());
    }
    let who = who?;
    who.require(Permission::AddonsManage)?;
    let Some(pending) = Pending::take(&state, &parameter(&query, "state"), who.desk.id, who.session).await? else {
        return refuse(&who, &LoginRefused::State, "/billing");
    };
    match redeem(&state, &query, &pending).await {
        Ok(identity) => logged_in(&state, &who, &identity, &pending.next).await,
        Err(refused) => refuse(&who, &refused, &pending.next),
    }
}

/// The desk's name by which a browser was asked before it was sent away with a `state`.
pub(in crate::panel) fn begun_at(state: &str) -> Option<HostLabel> {
    Pending::begun_at(state)
}

/// The value of a parameter of the query; empty where it is missing or repeated.
pub(in crate::panel) fn parameter(query: &str, name: &str) -> String {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => value.into_owned(),
        _ => String::new(),
    }
}

async fn redeem(state: &AppState, query: &str, pending: &Pending) -> Result<Identity, LoginRefused> {
    let provider = Provider::discover(state).await?;
    provider.check_answer(pending, &parameter(query, "iss"))?;
    let error = parameter(query, "error");
    if !error.is_empty() {
        return Err(LoginRefused::by_issuer(&error));
    }
    provider.redeem(pending, parameter(query, "code"), state.clock.now()).await
}

async fn logged_in(state: &AppState, who: &SignedIn, identity: &Identity, next: &str) -> PageResult {
    let (account, holds) = annex_billing::accounts::log_in(&state.billing, &who.manager(), identity).await?;
    Ok(if holds {
        Flash::success("billing-login-done").arg("email", &account.email).redirect(next)
    } else {
        // R6: the page says so, and offers Logout alone.
        Flash::warning("billing-login-wrong").arg("email", &account.email).redirect("/billing")
    })
}

async fn log_out(State(state): State<AppState>, who: SignedIn, form: Posted) -> PageResult {
    annex_billing::accounts::log_out(&state.billing, &who.manager()).await?;
    Ok(Flash::success("billing-logout-done").redirect(next_of(form.get("next"))))
}

/// Says why nobody was logged in, and offers to try again.
fn refuse(who: &SignedIn, refused: &LoginRefused, next: &str) -> PageResult {
    let code = refused.code();
    match refused {
        LoginRefused::Unreachable(error) => {
            tracing::warn!(code, error = %chain(error.as_ref()), "the billing system cannot be asked");
        }
        other => tracing::warn!(code, reason = %chain(other), "a login to billing was refused"),
    }
    let status = match refused {
        LoginRefused::Unreachable(_) => StatusCode::BAD_GATEWAY,
        _ => StatusCode::BAD_REQUEST,
    };
    page_with(
        status,
        &RefusedPage {
            shell: who.shell("billing-login-refused", Section::Billing),
            text: who.t.get(refused.text_key()),
            code,
            next: next.to_owned(),
        },
    )
}
