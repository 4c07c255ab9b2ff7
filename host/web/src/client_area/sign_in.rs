//! Signing in to the client area, and out. The limit on attempts is the panel's, counted apart; a wrong address and a
//! wrong password look and take the same. A browser that signed in before has attempts of its own.

use annex_billing::accounts::{attempt, counted_as};
use annex_store::{StoreError, billing::accounts};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    area::{Area, outside},
    is_below, is_inside,
    session::{self, set_cookie},
};
use crate::{
    device::Device,
    error::{PageError, PageResult},
    flash::Flash,
    issuer::{
        again,
        client_area::{AUTHORIZE, claimed_desk, with_next},
    },
    panel::form::Posted,
    password,
    session::{Origin, local_path},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/sign-in", get(show).post(sign_in)).route("/client-area/sign-out", post(sign_out))
}

/// What somebody signs in for. The account is the same; where it comes from, and who may go on, is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Bills and cards.
    ClientArea,
    /// The pages of publishers.
    Portal,
    /// The pages of the platform's people.
    Review,
}

impl Purpose {
    /// Of the page that comes next. Where accounts are another system's there are no publishers.
    fn of(state: &AppState, next: &str) -> Self {
        if state.config.billing_issuer.is_some() {
            return Self::ClientArea;
        }
        if is_below(next, "/portal") {
            Self::Portal
        } else if is_below(next, "/review") {
            Self::Review
        } else {
            Self::ClientArea
        }
    }

    /// Key of the title.
    fn title(self) -> &'static str {
        match self {
            Self::ClientArea => "client-sign-in-title",
            Self::Portal => "portal-sign-in-title",
            Self::Review => "review-sign-in-title",
        }
    }

    /// Key of what says which account is meant.
    fn intro(self) -> &'static str {
        match self {
            Self::ClientArea => "client-sign-in-intro",
            Self::Portal => "portal-sign-in-intro",
            Self::Review => "review-sign-in-intro",
        }
    }

    /// Key of what helps who has no account, or no password.
    fn hint(self) -> &'static str {
        match self {
            Self::ClientArea => "client-sign-in-hint",
            Self::Portal => "portal-sign-in-hint",
            Self::Review => "review-sign-in-hint",
        }
    }

    /// Name in the sprite.
    fn icon(self) -> &'static str {
        match self {
            Self::ClientArea => "credit-card",
            Self::Portal => "puzzle",
            Self::Review => "shield-check",
        }
    }

    fn is_portal(self) -> bool {
        self == Self::Portal
    }
}

#[derive(Template)]
#[template(path = "client_area/sign_in.html")]
pub(super) struct SignInPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) purpose: Purpose,
    pub(super) next: String,
    pub(super) email: String,
    pub(super) error: Option<String>,
    /// Where an account can be made instead.
    pub(super) register: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

/// `next` when it is a page that accounts sign in for, else the overview of the client area.
pub(super) fn next_page(next: &str) -> &str {
    let path = local_path(next);
    if is_inside(path) { path } else { "/client-area" }
}

/// What is asked behind the `?` of an address.
pub(super) fn query_of(next: &str) -> &str {
    next.split_once('?').map_or("", |(_, query)| query)
}

async fn show(State(state): State<AppState>, Query(Next { next }): Query<Next>, headers: HeaderMap) -> PageResult {
    let next = next_page(&next);
    if let Some(payer) = session::current(&state, &headers).await? {
        // A relying party may ask for a newer sign-in than the one that there is.
        let newer_than = again::newer_than(state.lifecycle.vault(), AUTHORIZE, query_of(next), state.clock.now());
        if newer_than.is_none_or(|old| payer.signed_in_at > old) {
            return Ok(Redirect::to(next).into_response());
        }
    }
    page(&sign_in_page(&state, &headers, next, "", None).await?)
}

async fn sign_in_page(
    state: &AppState,
    headers: &HeaderMap,
    next: &str,
    email: &str,
    error: Option<String>,
) -> Result<SignInPage, PageError> {
    let (claimed, purpose) = (claimed_desk(state, query_of(next)).await?, Purpose::of(state, next));
    Ok(SignInPage {
        shell: outside(state, headers, purpose.title()).await?,
        area: Area::outside(),
        purpose,
        register: claimed.map(|_| with_next("register", next)),
        next: next.to_owned(),
        email: email.to_owned(),
        error,
    })
}

async fn sign_in(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let (email, next) = (form.get("email"), next_page(form.get("next")));
    let device = Device::of(&state, &headers, &counted_as(email));
    if let Some(wait) = attempt(&state.billing, device.trying(&address)).await? {
        let mut shown = sign_in_page(&state, &headers, next, email, None).await?;
        shown.error = Some(shown.shell.t.with("sign-in-too-many", &[("minutes", &wait.div_ceil(60))]));
        let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &shown)?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        return Ok(response);
    }
    let known = accounts::by_email(&mut state.db.read().await?, email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::verify(form.raw("password").to_owned().into(), hash).await;
    let (trying, before) = (device.trying(&address), session::secret(&headers, &state.config));
    let entered = match known.filter(|_| right) {
        Some(known) => match annex_billing::accounts::sign_in(&state.billing, &known, trying, before).await {
            Err(StoreError::Stale(_)) => None, // another password since
            entered => Some(entered?),
        },
        None => None,
    };
    let Some(secret) = entered else {
        let mut shown = sign_in_page(&state, &headers, next, email, None).await?;
        shown.error = Some(shown.shell.t.get("client-sign-in-failed"));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    };
    let mut response = Redirect::to(next).into_response();
    set_cookie(&state.config, &mut response, &secret);
    device.remember(&state, &mut response);
    Ok(response)
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap, form: Posted) -> PageResult {
    if let Some(secret) = session::secret(&headers, &state.config) {
        annex_billing::accounts::sign_out(&state.billing, secret).await?;
    }
    let to = match form.get("next") {
        "" => "/client-area/sign-in".to_owned(),
        next => with_next("sign-in", next_page(next)),
    };
    let mut response = Flash::success("client-sign-out-done").redirect(&to);
    session::clear_cookie(&state.config, &mut response);
    Ok(response)
}
