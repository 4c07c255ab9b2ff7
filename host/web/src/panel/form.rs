//! Forms as they come from a browser, and what is wrong with them. A form is never refused by its shape: a missing field
//! reads as empty, and the handler says what it needs, beside the field. Those that may be long are in [`long`],
//! those with files in [`with_files`].

pub(crate) mod long;
pub(crate) mod with_files;

use std::{
    fmt::Display,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{Form, FromRequest, Request},
    http::StatusCode,
};

pub(crate) use annex_domain::text::mail_address;

use crate::{error::PageError, i18n::Translator, server::is_too_slow, state::AppState};

/// The fields of a posted form, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Posted(Vec<(String, String)>);

impl Posted {
    /// The first value of a field, without space around it; empty when it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a field as it was sent, such as a password.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field, such as ticked boxes.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// True when the field was sent, such as a ticked box.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl FromRequest<AppState> for Posted {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, PageError> {
        let typed = request.extensions().get::<Typed>().cloned();
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => {
                let posted = Self(fields.into_iter().map(|(key, value)| (key, unix_lines(value))).collect());
                if let Some(typed) = typed {
                    typed.keep(&posted);
                }
                Ok(posted)
            }
            Err(rejection) => {
                let status = match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
                    _ if is_too_slow(&rejection) => StatusCode::REQUEST_TIMEOUT,
                    _ => StatusCode::BAD_REQUEST,
                };
                Err(PageError::refused(status, "malformed-form", "the form could not be read"))
            }
        }
    }
}

/// Travels with a request: what was typed, for an error page that lets it be sent again when nothing could be saved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(Arc<OnceLock<Vec<(String, String)>>>);

/// Fields that hold passwords.
const PASSWORDS: [&str; 4] = ["password", "current", "new", "repeat"];

impl Typed {
    fn keep(&self, posted: &Posted) {
        let fields = posted.iter().filter(|(name, _)| !PASSWORDS.contains(name));
        let _ = self.0.set(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    }

    /// The fields without passwords; `None` when no form was read.
    pub(crate) fn fields(&self) -> Option<&[(String, String)]> {
        self.0.get().map(Vec::as_slice)
    }
}

/// Browsers send line ends of text areas as CR LF.
fn unix_lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// What is wrong with which field, in the person's language. Fields have the id `f-` and their name in the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FormErrors(Vec<(String, String)>);

impl FormErrors {
    /// Adds an error.
    pub(crate) fn add(&mut self, field: &str, text: impl Display) {
        self.0.push((field.to_owned(), text.to_string()));
    }

    /// The field must not be empty, nor longer than `max` characters. Answers whether it is fine.
    pub(crate) fn check_text(&mut self, t: &Translator, field: &str, value: &str, max: usize) -> bool {
        if value.is_empty() {
            self.add(field, t.get("form-required"));
        } else {
            self.check_length(t, field, value, max);
        }
        self.of(field).is_none()
    }

    /// The field must not be longer than `max` characters, nor hold control characters.
    pub(crate) fn check_length(&mut self, t: &Translator, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.add(field, t.msg("form-too-long").arg("max", max));
        } else if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.add(field, t.get("form-characters"));
        }
    }

    /// The error of a field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// True when nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn texts_are_checked_once_each() {
        let (t, mut errors) = (english(), FormErrors::default());
        assert!(!errors.check_text(&t, "name", "", 5));
        assert!(!errors.check_text(&t, "subject", "too long", 5));
        assert!(!errors.check_text(&t, "tag", "a\u{7}b", 5));
        assert!(errors.check_text(&t, "fine", "ok", 5));
        assert_eq!(errors.iter().count(), 3);
    }
}
