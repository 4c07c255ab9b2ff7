//! Errors of add-on operations as pages, notices and texts beside fields.

use annex_billing::{BillingError, OrderError};
use annex_domain::settings::FieldError;
use annex_lifecycle::{IntakeError, LifecycleError};
use annex_store::StoreError;
use axum::http::StatusCode;

use super::codes::intake_sentence;
use crate::{error::PageError, i18n::Translator};

/// An operation that was not started, as an error page.
pub(in crate::panel) fn page_error(error: LifecycleError) -> PageError {
    match error {
        LifecycleError::NotFound(_) => PageError::NotFound,
        LifecycleError::Store(error) => error.into(),
        LifecycleError::Order(error) => order_error(error),
        other => PageError::refused(StatusCode::CONFLICT, other.code(), other.to_string()),
    }
}

/// Who or what was chosen is gone meanwhile: the page around it is still there.
pub(super) fn gone_meanwhile(error: LifecycleError) -> LifecycleError {
    match error {
        LifecycleError::Store(StoreError::Unknown(_)) => LifecycleError::Conflict,
        error => error,
    }
}

/// What a person reads about an operation that was not started.
pub(super) fn lifecycle_text(t: &Translator, error: &LifecycleError) -> String {
    text(t, "lifecycle-error", error.code(), error.to_string())
}

/// A price that could not be told, as an error page.
pub(super) fn order_error(error: OrderError) -> PageError {
    match error {
        OrderError::Store(error) => error.into(),
        OrderError::Unpaid { number, amount, .. } => PageError::Unpaid { number, amount },
        other => PageError::refused(StatusCode::CONFLICT, other.code(), other.to_string()),
    }
}

/// What a person reads about something that billing did not do.
pub(in crate::panel) fn billing_text(t: &Translator, error: &BillingError) -> String {
    text(t, "lifecycle-error", error.code(), error.to_string())
}

/// What a person reads about a package or key that was not taken in: a sentence in their language, then what exactly is
/// wrong, for whoever made the package, in English and with its code.
pub(crate) fn intake_text(t: &Translator, error: &IntakeError) -> String {
    let sentence = intake_sentence(t, error.code());
    t.msg("intake-told").arg("text", sentence).arg("code", error.code()).arg("detail", error.to_string()).to_string()
}

/// What is wrong with a field, in the operator's language where it has the text.
pub(crate) fn field_error_text(t: &Translator, error: &FieldError) -> String {
    // English carries the limits; a translated text says the same without the numbers.
    if t.code() == "en" { error.message.clone() } else { text(t, "field-error", error.code, error.message.clone()) }
}

fn text(t: &Translator, family: &str, code: &str, otherwise: String) -> String {
    let key = format!("{family}-{code}");
    if t.has(&key) { t.get(&key) } else { otherwise }
}
