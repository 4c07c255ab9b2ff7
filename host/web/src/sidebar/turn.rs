//! Who may have a panel drawn now. So many requests of an installation are under way at once, people take turns within it, and
//! who comes when too many of theirs wait already is told so at once: before the database is asked who they are, with an answer
//! that costs next to nothing. A hundred requests for one add-on then keep no page waiting that has nothing to do with it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use annex_domain::{addon::Digest, ids::InstallationId};
use annex_lifecycle::UseError;
use annex_sandbox::gate::{Busy, Gate, Most, Pace, Place};
use askama::Template as _;
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};

use super::{CardPart, PanelPage, ProblemPart, action::target_errors, draw::Draw, fault::Reader};
use crate::{
    error::PageError,
    i18n::{Translator, english},
    session::{SignedIn, cookie_name, cookie_value},
    shell::{Shell, in_order, is_fragment, page_with},
    state::AppState,
};

/// As many as the sandbox lets in of an installation; and of a person as many as a panel is ever asked for at once.
const MOST: Most = Most { of_member: 8, of_group: 8, of_all: usize::MAX, waiting: 64 };
/// As long as the sandbox lets a call wait.
const PATIENCE: Duration = Duration::from_secs(5);
/// Sessions whose language is kept in mind.
const MOST_READERS: usize = 1_000;

/// What all panels share.
#[derive(Debug)]
pub(crate) struct Panels {
    gate: Gate<InstallationId, Digest>,
    /// The language of those who were let in before, by session: it stands in no request.
    readers: Mutex<HashMap<Digest, Translator>>,
}

impl Default for Panels {
    fn default() -> Self {
        Self { gate: Gate::new(MOST), readers: Mutex::default() }
    }
}

impl Panels {
    fn reader(&self, session: &Digest) -> Translator {
        let readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.get(session).cloned().unwrap_or_else(english)
    }

    fn remember(&self, session: Digest, t: &Translator) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() >= MOST_READERS {
            readers.clear();
        }
        readers.insert(session, t.clone());
    }
}

#[cfg(test)]
impl Panels {
    /// Takes so many turns in the session of a cookie.
    pub(crate) async fn fill(
        &self,
        of: InstallationId,
        cookie: &str,
        turns: usize,
    ) -> Vec<Place<InstallationId, Digest>> {
        let mut taken = Vec::new();
        for _ in 0..turns {
            taken.push(self.gate.enter(of, session_of(cookie), Pace::Interactive, PATIENCE).await.unwrap());
        }
        taken
    }

    /// As if it had been let in before.
    pub(crate) fn speaks(&self, cookie: &str, t: &Translator) {
        self.remember(session_of(cookie), t);
    }
}

#[cfg(test)]
fn session_of(cookie: &str) -> Digest {
    Digest::of(cookie.split_once('=').unwrap().1.as_bytes())
}

/// A turn at the panels of an installation, until it is dropped. Whoever asks for one is not known yet: a session that is made
/// up has a turn of its own, and ends at once.
#[derive(Debug)]
pub(super) struct Turn {
    _place: Place<InstallationId, Digest>,
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
        let place = Path::<(i64, InstallationId)>::from_request_parts(parts, state).await;
        let Ok(Path((number, installation))) = place else { return Err(PageError::NotFound.into_response()) };
        let secret = cookie_value(&parts.headers, cookie_name(&state.config)).unwrap_or_default();
        let session = Digest::of(secret.as_bytes());
        match state.panels.gate.enter(installation, session.clone(), Pace::Interactive, PATIENCE).await {
            Ok(place) => Ok(Self { _place: place, session }),
            Err(Busy) => {
                let t = state.panels.reader(&session);
                let refused = Refused { t, number, installation, fragment: is_fragment(&parts.headers) };
                let answer = if parts.method.is_safe() { refused.instead() } else { refused.above() };
                Err(answer.map_or_else(PageError::into_response, come_back))
            }
        }
    }
}

/// What somebody is told who has no turn.
struct Refused {
    t: Translator,
    number: i64,
    installation: InstallationId,
    fragment: bool,
}

impl Refused {
    /// In the place of the panel.
    fn instead(&self) -> Result<Response, PageError> {
        let (shell, names) = (self.shell(), HashMap::new());
        let inner = CardPart { d: &self.draw(&shell, &names), card: &self.reader().busy() }.render()?;
        if self.fragment {
            return Ok((StatusCode::SERVICE_UNAVAILABLE, in_order(inner)).into_response());
        }
        page_with(StatusCode::SERVICE_UNAVAILABLE, &PanelPage { shell, number: self.number, inner })
    }

    /// Above a panel that stays as it is, with what was typed.
    fn above(&self) -> Result<Response, PageError> {
        if !self.fragment {
            return Err(PageError::refused(StatusCode::SERVICE_UNAVAILABLE, "busy", "the add-on is busy: try again"));
        }
        let (shell, names) = (self.shell(), HashMap::new());
        let alert = self.reader().alert(UseError::Busy)?;
        let part = ProblemPart { d: &self.draw(&shell, &names), alert: &alert }.render()?;
        let mut response = (StatusCode::SERVICE_UNAVAILABLE, in_order(part)).into_response();
        target_errors(&mut response, self.installation);
        Ok(response)
    }

    fn shell(&self) -> Shell {
        Shell { title: self.t.get("panel-busy"), t: self.t.clone(), ..Shell::outside("panel-busy") }
    }

    fn draw<'a>(&self, shell: &'a Shell, names: &'a HashMap<String, String>) -> Draw<'a> {
        Draw { shell, number: self.number, installation: self.installation, names }
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
