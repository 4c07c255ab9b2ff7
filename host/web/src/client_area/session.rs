//! Who is signed in to the client area. Its cookie and its sessions are its own: an operator of a desk and the person
//! who pays for it may be two people in one browser.

use annex_billing::Caller;
use annex_domain::{addon::Digest, clock::Timestamp, ids::DeskId, operator::Desk};
use annex_store::{
    billing::{
        accounts::{self, Account},
        client_sessions::{self, SignedIn},
    },
    desks, sessions,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
    response::Response,
};

use super::{
    area::{self, Area, AreaSection, language},
    is_inside,
};
use crate::{
    config::WebConfig,
    cookie::{cookie_value, put_cookie},
    error::PageError,
    flash::Flash,
    i18n::Translator,
    session::way_back,
    shell::{Frame, Shell, is_fragment},
    state::AppState,
};

/// The account that asks.
#[derive(Debug, Clone)]
pub(crate) struct Payer {
    pub(crate) account: Account,
    /// When the password was given.
    pub(crate) signed_in_at: Timestamp,
    /// Whose licence it holds.
    pub(crate) desks: Vec<Desk>,
    pub(crate) t: Translator,
    flash: Option<Flash>,
    now: Timestamp,
}

impl Payer {
    /// The shell of a page whose title is a message key.
    pub(crate) fn shell(&self, title_key: &str) -> Shell {
        self.titled(self.t.get(title_key))
    }

    /// The shell of a page whose title is already text.
    pub(crate) fn titled(&self, title: String) -> Shell {
        let mut shell = area::shell(self.t.clone(), title, self.now);
        shell.toast = self.flash.as_ref().and_then(|flash| flash.toast(&self.t));
        shell
    }

    /// For what is done with its cards.
    pub(crate) fn caller(&self) -> Caller {
        Caller::Account(self.account.id)
    }

    /// What is around a page.
    pub(crate) fn area(&self, place: AreaSection) -> Area {
        Area::of(self.account.clone(), place)
    }

    /// The name of one of its desks, or of none of its any more.
    pub(crate) fn desk_name(&self, id: DeskId) -> &str {
        self.desks.iter().find(|desk| desk.id == id).map_or("", |desk| &desk.name)
    }
}

impl FromRequestParts<AppState> for Payer {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let Some(payer) = current(state, &parts.headers).await? else {
            let fragment = is_fragment(&parts.headers);
            let next = way_back(parts, fragment);
            let next = if is_inside(&next) { next } else { "/client-area".to_owned() };
            return Err(PageError::SignedOut { next, fragment });
        };
        if let Some(Frame(frame)) = parts.extensions.get::<Frame>() {
            let _ = frame.set(payer.shell("error-title"));
        }
        Ok(payer)
    }
}

/// Who is signed in by the request's cookie, and prolongs the session. None: nobody, or no longer.
pub(crate) async fn current(state: &AppState, headers: &HeaderMap) -> Result<Option<Payer>, PageError> {
    let Some(secret) = secret(headers, &state.config) else { return Ok(None) };
    let session = client_sessions::authenticate(&state.db, secret, state.clock.now()).await?;
    let Some(SignedIn { account: id, at: signed_in_at }) = session else { return Ok(None) };
    let mut conn = state.db.read().await?;
    let account = accounts::get(&mut conn, id).await?;
    let mut held = Vec::new();
    for desk in accounts::desks_of(&mut conn, id).await? {
        held.push(desks::get(&mut conn, desk).await?);
    }
    drop(conn);
    let t = language(state, held.first()).await?;
    let flash = Flash::from_headers(headers);
    Ok(Some(Payer { account, signed_in_at, desks: held, t, flash, now: state.clock.now() }))
}

/// The secret of the session that the browser has.
pub(crate) fn secret<'h>(headers: &'h HeaderMap, config: &WebConfig) -> Option<&'h str> {
    cookie_value(headers, cookie_name(config))
}

/// Names the session of the browser without giving its secret away.
pub(crate) fn fingerprint(headers: &HeaderMap, config: &WebConfig) -> Option<String> {
    secret(headers, config).map(|secret| Digest::of(secret.as_bytes()).to_string())
}

fn cookie_name(config: &WebConfig) -> &'static str {
    if config.is_https() { "__Host-annex-client" } else { "annex-client" }
}

/// Gives the browser a session.
pub(crate) fn set_cookie(config: &WebConfig, response: &mut Response, secret: &str) {
    put_cookie(config, response, cookie_name(config), secret, sessions::ABSOLUTE.as_secs());
}

/// Takes the session from the browser.
pub(crate) fn clear_cookie(config: &WebConfig, response: &mut Response) {
    put_cookie(config, response, cookie_name(config), "", 0);
}
