//! What the page after a redirect says: "Reply sent", "Add-on installed". Kept for a minute in a cookie that holds only
//! a message key and its arguments; the text is made, and escaped, when the page is drawn.

use annex_domain::ui::Tone;
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{cookie::cookie_value, i18n::Translator};

const COOKIE: &str = "annex-flash";
/// Browsers keep at least 4 KiB; a confirmation is one sentence.
const LONGEST: usize = 2_000;

/// A confirmation for the next page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Flash {
    tone: Tone,
    key: String,
    #[serde(default)]
    args: Vec<(String, String)>,
    #[serde(default)]
    undo: Option<i64>,
}

/// A confirmation as drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Toast {
    /// Its colour and icon.
    pub(crate) tone: Tone,
    /// In the person's language.
    pub(crate) text: String,
    /// The number of a ticket that a button takes out of the trash again.
    pub(crate) undo: Option<i64>,
}

impl Toast {
    /// The icon of its tone.
    pub(crate) fn icon(&self) -> &'static str {
        match self.tone {
            Tone::Neutral | Tone::Info => "info",
            Tone::Success => "circle-check",
            Tone::Warning => "triangle-alert",
            Tone::Critical => "circle-alert",
        }
    }
}

impl Flash {
    /// Something went well.
    pub(crate) fn success(key: &str) -> Self {
        Self { tone: Tone::Success, key: key.to_owned(), args: Vec::new(), undo: None }
    }

    /// Something did not happen, or only in part.
    pub(crate) fn warning(key: &str) -> Self {
        Self { tone: Tone::Warning, ..Self::success(key) }
    }

    /// Sets an argument of the message.
    #[must_use]
    pub(crate) fn arg(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// Offers to take a ticket out of the trash again.
    #[must_use]
    pub(crate) fn undo(mut self, ticket: i64) -> Self {
        self.undo = Some(ticket);
        self
    }

    /// The text. None for a key that does not exist, as from an older version of the host.
    pub(crate) fn toast(&self, t: &Translator) -> Option<Toast> {
        if !t.has(&self.key) {
            return None;
        }
        let text = self.args.iter().fold(t.msg(&self.key), |msg, (name, value)| match value.parse::<i64>() {
            Ok(number) => msg.arg(name, number),
            Err(_) => msg.arg(name, value),
        });
        Some(Toast { tone: self.tone, text: text.to_string(), undo: self.undo })
    }

    /// Answers a form: go to `path`, and say this there.
    pub(crate) fn redirect(&self, path: &str) -> Response {
        let mut response = Redirect::to(path).into_response();
        let text = serde_json::to_vec(self).unwrap_or_default();
        if text.len() <= LONGEST {
            let value = URL_SAFE_NO_PAD.encode(text);
            let cookie = format!("{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        response
    }

    /// From the request's cookie.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie_value(headers, COOKIE)?).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// Takes the cookie away once a page has shown it.
pub(crate) fn forget(headers: &mut HeaderMap) {
    let gone = HeaderValue::from_static("annex-flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    headers.append(header::SET_COOKIE, gone);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn survives_the_cookie_and_drops_unknown_keys() {
        let flash = Flash::success("flash-ticket-created").arg("number", 7);
        let response = flash.redirect("/inbox");
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(&cookie).unwrap());
        let read = Flash::from_headers(&headers).unwrap();
        assert_eq!(read, flash);
        assert!(read.toast(&english()).unwrap().text.contains('7'));
        assert_eq!(Flash::success("no-such-key").toast(&english()), None);
    }
}
