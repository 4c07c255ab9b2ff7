//! Turns error answers of pages into error pages, in the frame of whoever asked.

use std::sync::{Arc, OnceLock};

use annex_domain::{permission::Permission, random};
use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Shell;
use crate::{
    error::{Described, Shown, chain},
    flash,
    i18n::Translator,
    panel::form::Typed,
};

/// Travels with a request: filled in once it is known who asks, so that an error page can be drawn in their frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame(pub(crate) Arc<OnceLock<Shell>>);

#[derive(Template)]
#[template(path = "shell/error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    text: String,
    error_id: String,
    failed: bool,
    /// What was typed, to be sent again.
    again: Option<Again>,
    /// Number and amount of the invoice that is to be paid first.
    unpaid: Option<(String, String)>,
    /// What is needed can be asked for (R69).
    ask: bool,
}

/// A form that could not be saved for now.
struct Again {
    /// Where it goes.
    action: String,
    fields: Vec<(String, String)>,
}

impl Again {
    fn of(typed: &Typed, action: String) -> Option<Self> {
        typed.fields().map(|fields| Self { action, fields: fields.to_vec() })
    }
}

impl ErrorPage {
    /// Words of a person, rather than a choice or a key of the host.
    fn is_text(&self, value: &str) -> bool {
        value.contains('\n') || (value.contains(char::is_whitespace) && value.chars().count() > 10)
    }
}

#[derive(Template)]
#[template(path = "shell/error_part.html")]
struct ErrorPart {
    shell: Shell,
    text: String,
    error_id: String,
}

/// Turns error answers of pages into error pages, and forgets a confirmation once it was shown.
pub(crate) async fn finish_pages(mut request: Request, next: Next) -> Response {
    let frame = Frame::default();
    request.extensions_mut().insert(frame.clone());
    let (typed, action) = (Typed::default(), address(&request));
    request.extensions_mut().insert(typed.clone());
    let fragment = is_fragment(request.headers());
    let had_flash = flash::Flash::from_headers(request.headers()).is_some();
    let mut response = next.run(request).await;
    if let Some(shown) = error_to_show(&response) {
        let shell = frame.0.get().cloned().unwrap_or_else(|| Shell::outside("error-title"));
        // Secrets are among the settings of add-ons: their own page keeps what may be kept.
        let may_pass = shown.described.status == StatusCode::SERVICE_UNAVAILABLE && !action.ends_with("/settings");
        let again = if may_pass { Again::of(&typed, action) } else { None };
        response = error_page(shell, &shown, fragment, again, response);
    }
    if had_flash && !fragment && is_html(&response) {
        flash::forget(response.headers_mut());
    }
    response
}

fn address(request: &Request) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// True when htmx asks for a part of a page.
pub(crate) fn is_fragment(headers: &axum::http::HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

fn is_html(response: &Response) -> bool {
    let value = response.headers().get(header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("text/html"))
}

/// Our own errors carry what happened. Refusals of axum and tower (malformed path or form, CSRF, too large, 404, 405,
/// 408) are bare: their status tells.
fn error_to_show(response: &Response) -> Option<Shown> {
    if let Some(shown) = response.extensions().get::<Shown>() {
        return Some(shown.clone());
    }
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    let sends_elsewhere = response.headers().contains_key("hx-redirect");
    if !(status.is_client_error() || status.is_server_error()) || !bare || sends_elsewhere {
        return None;
    }
    let text = status.canonical_reason().unwrap_or_default().into();
    let described = Described { status, code: "refused", text, unpaid: None, missing: None };
    Some(Shown { described, error_id: random::error_id() })
}

fn error_page(mut shell: Shell, shown: &Shown, fragment: bool, again: Option<Again>, before: Response) -> Response {
    let status = shown.described.status;
    let text = error_text(&shell.t, &shown.described);
    let failed = status.is_server_error();
    shell.title = shell.t.get("error-title");
    let drawn = if fragment {
        ErrorPart { shell, text, error_id: shown.error_id.clone() }.render()
    } else {
        let unpaid = shown.described.unpaid.map(|(number, amount)| (number.to_string(), shell.t.money(amount)));
        let ask = shown.described.missing == Some(Permission::AddonsManage) && shell.person.is_some();
        let (status, error_id) = (status.as_u16(), shown.error_id.clone());
        ErrorPage { shell, status, text, error_id, failed, again, unpaid, ask }.render()
    };
    match drawn {
        Ok(html) => {
            let mut response = (status, super::in_order(html)).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Some(wait) = before.headers().get(header::RETRY_AFTER) {
                response.headers_mut().insert(header::RETRY_AFTER, wait.clone());
            }
            response
        }
        Err(error) => {
            tracing::error!(error = %chain(&error), "the error page failed");
            before
        }
    }
}

/// What a person reads: a text for the code, else for the status, else for the class of status.
pub(crate) fn error_text(t: &Translator, described: &Described) -> String {
    if let Some((number, _)) = described.unpaid {
        return t.msg("error-unpaid").arg("number", number.to_string()).to_string();
    }
    let by_code = format!("error-code-{}", described.code);
    if t.has(&by_code) {
        return t.get(&by_code);
    }
    let key = match described.status.as_u16() {
        403 => "error-forbidden",
        404 => "error-not-found",
        405 => "error-method",
        408 | 504 => "error-timeout",
        409 => "error-conflict",
        413 => "error-too-large",
        429 => "error-too-many",
        503 => "error-busy",
        400..500 => "error-bad-request",
        _ => "error-internal",
    };
    t.get(key)
}
