//! Who asks. [`SignedIn`] is the extractor of every page behind the sign-in: it finds the session by the cookie, loads
//! the operator and their language, and leads to the sign-in page otherwise.

use std::convert::Infallible;

use annex_billing::{Caller, Manager};
use annex_desk::{Ctx, Refusal, sessions::Current};
use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, SessionId},
    manifest::ViewPlace,
    operator::{Actor, Desk, HostLabel, Operator},
    permission::{Permission, Permissions},
};
use annex_store::{StoreError, catalog, sessions, users};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::Response,
};

use crate::{
    at::AskedFor,
    config::WebConfig,
    cookie::{cookie_value, put_cookie},
    device::Device,
    error::PageError,
    flash::Flash,
    i18n::{Languages, Translator},
    server::ClientAddress,
    shell::{Frame, PageLink, Person, Section, Shell, is_fragment},
    sidebar,
    state::AppState,
};

/// How long the browser keeps the cookie; the store ends the session earlier when it is idle.
const COOKIE_SECONDS: u64 = 12 * 60 * 60;

/// The operator who asks.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// With their permissions.
    pub(crate) operator: Operator,
    /// Their desk: every query names it.
    pub(crate) desk: Desk,
    /// The session of this browser.
    pub(crate) session: SessionId,
    /// When the password was last given in it.
    pub(crate) confirmed_at: Timestamp,
    /// Where the request comes from.
    pub(crate) address: String,
    /// Into their language.
    pub(crate) t: Translator,
    /// What they can choose from.
    pub(crate) languages: Languages,
    /// Asked by script for a part of a page.
    pub(crate) fragment: bool,
    flash: Option<Flash>,
    asked: AskedFor,
    elsewhere: bool,
    pages: Vec<PageLink>,
    pub(crate) now: Timestamp,
}

/// What the operator may do; travels with the request once [`SignedIn`] has found out, for what is read of it after that.
#[derive(Debug, Clone)]
pub(crate) struct Allowed(pub(crate) Permissions);

impl SignedIn {
    /// For what is done to the desk.
    pub(crate) fn ctx(&self) -> Ctx {
        let permissions = self.operator.permissions.clone();
        Ctx::new(self.desk.id, Actor::Operator(self.operator.id), permissions, self.now)
    }

    /// For what is done with the account that pays.
    pub(crate) fn manager(&self) -> Manager {
        let permissions = self.operator.permissions.clone();
        Manager { desk: self.desk.id, operator: self.operator.id, permissions }
    }

    /// For what is done with its cards.
    pub(crate) fn caller(&self) -> Caller {
        Caller::Manager(self.manager())
    }

    /// A path as an absolute address by the name that this browser asks for: its session is known by that one alone.
    pub(crate) fn absolute(&self, config: &WebConfig, path: &str) -> String {
        match self.own_name() {
            Some(label) => config.absolute_at(label, path),
            None => config.absolute(path),
        }
    }

    /// The desk's own name, where the browser asks by it.
    pub(crate) fn own_name(&self) -> Option<&HostLabel> {
        self.desk.host_name.as_ref().filter(|_| self.asked.0.is_some())
    }

    /// Goes on only with this permission.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), PageError> {
        if self.may(permission) { Ok(()) } else { Err(PageError::Forbidden(permission)) }
    }

    /// True when the operator's roles allow it.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.operator.permissions.has(permission)
    }

    /// The frame of a page whose title is a message key.
    pub(crate) fn shell(&self, title_key: &str, section: Section) -> Shell {
        self.titled(self.t.get(title_key), section)
    }

    /// The frame of a page whose title is already text, such as a ticket's subject.
    pub(crate) fn titled(&self, title: impl Into<String>, section: Section) -> Shell {
        Shell {
            title: title.into(),
            section,
            person: Some(Person {
                operator: self.operator.clone(),
                desk: self.desk.clone(),
                elsewhere: self.elsewhere,
                pages: self.pages.clone(),
            }),
            toast: self.flash.as_ref().and_then(|flash| flash.toast(&self.t)),
            t: self.t.clone(),
            now: self.now,
        }
    }

    /// Answers with a redirect: asked by script, one that it follows with the whole page. The confirmation's cookie stays.
    pub(crate) fn lead(&self, mut redirect: Response) -> Response {
        if self.fragment
            && let Some(to) = redirect.headers_mut().remove(header::LOCATION)
        {
            *redirect.status_mut() = StatusCode::OK;
            redirect.headers_mut().insert("hx-redirect", to);
        }
        redirect
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let fragment = is_fragment(&parts.headers);
        let asked = AskedFor::of(parts);
        let Some(Current { operator, desk, session }) = current(state, &parts.headers, asked).await? else {
            return Err(PageError::SignedOut { next: way_back(parts, fragment), fragment });
        };
        let languages = state.i18n.languages(&state.db, desk.id).await?;
        let t = languages.translator(operator.locale.as_deref().unwrap_or(&desk.locale));
        let t = t.in_zone(desk.zone_of(Some(&operator)));
        let flash = Flash::from_headers(&parts.headers);
        let now = state.clock.now();
        let (confirmed_at, session) = (session.confirmed_at, session.id);
        let address = address(parts);
        let device = Device::of(state, &parts.headers, &operator.email);
        let elsewhere = device.known_in().iter().any(|known| *known != desk.id);
        // A part of a page has no navigation.
        let pages = if fragment { Vec::new() } else { pages_of(state, &operator, desk.id, &t).await? };
        let signed_in = Self {
            operator,
            desk,
            session,
            confirmed_at,
            address,
            t,
            languages,
            fragment,
            flash,
            asked,
            elsewhere,
            pages,
            now,
        };
        parts.extensions.insert(Allowed(signed_in.operator.permissions.clone()));
        if let Some(Frame(frame)) = parts.extensions.get::<Frame>() {
            let _ = frame.set(signed_in.shell("error-title", Section::None));
        }
        Ok(signed_in)
    }
}

/// The pages of add-ons that an operator uses, all of it from memory where it is known: those that want to be first first.
async fn pages_of(
    state: &AppState,
    operator: &Operator,
    desk: DeskId,
    t: &Translator,
) -> Result<Vec<PageLink>, StoreError> {
    let mut pages = Vec::new();
    for installation in users::known_panels(&state.db, desk, operator.id).await? {
        let version = catalog::known_version(&state.db, &installation.addon, &installation.version).await?;
        let Some(version) = version.filter(|_| installation.runs()) else { continue };
        let Some(view) = version.manifest.view_at(ViewPlace::Page) else { continue };
        let title = view.title.as_ref().unwrap_or(&version.manifest.listing.name).get(t.code()).to_owned();
        let icon = view.icon.as_deref().and_then(sidebar::icon).unwrap_or("puzzle");
        pages.push((view.rank(), PageLink { installation: installation.id, title, icon }));
    }
    pages.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.title.cmp(&b.title)));
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

/// Who is signed in by the request's cookie, and prolongs the session. None: nobody, no longer, or in another desk than the one whose
/// name was asked for.
pub(crate) async fn current(
    state: &AppState,
    headers: &HeaderMap,
    asked: AskedFor,
) -> Result<Option<Current>, Refusal> {
    let Some(secret) = cookie_value(headers, cookie_name(&state.config)) else { return Ok(None) };
    let found = annex_desk::sessions::current(&state.desk(), secret, state.clock.now()).await?;
    Ok(found.filter(|found| asked.sees(found.desk.id)))
}

/// Where the request comes from, for the list of sessions and the limit on sign-ins; empty when the server does not tell.
/// Headers of proxies count only where the configuration trusts them ([`crate::server`]).
pub(crate) struct Origin(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(address(parts)))
    }
}

fn address(parts: &Parts) -> String {
    parts.extensions.get::<ClientAddress>().map_or_else(String::new, |client| client.0.to_canonical().to_string())
}

/// Where a person wanted to go: this address for a page, the page around it for a part or a form.
pub(crate) fn way_back(parts: &Parts, fragment: bool) -> String {
    if parts.method == Method::GET && !fragment {
        return parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    }
    let page = parts.headers.get("hx-current-url").or_else(|| parts.headers.get(header::REFERER));
    let page = page.and_then(|page| page.to_str().ok()).and_then(|page| page.parse::<axum::http::Uri>().ok());
    page.and_then(|page| page.path_and_query().map(ToString::to_string)).unwrap_or_else(|| "/".to_owned())
}

/// `next` when it is a path of this host, else `/`. Browsers read `//x`, `/\x` and control characters as other hosts.
pub(crate) fn local_path(next: &str) -> &str {
    let second = next.as_bytes().get(1);
    let fine = next.starts_with('/')
        && !matches!(second, Some(b'/' | b'\\'))
        && next.len() <= 2_000
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if fine { next } else { "/" }
}

/// True when a password that was given then still counts for what costs money.
pub(crate) fn is_confirmed(given: Timestamp, now: Timestamp) -> bool {
    now.since(given) < sessions::CONFIRMED
}

/// The name of the session's cookie. `__Host-` binds it to this host over https, which loopback http cannot.
pub(crate) fn cookie_name(config: &WebConfig) -> &'static str {
    if config.is_https() { "__Host-annex-session" } else { "annex-session" }
}

/// Gives the browser a session.
pub(crate) fn set_cookie(config: &WebConfig, response: &mut Response, secret: &str) {
    put_cookie(config, response, cookie_name(config), secret, COOKIE_SECONDS);
}

/// Takes the session from the browser.
pub(crate) fn clear_cookie(config: &WebConfig, response: &mut Response) {
    put_cookie(config, response, cookie_name(config), "", 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_host_are_followed() {
        for fine in ["/", "/inbox?view=mine", "/tickets/3#reply"] {
            assert_eq!(local_path(fine), fine);
        }
        for bad in
            ["", "inbox", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a\\b"]
        {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }
}
