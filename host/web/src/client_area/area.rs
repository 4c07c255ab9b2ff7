//! What is around the pages of the client area: its own head and links, in the colours of the system.

use annex_domain::{clock::Timestamp, operator::Desk};
use annex_store::{billing::accounts::Account, desks};
use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect},
};
use url::Url;

use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::{Translator, english},
    shell::{NavLink, Section, Shell, page},
    state::AppState,
};

/// Where a page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AreaSection {
    /// Outside: signing in, registering, the test gateway.
    None,
    /// What is held and paid for.
    Overview,
    /// Invoices.
    Invoices,
    /// Cards.
    Methods,
    /// The address on invoices.
    Details,
    /// The password.
    Password,
    /// What is elsewhere, for publishers.
    Portal,
}

/// What is around a page, beside its [`Shell`]: every template of the client area has one under the name `area`.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    /// None: nobody is signed in.
    pub(crate) account: Option<Account>,
    place: AreaSection,
}

/// The shell of a page for somebody who reads `t`.
pub(crate) fn shell(t: Translator, title: String, now: Timestamp) -> Shell {
    Shell { t, title, section: Section::None, person: None, toast: None, now }
}

/// The shell of a page where nobody is signed in.
pub(crate) async fn outside(state: &AppState, headers: &HeaderMap, title_key: &str) -> Result<Shell, PageError> {
    let t = language(state, None).await?;
    let mut shell = shell(t.clone(), t.get(title_key), state.clock.now());
    shell.toast = Flash::from_headers(headers).and_then(|flash| flash.toast(&t));
    Ok(shell)
}

/// The language of the client area: that of the desk; of the only one of the host where nobody is known.
pub(crate) async fn language(state: &AppState, desk: Option<&Desk>) -> Result<Translator, PageError> {
    let only = if desk.is_none() { desks::only(&mut state.db.read().await?).await? } else { None };
    let Some(desk) = desk.or(only.as_ref()) else { return Ok(english()) };
    Ok(state.i18n.languages(&state.db, desk.id).await?.translator(&desk.locale).in_zone(&desk.time_zone))
}

impl Area {
    /// Nobody is signed in.
    pub(crate) fn outside() -> Self {
        Self { account: None, place: AreaSection::None }
    }

    /// For an account.
    pub(crate) fn of(account: Account, place: AreaSection) -> Self {
        Self { account: Some(account), place }
    }

    /// The links above every page of somebody signed in.
    pub(crate) fn links(&self) -> Vec<NavLink> {
        let link =
            |href, key, icon, place| NavLink { href, key, icon, current: (place == self.place).then_some("page") };
        vec![
            link("/client-area", "client-nav-overview", "blocks", AreaSection::Overview),
            link("/client-area/invoices", "client-nav-invoices", "file-text", AreaSection::Invoices),
            link("/client-area/methods", "client-nav-methods", "credit-card", AreaSection::Methods),
            link("/client-area/details", "client-nav-details", "building-2", AreaSection::Details),
            link("/client-area/password", "client-nav-password", "key-round", AreaSection::Password),
            link("/portal", "client-nav-portal", "puzzle", AreaSection::Portal),
        ]
    }
}

#[derive(Template)]
#[template(path = "client_area/leave.html")]
pub(crate) struct LeavePage {
    pub(crate) shell: Shell,
    pub(crate) to: String,
    pub(crate) host: String,
}

/// Sends a browser that has posted a form on to `to`. Within the host that is a redirect. To another one it is a page that
/// leads there: the policy that forms post to this host alone would stop a redirect.
pub(crate) fn leave(state: &AppState, shell: Shell, to: &Url) -> PageResult {
    if to.origin() == state.config.public_url.origin() {
        return Ok(Redirect::to(to.as_str()).into_response());
    }
    by_page(shell, to)
}

/// A page that leads on to `to`.
pub(crate) fn by_page(shell: Shell, to: &Url) -> PageResult {
    let Some(host) = to.host_str().filter(|_| matches!(to.scheme(), "https" | "http")).map(ToOwned::to_owned) else {
        return Err(PageError::internal(format!("{to} is not an address to send a browser to")));
    };
    let mut response = page(&LeavePage { shell, to: to.to_string(), host })?;
    // Some browsers follow the header, all follow the page's own refresh; the link is for the rest.
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={to}")) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(response)
}
