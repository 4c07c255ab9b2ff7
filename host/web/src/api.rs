//! The JSON API under `/api/v1`, described by `/api/v1/openapi.json`.
//!
//! One file per group of endpoints. Every endpoint is registered together with its description, so none is missing
//! there. Around all of them, from the outside in: a panic becomes a problem, requests from other sites are refused,
//! time is limited, where bodies may be large the permission (of pages of add-ons: their use) is asked for, bodies are
//! bounded, the caller is identified and their rate limited ([`user`]), and a POST with an `Idempotency-Key` is done once
//! ([`idempotency`]). Every error, also for an unknown path or method, is an RFC 9457 [`problem`].

mod addons;
mod amounts;
mod attachments;
mod audit;
mod billing;
mod contacts;
mod errors;
pub(crate) mod extract;
mod fields;
mod hints;
mod idempotency;
mod import;
mod installations;
pub(crate) mod limits;
mod messages;
mod openapi;
mod packages;
mod people;
mod prefer;
pub(crate) mod problem;
pub(crate) mod publisher;
mod publishers;
mod reports;
mod requests;
mod sidebar;
mod tickets;
mod tokens;
pub(crate) mod user;
mod wire;
mod work;

use std::{any::Any, time::Duration};

use annex_domain::permission::Permission;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, Uri},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::any,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::{CsrfLayer, ProtectionError},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{
    openapi::{BASE, Served},
    problem::Problem,
    user::{ApiUser, CallerLimit},
};
use crate::{middleware::has_other_scheme, state::AppState};

/// The largest JSON body where an endpoint does not allow more. Larger ones are read only of whoever may send them: see
/// [`needs`] and [`sidebar::for_users`].
const MOST_JSON: usize = crate::BODY_LIMIT;
/// The largest one with a text that people write, with settings, or with the ids of a whole desk.
const MOST_TEXT: usize = 1 << 20;
/// The largest one with a panel's sealed state, which alone may have 1 MiB.
const MOST_PANEL: usize = 2 << 20;

/// The routes of the API.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let (router, served) = described(state);
    let router = router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(unknown)
        .layer(Extension(served))
        .layer(Extension(CallerLimit::default()))
        .layer(middleware::from_fn(in_time))
        .layer(CsrfLayer::new().with_rejection_response(from_another_site))
        .layer(middleware::from_fn_with_state(state.clone(), same_scheme))
        .layer(CatchPanicLayer::custom(panicked));
    Router::new().nest(BASE, router).route("/api", any(unknown)).route("/api/{*rest}", any(unknown))
}

/// All endpoints and the document that describes them.
fn described(state: &AppState) -> (Router<AppState>, Served) {
    let json = OpenApiRouter::new()
        .merge(addons::routes())
        .merge(reports::routes())
        .merge(requests::routes())
        .merge(publishers::routes())
        .merge(billing::routes())
        .merge(tickets::routes())
        .merge(messages::routes())
        .merge(attachments::routes())
        .merge(contacts::routes())
        .merge(fields::routes())
        .merge(tokens::routes())
        .merge(people::routes())
        .merge(work::routes())
        .merge(audit::routes())
        .routes(routes!(openapi::get_openapi));
    let larger = [
        (Permission::AddonsManage, MOST_TEXT, installations::routes()),
        (Permission::TicketsManage, MOST_TEXT, tickets::larger_routes()),
        (Permission::TicketsReply, MOST_TEXT, messages::larger_routes()),
        (Permission::TicketsView, MOST_PANEL, sidebar::routes()),
        (Permission::CatalogManage, packages::MOST_BYTES, packages::routes()),
    ];
    let mut all = OpenApiRouter::with_openapi(openapi::base()).merge(bounded(json, state, MOST_JSON));
    for (permission, most, routes) in larger {
        all = all.merge(needs(permission, bounded(routes, state, most), state));
    }
    all = all.merge(needs(Permission::TicketsReply, streamed(attachments::uploads(), state), state));
    let pages = bounded(sidebar::pages(), state, MOST_PANEL);
    all = all.merge(pages.layer(middleware::from_fn_with_state(state.clone(), sidebar::for_users)));
    let (router, mut document) = all.split_for_parts();
    openapi::complete(&mut document);
    // Texts, numbers and maps with text keys: always JSON.
    let served = serde_json::to_vec(&document).unwrap_or_default();
    (router, Served(served.into()))
}

/// Bounds the bodies, also where the idempotency layer reads them.
fn bounded(router: OpenApiRouter<AppState>, state: &AppState, most: usize) -> OpenApiRouter<AppState> {
    router.layer(middleware::from_fn_with_state(state.clone(), idempotency::once)).layer(DefaultBodyLimit::max(most))
}

/// The same of bodies that are files, which nothing holds as a whole.
fn streamed(router: OpenApiRouter<AppState>, state: &AppState) -> OpenApiRouter<AppState> {
    let once = middleware::from_fn_with_state(state.clone(), idempotency::once_streamed);
    router.layer(once).layer(DefaultBodyLimit::max(attachments::MOST_BYTES))
}

/// Asks for the permission before anything reads the body, where bodies are large.
fn needs(permission: Permission, router: OpenApiRouter<AppState>, state: &AppState) -> OpenApiRouter<AppState> {
    let ask = move |user: ApiUser, request: Request, next: Next| async move {
        match user.require(permission) {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    router.layer(middleware::from_fn_with_state(state.clone(), ask))
}

/// Longer than any call of an add-on, a compile in an upload, or the wait for a saga.
const LONGEST: Duration = Duration::from_secs(90);

/// A file comes as fast as the line of its sender, which `server` holds to a least rate.
async fn in_time(request: Request, next: Next) -> Response {
    let is_upload = request.method() == Method::POST && request.uri().path() == "/attachments";
    let longest = if is_upload { crate::middleware::LONGEST_UPLOAD } else { LONGEST };
    tokio::time::timeout(longest, next.run(request)).await.unwrap_or_else(|_| {
        let detail = "the host did not finish in time; look whether it was done before you repeat it";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", detail).into_response()
    })
}

async fn same_scheme(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if has_other_scheme(&state.config, &request) { other_site() } else { next.run(request).await }
}

/// Browsers send the session's cookie whichever site a form came from; so those of other sites are refused.
fn from_another_site(_: ProtectionError) -> Response {
    other_site()
}

fn other_site() -> Response {
    let detail = "a browser sent this from another site: call the API from the panel's own origin, or from a program";
    Problem::new(StatusCode::FORBIDDEN, "cross-site", detail).into_response()
}

async fn unknown(uri: Uri) -> Problem {
    let detail = format!("there is no `{}` in this API; {BASE}/openapi.json lists what there is", uri.path());
    Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
}

async fn method_not_allowed() -> Problem {
    let detail = "this path does not have that method; the header `Allow` lists those that it has";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(&std::io::Error::other(text.unwrap_or("a handler panicked").to_owned())).into_response()
}

#[cfg(test)]
pub(crate) mod tests;
