//! What happens to every request on its way in and out: an id, a line in the log, the name it asks for held against the
//! host's own, headers that tell browsers to be strict, an end to requests that take too long, and an answer where a handler
//! panicked.

use std::{
    any::Any,
    time::{Duration, Instant},
};

use annex_domain::random;
use annex_store::{StoreError, desks};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    classify::{ServerErrorsAsFailures, SharedClassifier},
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::{MakeSpan, TraceLayer},
};
use url::Url;

use crate::{
    at::AskedFor,
    config::{Name, WebConfig},
    error::{Described, PageError, shown},
    state::AppState,
};

/// Longer than any call of an add-on, or the wait of an install page. What an upload compiles is compiled to its end all the
/// same, for whoever hands it in again.
const LONGEST_REQUEST: Duration = Duration::from_secs(90);

/// The same where files come, which are given up before that when they take too long.
pub(crate) const LONGEST_UPLOAD: Duration = Duration::from_secs(20 * 60);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No inline script or style, nothing from elsewhere, never in a frame; and in frames only what may be in one, which are messages
/// as they were sent (`sent`).
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers that tell browsers to be strict. A handler may set its own value first.
pub(crate) async fn secure_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, CSP);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::X_FRAME_OPTIONS, "DENY");
    // `no-referrer` would make browsers send `Origin: null` with forms, which the CSRF check refuses.
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    put(header::CACHE_CONTROL, "no-store");
    if state.config.is_https() {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Refuses what asks for another host than this one, with 421. Whoever lets their own name point here (DNS rebinding), or has
/// a cache keep an answer for another name, gets nothing. A request without a name comes from no browser. Health checks ask by
/// address, and their answers are the same for all.
pub(crate) async fn known_host(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let asked = match asked_for(&state, names(&request)).await {
        Ok(asked) => asked,
        Err(error) => return PageError::from(error).into_response(),
    };
    if asked.is_some() || matches!(request.uri().path(), "/healthz" | "/readyz") {
        request.extensions_mut().insert(asked.unwrap_or_default());
        return next.run(request).await;
    }
    let text = "this host does not answer to that name; a proxy in front of it has to pass the header Host on";
    PageError::refused(StatusCode::MISDIRECTED_REQUEST, "unknown-host", text).into_response()
}

/// The names that a request gives; none for one that cannot be read.
fn names(request: &Request) -> Vec<Option<Authority>> {
    let named = request.headers().get_all(header::HOST).into_iter().map(HeaderValue::to_str);
    let in_head = named.map(|name| name.ok().and_then(|name| name.parse::<Authority>().ok()));
    let in_line = request.uri().authority().map(|authority| Some(authority.clone()));
    in_head.chain(in_line).collect()
}

/// Whose names they are; none when one of them is nobody's here, or they are those of several.
async fn asked_for(state: &AppState, names: Vec<Option<Authority>>) -> Result<Option<AskedFor>, StoreError> {
    let mut asked = None;
    for name in names {
        let desk = match name.map_or(Name::Foreign, |name| state.config.name(name.host())) {
            Name::Host => None,
            Name::Desk(label) => match desks::known_host(&state.db, &label).await? {
                Some(desk) => Some(desk),
                None => return Ok(None),
            },
            Name::Foreign => return Ok(None),
        };
        if *asked.get_or_insert(AskedFor(desk)) != AskedFor(desk) {
            return Ok(None);
        }
    }
    Ok(Some(asked.unwrap_or_default()))
}

/// True for a request that changes something and comes from a page of this very host, but over http where the public address is
/// https: somebody on the way may have made it up. The CSRF layer compares names only.
pub(crate) fn has_other_scheme(config: &WebConfig, request: &Request) -> bool {
    if request.method().is_safe() {
        return false;
    }
    let origins = request.headers().get_all(header::ORIGIN).into_iter().filter_map(|origin| origin.to_str().ok());
    let mut origins = origins.filter_map(|origin| Url::parse(origin).ok());
    origins.any(|origin| {
        origin.host_str().is_some_and(|host| config.is_public(host)) && origin.scheme() != config.public_url.scheme()
    })
}

/// Refuses those of pages.
pub(crate) async fn same_scheme(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if has_other_scheme(&state.config, &request) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// Answers 504 after [`LONGEST_REQUEST`].
pub(crate) fn time_limit() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_REQUEST)
}

/// The same after [`LONGEST_UPLOAD`].
pub(crate) fn upload_time_limit() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_UPLOAD)
}

/// An error page instead of a broken connection.
pub(crate) fn catch_panics() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(after_panic as fn(Box<dyn Any + Send>) -> Response)
}

fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    let error_id = random::error_id();
    tracing::error!(%error_id, panic = text, "a handler panicked");
    let described = Described {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        code: "internal-error",
        text: "the host failed; quote the error id to its administrator".into(),
        unpaid: None,
        missing: None,
    };
    shown(described, error_id)
}

/// Gives a request an id, unless a proxy gave it one.
pub(crate) fn set_request_id() -> SetRequestIdLayer<NewRequestId> {
    SetRequestIdLayer::new(REQUEST_ID, NewRequestId)
}

/// Repeats the id in the answer.
pub(crate) fn pass_request_id() -> PropagateRequestIdLayer {
    PropagateRequestIdLayer::new(REQUEST_ID)
}

/// Makes request ids: 16 hexadecimal digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRequestId;

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        let bytes: [u8; 8] = random::bytes().ok()?;
        HeaderValue::from_str(&hex::encode(bytes)).ok().map(RequestId::new)
    }
}

/// The span around what is logged for a request; [`access`] writes its one line.
pub(crate) fn trace() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, RequestSpan, (), (), (), (), ()> {
    TraceLayer::new_for_http()
        .make_span_with(RequestSpan)
        .on_request(())
        .on_response(())
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

/// One line and one measurement per request. Only the pattern of the path is told: paths of setup links and hooks hold
/// secrets, and queries hold what people look for.
pub(crate) async fn access(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = request.headers().get(REQUEST_ID).cloned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let id = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info!(target: "annex::access", method, route, status, ms = took.as_millis(), id, "answered");
    let route = route.to_owned();
    metrics::histogram!("annex_http_request_seconds", "method" => method, "route" => route, "status" => status.to_string())
        .record(took.as_secs_f64());
    response
}

/// Anybody can make up methods: each would be a series of its own.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The span of a request: method, pattern of the path, id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestSpan;

impl<B> MakeSpan<B> for RequestSpan {
    fn make_span(&mut self, request: &http::Request<B>) -> tracing::Span {
        let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        tracing::info_span!("request", method = %request.method(), path, id)
    }
}
