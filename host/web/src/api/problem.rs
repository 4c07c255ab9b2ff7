//! RFC 9457 problems: the one shape of every error under `/api`.
//!
//! A [`Problem`] has a status, a stable kebab-case `code` for programs, a `detail` for people, and one entry for each
//! wrong field. Each answer gets an error id (`instance`), which the log repeats for failures of the host, so that
//! support can join the two. Texts of 5xx answers never carry what the source error said.

use std::borrow::Cow;

use annex_domain::{permission::Permission, random, settings::FieldError};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    amounts::{DueInvoice, Quote},
    hints::hint,
};
use crate::{error::log_failure, i18n::bidi};

/// The media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// An error answer of the JSON API.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Parts>);

/// In a box, so that every `Result` stays small.
#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    errors: Vec<ProblemField>,
    place: Option<Position>,
    quote: Option<Quote>,
    invoice: Option<DueInvoice>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The body of every error answer (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Names the kind of problem: `urn:annex:problem:` and the code.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The code in words.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened, and what to do.
    pub(crate) detail: String,
    /// What to do about it, by the code.
    pub(crate) hint: String,
    /// Stable word for programs, in kebab case.
    pub(crate) code: String,
    /// This occurrence: `urn:annex:error:` and an error id to quote to support.
    pub(crate) instance: String,
    /// What is wrong with which field; empty when the problem is not about fields.
    pub(crate) errors: Vec<ProblemField>,
    /// For a malformed body: the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// For a malformed body: the column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<usize>,
    /// For `price-changed`: what it costs now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quote: Option<Quote>,
    /// Where an invoice is to be paid first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoice: Option<DueInvoice>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProblemField {
    /// The field, as in the request.
    pub(crate) field: String,
    /// Stable word for programs, in kebab case.
    pub(crate) code: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

#[derive(Debug, Clone, Copy)]
struct Position {
    line: usize,
    column: usize,
}

/// Text that may hold what an add-on or the caller says: on one line, with nothing in it that moves a terminal's cursor or turns
/// text around.
fn plain(text: String) -> String {
    let unwanted = |c: char| c.is_control() || bidi::forces(c);
    if !text.contains(unwanted) {
        return text;
    }
    text.chars()
        .filter_map(|c| if matches!(c, '\n' | '\t') { Some(' ') } else { (!unwanted(c)).then_some(c) })
        .collect()
}

impl Problem {
    /// A problem with a stable code and a text for people.
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), plain(detail.into()));
        let (errors, headers) = (Vec::new(), Vec::new());
        Self(Box::new(Parts { status, code, detail, errors, place: None, quote: None, invoice: None, headers }))
    }

    /// 404: nothing here that the caller may see. Also for things of other desks, so that ids cannot be probed.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what} in this desk"))
    }

    /// 403: their roles, or the scopes of their token, do not allow it.
    pub(crate) fn forbidden(missing: Permission) -> Self {
        let detail = format!("the permission `{missing}` is needed; an admin can add it to one of your roles");
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 422: the request is well-formed, but some fields are wrong.
    pub(crate) fn invalid(code: &'static str, detail: &str, errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
        problem.0.errors = errors.into_iter().map(ProblemField::from).collect();
        problem
    }

    /// 422 about one field.
    pub(crate) fn field(field: &str, code: &'static str, message: &str) -> Self {
        let detail = format!("`{field}`: {message}");
        Self::invalid("invalid-request", &detail, vec![FieldError::new(field, code, message)])
    }

    /// 500. Logs `error` with the error id that the caller gets; the caller gets nothing else of it.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::hidden(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal-error",
            "the host failed; quote the error id to its administrator",
            error,
        )
    }

    /// A failure of the host whose cause goes to the log only.
    pub(crate) fn hidden(
        status: StatusCode,
        code: &'static str,
        detail: &str,
        error: &(dyn std::error::Error + 'static),
    ) -> Self {
        let error_id = random::error_id();
        log_failure(status, &error_id, code, error, "an API request failed");
        Self::new(status, code, detail).with_error_id(&error_id)
    }

    /// Says when to try again.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Adds a header to the answer.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Says where a malformed body is wrong.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        self.0.place = Some(Position { line, column });
        self
    }

    /// Adds what is wrong with one field.
    pub(crate) fn with_field(mut self, field: &str, code: &'static str, message: &str) -> Self {
        self.0.errors.push(ProblemField { field: field.into(), code: code.into(), message: message.into() });
        self
    }

    /// Says what it costs now.
    pub(crate) fn with_quote(mut self, quote: Quote) -> Self {
        self.0.quote = Some(quote);
        self
    }

    /// Says what is to be paid.
    pub(crate) fn with_invoice(mut self, invoice: DueInvoice) -> Self {
        self.0.invoice = Some(invoice);
        self
    }

    /// Gives an error id that the log or the caller knows already.
    pub(crate) fn with_error_id(self, error_id: &str) -> Self {
        match HeaderValue::from_str(error_id) {
            Ok(value) => self.with_header(ERROR_ID, value),
            Err(_) => self,
        }
    }

    /// The status of the answer.
    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The code of the answer.
    #[cfg(test)]
    pub(crate) fn code(&self) -> &str {
        &self.0.code
    }
}

/// Carries the error id on every problem, so that proxies and clients can log it without reading the body.
const ERROR_ID: HeaderName = HeaderName::from_static("x-error-id");

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, code, detail, errors, place, quote, invoice, headers: extra } = *self.0;
        let given = extra.iter().find(|(name, _)| *name == ERROR_ID);
        let error_id = given.and_then(|(_, value)| value.to_str().ok()).map_or_else(random::error_id, str::to_owned);
        if status.is_client_error() {
            tracing::debug!(%error_id, status = status.as_u16(), code = %code, "an API request was refused");
        }
        let body = ProblemBody {
            kind: format!("urn:annex:problem:{code}"),
            title: title(&code),
            status: status.as_u16(),
            detail,
            hint: hint(&code, status),
            code: code.into_owned(),
            instance: format!("urn:annex:error:{error_id}"),
            errors,
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            quote,
            invoice,
        };
        // The body holds only texts and numbers, which always serialise.
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::from_str(&error_id) {
            headers.insert(ERROR_ID, value);
        }
        for (name, value) in extra {
            headers.insert(name, value);
        }
        response
    }
}

/// `body-too-large` → `Body too large`.
fn title(code: &str) -> String {
    let words = code.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

impl From<FieldError> for ProblemField {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, code: error.code.into(), message: error.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body_of(problem: Problem) -> (Response, ProblemBody) {
        let response = problem.into_response();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (Response::from_parts(parts, axum::body::Body::empty()), serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn details_hold_no_control_characters() {
        let problem = Problem::new(StatusCode::BAD_GATEWAY, "upstream", "said:\n\u{1b}[2Jfoo\u{202e}bar\u{7}");
        assert_eq!(problem.0.detail, "said: [2Jfoobar");
    }

    #[tokio::test]
    async fn has_every_member_of_the_rfc_and_ours() {
        let problem = Problem::field("limit", "too-high", "use at most 100").retry_after(7);
        let (response, body) = body_of(problem).await;
        assert_eq!(response.headers()["content-type"], PROBLEM_JSON);
        assert_eq!(response.headers()["retry-after"], "7");
        assert_eq!((body.status, body.code.as_str()), (422, "invalid-request"));
        assert_eq!(body.kind, "urn:annex:problem:invalid-request");
        assert_eq!(body.title, "Invalid request");
        assert_eq!(body.hint, "correct the fields that `errors` names");
        assert_eq!((body.errors[0].field.as_str(), body.errors[0].code.as_str()), ("limit", "too-high"));
        let id = body.instance.strip_prefix("urn:annex:error:").unwrap();
        assert_eq!(response.headers()["x-error-id"], id);
    }

    #[tokio::test]
    async fn a_failure_of_the_host_does_not_tell_its_cause() {
        let (_, body) = body_of(Problem::internal(&std::io::Error::other("password of the database"))).await;
        assert_eq!((body.status, body.code.as_str()), (500, "internal-error"));
        assert!(!body.detail.contains("password"));
        assert!(body.instance.starts_with("urn:annex:error:E-"));
    }
}
