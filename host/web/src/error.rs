//! What can go wrong while a page is made, and the one place that turns it into a status, a stable code and a safe text.
//!
//! A handler answers a [`PageResult`]. Its response carries only what happened ([`Shown`]); the middleware in
//! `shell` draws the error page, because it knows the person's language and colours. The JSON API does not
//! use it: its problem documents are made in `api::errors`.

use annex_billing::{AccountError, BillingError};
use annex_domain::{money::Money, permission::Permission, random};
use annex_store::StoreError;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::{client_area::is_inside, flash::Flash};

/// What a handler of a page answers.
pub(crate) type PageResult = Result<Response, PageError>;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// There is no such thing, or it belongs to another desk: the two cannot be told apart from outside.
    #[error("there is nothing at this address")]
    NotFound,
    /// The operator's roles do not allow it.
    #[error("the permission {0} is needed")]
    Forbidden(Permission),
    /// Nobody is signed in; the path leads back after signing in.
    #[error("sign in first")]
    SignedOut {
        /// Where to go after signing in.
        next: String,
        /// Asked for by script: the whole page must change, not a part of it.
        fragment: bool,
    },
    /// The request makes no sense, such as a form with a field missing.
    #[error("{text}")]
    Refused {
        /// 4xx.
        status: StatusCode,
        /// Stable, in kebab case. `error-code-…` in the language files may explain it.
        code: &'static str,
        /// Safe to show.
        text: String,
    },
    /// Nothing of an add-on can be bought until its invoice is paid.
    #[error("invoice {number} for {amount} has to be paid first")]
    Unpaid {
        /// What people know the invoice by.
        number: i64,
        /// What is to be paid.
        amount: Money,
    },
    /// There is nothing to do here any more: another page goes on.
    #[error("this goes on elsewhere")]
    Elsewhere {
        /// Its path.
        path: String,
        /// Key of what is said there.
        flash: Option<&'static str>,
    },
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template failed.
    #[error("a template failed")]
    Template(#[from] askama::Error),
    /// Something of the host failed that nobody outside can help.
    #[error("the host failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An error as it may be shown: status, stable code, English text without internals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Stable, in kebab case.
    pub(crate) code: &'static str,
    /// Safe to show.
    pub(crate) text: String,
    /// Number and amount of the invoice that is to be paid first.
    pub(crate) unpaid: Option<(i64, Money)>,
    /// The permission that is missing.
    pub(crate) missing: Option<Permission>,
}

/// Travels with a response to the middleware that draws the error page.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// What happened.
    pub(crate) described: Described,
    /// To quote to support; in the log for failures of the host.
    pub(crate) error_id: String,
}

impl PageError {
    /// A failure inside the host.
    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// A request that cannot be met as it is.
    pub(crate) fn refused(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { status, code, text: text.into() }
    }

    /// On with another page.
    pub(crate) fn elsewhere(path: String, flash: Option<&'static str>) -> Self {
        Self::Elsewhere { path, flash }
    }

    /// Status, code and safe text.
    pub(crate) fn describe(&self) -> Described {
        let (status, code, text) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", self.to_string()),
            Self::Forbidden(missing) => {
                let (status, text, missing) = (StatusCode::FORBIDDEN, self.to_string(), Some(*missing));
                return Described { status, code: "forbidden", text, unpaid: None, missing };
            }
            Self::SignedOut { .. } => (StatusCode::UNAUTHORIZED, "signed-out", self.to_string()),
            Self::Refused { status, code, text } => (*status, *code, text.clone()),
            Self::Unpaid { number, amount } => {
                let unpaid = Some((*number, *amount));
                return Described {
                    status: StatusCode::CONFLICT,
                    code: "unpaid",
                    text: self.to_string(),
                    unpaid,
                    missing: None,
                };
            }
            Self::Elsewhere { .. } => (StatusCode::SEE_OTHER, "elsewhere", self.to_string()),
            Self::Store(error) => return describe_store(error),
            Self::Template(_) | Self::Internal(_) => return hidden("internal-error"),
        };
        Described { status, code, text, unpaid: None, missing: None }
    }
}

fn describe_store(error: &StoreError) -> Described {
    let status = match error {
        StoreError::NotFound(_) => StatusCode::NOT_FOUND,
        StoreError::Taken(_)
        | StoreError::Unique { .. }
        | StoreError::Reference
        | StoreError::Stale(_)
        | StoreError::Lost(_)
        | StoreError::Forbidden(_) => StatusCode::CONFLICT,
        StoreError::Invalid { .. } | StoreError::Unknown(_) => StatusCode::UNPROCESSABLE_ENTITY,
        StoreError::Busy(_) | StoreError::Full(_) | StoreError::Away(_) | StoreError::Interrupted(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => return hidden("internal-error"),
    };
    let text = match error {
        StoreError::Unique { .. } => "something like this exists already".into(),
        other => other.to_string(),
    };
    Described { status, code: error.code(), text, unpaid: None, missing: None }
}

fn hidden(code: &'static str) -> Described {
    Described {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        code,
        text: "the host failed; quote the error id to its administrator".into(),
        unpaid: None,
        missing: None,
    }
}

/// Only what the host itself did wrong is an error: a service that fails, a full disk and a busy host are warnings.
pub(crate) fn log_failure(
    status: StatusCode,
    error_id: &str,
    code: &str,
    error: &(dyn std::error::Error + 'static),
    what: &'static str,
) {
    match status.as_u16() {
        502..=504 => tracing::warn!(error_id, code, error = %chain(error), what, "not done"),
        500.. => tracing::error!(error_id, code, error = %chain(error), what, "failed"),
        _ => {}
    }
}

/// An error and what caused it, in one line for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

impl From<BillingError> for PageError {
    fn from(error: BillingError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        let status = match error {
            BillingError::Store(error) => return error.into(),
            BillingError::Forbidden(permission) => return Self::Forbidden(permission),
            BillingError::Unavailable(_)
            | BillingError::Pending(_)
            | BillingError::GatewayGone { .. }
            | BillingError::Stopped(_) => StatusCode::SERVICE_UNAVAILABLE,
            BillingError::Confused(_) => StatusCode::BAD_GATEWAY,
            BillingError::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            BillingError::Refused { .. }
            | BillingError::Login(_)
            | BillingError::NotPayable { .. }
            | BillingError::TooMuch { .. }
            | BillingError::CardAmount { .. }
            | BillingError::TopUpAmount { .. }
            | BillingError::NotADeveloperDesk
            | BillingError::KeyReused
            | BillingError::NoCard => StatusCode::CONFLICT,
        };
        Self::refused(status, code, text)
    }
}

impl From<AccountError> for PageError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => error.into(),
            AccountError::EmailTaken => StoreError::Taken("the e-mail address").into(),
            AccountError::LicenceHeld => StoreError::Taken("the licence of this help desk").into(),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Self::SignedOut { next, fragment } = &self {
            return sign_in_first(next, *fragment);
        }
        if let Self::Elsewhere { path, flash } = &self {
            return match flash {
                Some(key) => Flash::warning(key).redirect(path),
                None => Redirect::to(path).into_response(),
            };
        }
        let described = self.describe();
        let error_id = random::error_id();
        log_failure(described.status, &error_id, described.code, &self, "a page failed");
        shown(described, error_id)
    }
}

/// A bare response that the middleware turns into an error page.
pub(crate) fn shown(described: Described, error_id: String) -> Response {
    let text = format!("{} ({error_id})", described.text);
    let mut response = (described.status, text).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(Shown { described, error_id });
    response
}

/// Where somebody signs in who then goes on with a path.
pub(crate) fn sign_in_path(next: &str) -> String {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    // The client area has accounts and sessions of its own.
    let area = if is_inside(next) { "/client-area" } else { "" };
    format!("{area}/sign-in?{query}")
}

fn sign_in_first(next: &str, fragment: bool) -> Response {
    let to = sign_in_path(next);
    if !fragment {
        return axum::response::Redirect::to(&to).into_response();
    }
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert("hx-redirect", to);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{
        Event, Level, Metadata, Subscriber,
        span::{Attributes, Id, Record},
        subscriber::with_default,
    };

    use super::*;

    /// Notes the levels of what is logged.
    struct Levels(Arc<Mutex<Vec<Level>>>);

    impl Subscriber for Levels {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(*event.metadata().level());
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn only_what_the_host_did_wrong_is_logged_as_an_error() {
        for (status, expected) in [
            (StatusCode::UNPROCESSABLE_ENTITY, None),
            (StatusCode::INTERNAL_SERVER_ERROR, Some(Level::ERROR)),
            (StatusCode::BAD_GATEWAY, Some(Level::WARN)),
            (StatusCode::SERVICE_UNAVAILABLE, Some(Level::WARN)),
            (StatusCode::GATEWAY_TIMEOUT, Some(Level::WARN)),
        ] {
            let levels = Arc::default();
            let error = PageError::internal("it failed");
            with_default(Levels(Arc::clone(&levels)), || log_failure(status, "e1", "code", &error, "a test"));
            assert_eq!(levels.lock().unwrap().as_slice(), expected.as_slice(), "{status}");
        }
    }

    #[test]
    fn texts_of_failures_carry_nothing_of_their_cause() {
        let error = PageError::internal("password=secret");
        assert!(!error.describe().text.contains("secret"));
        assert!(chain(&error).contains("secret"));
    }

    #[test]
    fn store_errors_have_fitting_statuses() {
        let status = |error: StoreError| PageError::from(error).describe().status.as_u16();
        assert_eq!(status(StoreError::NotFound("ticket")), 404);
        assert_eq!(status(StoreError::Stale("ticket")), 409);
        assert_eq!(status(StoreError::Invalid { field: "name", problem: "is too long" }), 422);
        assert_eq!(status(StoreError::Url), 500);
    }

    #[test]
    fn signing_in_leads_back() {
        let page = PageError::SignedOut { next: "/tickets/3?a=b&c".into(), fragment: false }.into_response();
        assert_eq!(page.headers()[header::LOCATION], "/sign-in?next=%2Ftickets%2F3%3Fa%3Db%26c");
        let part = PageError::SignedOut { next: "/inbox".into(), fragment: true }.into_response();
        assert_eq!(
            (part.status().as_u16(), &part.headers()["hx-redirect"]),
            (401, &HeaderValue::from_static("/sign-in?next=%2Finbox"))
        );
    }
}
