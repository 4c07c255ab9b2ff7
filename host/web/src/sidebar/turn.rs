//! Who may have a panel drawn now. So many requests of an installation are under way at once, people take turns within it, and
//! who comes when too many of theirs wait already is told so at once: before the database is asked who they are, with an answer
//! that costs next to nothing. A hundred requests for one add-on then keep no page waiting that has nothing to do with it.

use std::collections::HashMap;

use annex_domain::{addon::Digest, ids::InstallationId};
use annex_lifecycle::UseError;
use annex_sandbox::gate::{Busy, Permit};
use askama::Template as _;
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};

use super::{
    CardPart, PanelPage, ProblemPart,
    at::At,
    back,
    draw::Draw,
    fault::{Reader, target_errors},
};
use crate::{
    cookie::cookie_value,
    error::{PageError, PageResult},
    i18n::Translator,
    session::{SignedIn, cookie_name},
    shell::{Shell, in_order, is_fragment, page_with},
    state::AppState,
};

/// A turn at the panels of an installation, until it is dropped. Whoever asks for one is not known yet: a session that is made
/// up has a turn of its own, and ends at once.
#[derive(Debug)]
pub(super) struct Turn {
    /// Which panel, as the address says.
    pub(super) at: At,
    pub(super) installation: InstallationId,
    _place: Permit<InstallationId, Digest>,
    /// Of the secret in the cookie: that is kept nowhere.
    session: Digest,
}

impl Turn {
    pub(super) fn remember(&self, state: &AppState, who: &SignedIn) {
        state.panels.remember(self.session.clone(), &who.t);
    }
}

impl FromRequestParts<AppState> for Turn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let panel = At::read(parts.uri.path());
        let Some((at, installation)) = panel else { return Err(PageError::NotFound.into_response()) };
        let secret = cookie_value(&parts.headers, cookie_name(&state.config)).unwrap_or_default();
        let session = Digest::of(secret.as_bytes());
        match state.panels.enter(installation, session.clone()).await {
            Ok(place) => Ok(Self { at, installation, _place: place, session }),
            Err(Busy) => {
                let t = state.panels.reader(&session);
                let refused = Refused { t, at, installation, fragment: is_fragment(&parts.headers) };
                let answer = if parts.method.is_safe() { refused.instead() } else { refused.above() };
                Err(answer.map_or_else(PageError::into_response, come_back))
            }
        }
    }
}

/// What somebody is told who has no turn.
struct Refused {
    t: Translator,
    at: At,
    installation: InstallationId,
    fragment: bool,
}

impl Refused {
    /// In the place of the panel.
    fn instead(&self) -> PageResult {
        let (shell, names) = (self.shell(), HashMap::new());
        let inner = CardPart { d: &self.draw(&shell, &names), card: &self.reader().busy() }.render()?;
        if self.fragment {
            return Ok((StatusCode::SERVICE_UNAVAILABLE, in_order(inner)).into_response());
        }
        let back = back(&shell, self.at, self.installation);
        page_with(StatusCode::SERVICE_UNAVAILABLE, &PanelPage { shell, back, inner })
    }

    /// Above a panel that stays as it is, with what was typed.
    fn above(&self) -> PageResult {
        if !self.fragment {
            return Err(PageError::refused(StatusCode::SERVICE_UNAVAILABLE, "busy", "the add-on is busy: try again"));
        }
        let (shell, names) = (self.shell(), HashMap::new());
        let alert = self.reader().alert(UseError::Busy)?;
        let part = ProblemPart { d: &self.draw(&shell, &names), alert: &alert }.render()?;
        let mut response = (StatusCode::SERVICE_UNAVAILABLE, in_order(part)).into_response();
        target_errors(&mut response, self.at, self.installation);
        Ok(response)
    }

    fn shell(&self) -> Shell {
        Shell { title: self.t.get("panel-busy"), t: self.t.clone(), ..Shell::outside("panel-busy") }
    }

    fn draw<'a>(&self, shell: &'a Shell, names: &'a HashMap<String, String>) -> Draw<'a> {
        Draw { shell, at: self.at, installation: self.installation, names }
    }

    fn reader(&self) -> Reader<'_> {
        Reader { t: &self.t, installation: self.installation, manages: false }
    }
}

/// Says when to come back, where an answer is about being busy.
pub(super) fn come_back(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
