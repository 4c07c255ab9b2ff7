//! `/hooks/{hook}/…`: where services deliver to add-ons. No session and no CSRF check: what the manifest's `inbound` asks for
//! decides, in the lifecycle, before the component sees anything, and before the body is read unless that is what is signed. Requests
//! are counted once they have proven where they come from; those that do not have a rate of their own: whoever knows the address can
//! use that up, and nothing else. Of a public address strangers have a rate each.
//!
//! Services deliver again after a 5xx or 429, and redelivered messages are dropped by their external id; so every failure
//! of the add-on or the host answers 502 or 503 with `Retry-After`, and nothing is lost.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use annex_domain::{
    channel::{InboundReply, InboundRequest},
    ids::HookId,
};
use annex_lifecycle::UseError;
use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};

use crate::{
    api::{extract::body_problem, limits::Limit, problem::Problem},
    at::AskedFor,
    server::ClientAddress,
    state::AppState,
};

/// What the WIT package promises channels.
const MOST_BYTES: usize = 1 << 20;
/// Longer than the sandbox gives a channel call (2 s, and 10 s of waiting for others), shorter than services wait
/// (Telegram: 60 s).
const DEADLINE: Duration = Duration::from_secs(20);
/// How long a body may take to arrive: a sender that trickles must not hold a connection.
const ARRIVAL: Duration = Duration::from_secs(20);
/// Requests per second of one channel, steadily, and at once.
const RATE: (u32, u32) = (50, 200);
/// Those with a wrong secret that are answered as such, and noted.
const WRONG_RATE: (u32, u32) = (1, 10);

/// Requests of one address to a public one.
const STRANGERS_RATE: (u32, u32) = (1, 20);

/// What one installation may take.
#[derive(Clone)]
struct Limits {
    right: Limit<HookId>,
    wrong: Limit<HookId>,
    stranger: Limit<(HookId, Option<IpAddr>)>,
}

/// The routes of this file.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/hooks/{hook}", any(receive))
        .route("/hooks/{hook}/", any(receive))
        .route("/hooks/{hook}/{*path}", any(receive))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(Extension(Limits {
            right: Limit::new(RATE.0, RATE.1),
            wrong: Limit::new(WRONG_RATE.0, WRONG_RATE.1),
            stranger: Limit::new(STRANGERS_RATE.0, STRANGERS_RATE.1),
        }))
}

async fn receive(
    State(state): State<AppState>,
    Extension(limits): Extension<Limits>,
    asked: AskedFor,
    request: Request,
) -> Result<Response, Problem> {
    let hook = request.uri().path().split('/').nth(2).and_then(|id| id.parse::<HookId>().ok()).ok_or_else(nobody)?;
    let (url, client) = (url_of(&state, &request), client_of(&request));
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut inbound = head_of(&request);
    let opened = state.lifecycle.open_hook(hook, &mut inbound).await;
    let mut open = known(&state, &limits, hook, opened).await?;
    if !asked.sees(open.desk()) {
        return Err(nobody());
    }
    let origin = origin.filter(|origin| origin.to_str().is_ok_and(|origin| open.lets_read(origin)));
    if open.is_public() {
        limits.stranger.check(&(hook, client)).map_err(too_many)?;
        if inbound.method == "OPTIONS" {
            return Ok(readable(preflight(), origin));
        }
    }
    let was_unproven = open.is_unproven();
    if !was_unproven {
        limits.right.check(&hook).map_err(too_many)?;
    }
    inbound.body = body_of(request).await?;
    let proven = state.lifecycle.prove(&mut open, &mut inbound, &url);
    known(&state, &limits, hook, proven).await?;
    if was_unproven {
        limits.right.check(&hook).map_err(too_many)?;
    }
    match tokio::time::timeout(DEADLINE, state.lifecycle.receive_at(open, inbound)).await {
        Ok(Ok(reply)) => answer(reply).map(|answer| readable(answer, origin)),
        Ok(Err(error)) => Err(problem_of(&error)),
        Err(_) => Err(unavailable(StatusCode::SERVICE_UNAVAILABLE, "deadline", "the add-on took too long")),
    }
}

/// Goes on with what was proven. What was not has a rate of its own, and is noted.
async fn known<T>(state: &AppState, limits: &Limits, hook: HookId, proven: Result<T, UseError>) -> Result<T, Problem> {
    match proven {
        Err(error @ UseError::Refused) => {
            limits.wrong.check(&hook).map_err(too_many)?;
            state.lifecycle.note_refusal(hook).await.map_err(|error| problem_of(&UseError::Store(error)))?;
            Err(problem_of(&error))
        }
        other => other.map_err(|error| problem_of(&error)),
    }
}

fn too_many(seconds: u64) -> Problem {
    let detail = "too many requests to this address";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", detail).retry_after(seconds)
}

/// The address as services call it, whatever a proxy made of it: some sign it.
fn url_of(state: &AppState, request: &Request) -> String {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if state.config.is_https() { "https" } else { "http" };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    host.map_or_else(|| state.config.absolute(path), |host| format!("{scheme}://{host}{path}"))
}

/// Who asks. Whoever has one address of IPv6 has 2⁶⁴ of them: their network counts.
pub(crate) fn client_of(request: &Request) -> Option<IpAddr> {
    match request.extensions().get::<ClientAddress>()?.0.to_canonical() {
        IpAddr::V6(address) => Some(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into()),
        address => Some(address),
    }
}

/// All but the body.
fn head_of(request: &Request) -> InboundRequest {
    let (path, query) = rest_of(request.uri());
    let method = request.method().as_str().to_ascii_uppercase();
    let headers = headers_of(request.headers());
    InboundRequest { method, path, query, headers, body: Bytes::new(), public: false }
}

async fn body_of(request: Request) -> Result<Bytes, Problem> {
    let body = tokio::time::timeout(ARRIVAL, Bytes::from_request(request, &())).await.map_err(|_| {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body took too long to arrive: send it again")
    })?;
    body.map_err(|rejection| body_problem(&rejection))
}

/// What a browser is told that asks whether a page of another site may send a form.
fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type")),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// An answer that pages of a site may read, which the desk named.
fn readable(mut answer: Response, origin: Option<HeaderValue>) -> Response {
    if let Some(origin) = origin {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    answer
}

/// What follows `/hooks/{hook}`, and the query. People enter these addresses by hand: a slash at the end makes no other one.
fn rest_of(uri: &Uri) -> (String, String) {
    let rest = uri.path().splitn(4, '/').nth(3).unwrap_or_default().trim_end_matches('/');
    (format!("/{rest}"), uri.query().unwrap_or_default().to_owned())
}

/// Names in lower case. Cookies stay out: a browser that is signed in would send the session of the panel.
fn headers_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = headers.iter().filter(|(name, _)| **name != header::COOKIE);
    text.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

/// The add-on's answer. It comes from the panel's own origin, so a browser must never run it.
fn answer(reply: InboundReply) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(reply.status).ok();
    let Some(status) = status.filter(|status| !status.is_informational() && !status.is_redirection()) else {
        tracing::warn!(status = reply.status, "an add-on answered with a status that it may not use");
        return Err(unavailable(StatusCode::BAD_GATEWAY, "bad-reply", "the add-on gave an answer that is not allowed"));
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(harmless(&reply.content_type))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((status, headers, reply.body).into_response())
}

/// Media types that browsers do not run; anything else becomes bytes to download.
fn harmless(content_type: &str) -> &'static str {
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/plain" => "text/plain; charset=utf-8",
        "application/json" => "application/json",
        "application/x-www-form-urlencoded" => "application/x-www-form-urlencoded",
        _ => "application/octet-stream",
    }
}

fn nobody() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "nothing listens here")
}

fn unavailable(status: StatusCode, code: &'static str, detail: &str) -> Problem {
    Problem::new(status, code, format!("{detail}: deliver again later")).retry_after(30)
}

fn problem_of(error: &UseError) -> Problem {
    match error {
        UseError::NotFound | UseError::NotRunning(_) | UseError::Blocked => nobody(),
        UseError::Refused => {
            Problem::new(StatusCode::UNAUTHORIZED, "wrong-secret", "the secret or signature is missing or wrong")
        }
        UseError::Store(error) => {
            let detail = "the host cannot take it now: deliver again later";
            Problem::hidden(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail, error).retry_after(5)
        }
        UseError::DeskSuspended => {
            unavailable(StatusCode::SERVICE_UNAVAILABLE, error.code(), "the help desk is suspended")
        }
        UseError::Busy => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            error.code(),
            "too many requests to this add-on wait: deliver again later",
        )
        .retry_after(5),
        other => {
            tracing::warn!(code = other.code(), error = %crate::error::chain(other), "an add-on could not take a request");
            unavailable(StatusCode::BAD_GATEWAY, other.code(), "the add-on could not take it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_path_is_passed_as_it_was_sent() {
        let rest = |uri: &str| rest_of(&uri.parse().unwrap());
        assert_eq!(rest("/hooks/x"), ("/".into(), String::new()));
        assert_eq!(rest("/hooks/x/"), ("/".into(), String::new()));
        assert_eq!(rest("/hooks/x/a%2Fb/c?d=e&f"), ("/a%2Fb/c".into(), "d=e&f".into()));
        assert_eq!(rest("/hooks/x/updates/?d=e"), ("/updates".into(), "d=e".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let endless = axum::body::Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let request = Request::post("/hooks/x/y").body(endless).unwrap();
        let started = tokio::time::Instant::now();
        let problem = body_of(request).await.unwrap_err();
        assert_eq!((problem.status(), started.elapsed()), (StatusCode::REQUEST_TIMEOUT, ARRIVAL));
    }

    #[test]
    fn services_deliver_again_to_a_channel_that_is_busy() {
        let busy = problem_of(&UseError::Busy);
        assert_eq!(busy.code(), "busy");
        let answer = busy.into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()["retry-after"], "5");
    }

    #[test]
    fn services_deliver_again_to_a_desk_that_is_suspended() {
        let answer = problem_of(&UseError::DeskSuspended).into_response();
        assert_eq!(
            (answer.status(), &answer.headers()["retry-after"]),
            (StatusCode::SERVICE_UNAVAILABLE, &"30".parse().unwrap())
        );
    }

    #[test]
    fn cookies_do_not_reach_the_add_on() {
        let mut headers = HeaderMap::new();
        headers.insert("Cookie", HeaderValue::from_static("annex-session=secret"));
        headers.insert("X-Event", HeaderValue::from_static("push"));
        assert_eq!(headers_of(&headers), [("x-event".to_owned(), "push".to_owned())]);
    }

    #[test]
    fn answers_cannot_run_in_the_panels_origin() {
        let reply = |status, content_type: &str| InboundReply {
            status,
            content_type: content_type.into(),
            body: b"<script>".to_vec(),
            brought: vec![],
        };
        let html = answer(reply(200, "text/html")).unwrap();
        assert_eq!(html.headers()["content-type"], "application/octet-stream");
        assert_eq!(html.headers()["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(answer(reply(200, "text/plain")).unwrap().headers()["content-type"], "text/plain; charset=utf-8");
        for status in [302, 101, 99, 1000] {
            assert_eq!(answer(reply(status, "text/plain")).unwrap_err().status(), StatusCode::BAD_GATEWAY, "{status}");
        }
    }
}
