//! `Idempotency-Key` on every POST: the same request with the same key is done once, however often it is sent.
//!
//! Keys belong to whoever calls and last 24 hours. The first request claims its key, and only a success is kept: it is
//! answered again to whoever repeats the request, with `Idempotency-Replayed: true`. A refusal changed nothing, so it
//! frees the key. The work goes on when the caller hangs up, since a caller who repeats is one whose connection broke.

use annex_domain::{addon::Digest, ids::DeskId};
use annex_store::{
    StoreError,
    idempotency::{Answer, Begun, Claim},
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{extract::body_problem, problem::Problem, user::ApiUser};
use crate::state::AppState;

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// Longest key.
pub(super) const MOST_CHARACTERS: usize = 200;
/// The largest answer that is kept; answers to POSTs are far smaller.
const MOST_ANSWER: usize = 1 << 20;
/// Headers of an answer that are kept; the others are made anew.
const KEPT_HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The key of a request, for what the lifecycle itself does once.
#[derive(Debug, Clone)]
pub(super) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// With whose key it is, since two callers may choose the same.
    pub(super) fn scoped(&self, user: &ApiUser) -> Option<String> {
        self.0.as_ref().map(|key| Owner::of(user).scoped(key))
    }
}

/// Whose keys they are.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    /// With whose data the answers are kept.
    pub(super) desk: DeskId,
    /// Differs from that of everybody else.
    pub(super) name: String,
}

impl Owner {
    fn of(user: &ApiUser) -> Self {
        Self { desk: user.desk(), name: user.id() }
    }

    fn scoped(&self, key: &str) -> String {
        format!("{}:{key}", self.name)
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        key_of(&parts.headers).map(Self)
    }
}

/// An answer to be kept in place of the one that is sent: for secrets, which are shown once and stored nowhere.
#[derive(Debug, Clone)]
pub(super) struct KeepInstead(pub(super) Bytes);

/// The layer around every endpoint of the help desk's API.
pub(super) async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match for_user(state, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// The same where bodies are files, which are not held to be compared: what stands before them tells requests apart.
pub(super) async fn once_streamed(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match streamed_for_user(state, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn for_user(state: AppState, request: Request, next: Next) -> Result<Response, Problem> {
    let (request, owner) = owned(&state, request).await?;
    run(state, owner, request, next).await
}

async fn streamed_for_user(state: AppState, request: Request, next: Next) -> Result<Response, Problem> {
    let (request, owner) = owned(&state, request).await?;
    let Some(key) = key_of(request.headers())? else { return Ok(next.run(request).await) };
    let head = [header::CONTENT_LENGTH, header::CONTENT_TYPE].map(|name| request.headers().get(name));
    let digest = Digest::of(format!("{head:?}").as_bytes());
    claimed(state, owner, key, digest, request, next).await
}

/// Finds out whose request it is: without credentials nothing else of it matters.
async fn owned(state: &AppState, request: Request) -> Result<(Request, Owner), Problem> {
    let (mut parts, body) = request.into_parts();
    let user = ApiUser::from_request_parts(&mut parts, state).await?;
    Ok((Request::from_parts(parts, body), Owner::of(&user)))
}

/// Does a request of somebody who is known once, if it has a key.
pub(super) async fn run(state: AppState, owner: Owner, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(key) = key_of(request.headers())? else { return Ok(next.run(request).await) };
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(request, &()).await.map_err(|rejection| body_problem(&rejection))?;
    let digest = Digest::of(&bytes);
    claimed(state, owner, key, digest, Request::from_parts(parts, Body::from(bytes)), next).await
}

/// Does a request with a key, unless that was used; `digest` tells it apart from others of its route.
async fn claimed(
    state: AppState,
    owner: Owner,
    key: String,
    digest: Digest,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = owner.scoped(&key);
    let route = request.uri().path_and_query().map_or("/", |route| route.as_str()).to_owned();
    let now = state.clock.now();
    let claim = match annex_desk::once::begin(&state.desk(), owner.desk, &key, &route, &digest, now).await? {
        Begun::Fresh(claim) => claim,
        Begun::Done(answer) => return replay(answer),
        Begun::InProgress => return Err(in_progress()),
        Begun::Reused => return Err(reused()),
    };
    let work = Work { state, desk: owner.desk, key, claim };
    tokio::spawn(async move { work.finish(next.run(request).await).await })
        .await
        .unwrap_or_else(|error| Err(Problem::internal(&error)))
}

/// A request that holds its key.
struct Work {
    state: AppState,
    desk: DeskId,
    key: String,
    claim: Claim,
}

impl Work {
    async fn finish(&self, response: Response) -> Result<Response, Problem> {
        if !response.status().is_success() {
            self.free().await?;
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, MOST_ANSWER).await.map_err(|error| Problem::internal(&error))?;
        let kept = parts.extensions.get::<KeepInstead>().map_or_else(|| bytes.clone(), |instead| instead.0.clone());
        let headers = KEPT_HEADERS.iter().filter_map(|name| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let answer = Answer { status: parts.status.as_u16(), headers: headers.collect(), body: kept.to_vec() };
        // The work is done and its answer right, even where it cannot be kept.
        if let Err(error) = self.keep(&answer).await {
            tracing::error!(error = %crate::error::chain(&error), "the answer to a request with an idempotency key was not kept");
        }
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }

    async fn keep(&self, answer: &Answer) -> Result<(), StoreError> {
        annex_desk::once::keep(&self.state.desk(), self.desk, &self.key, &self.claim, answer).await
    }

    async fn free(&self) -> Result<(), StoreError> {
        annex_desk::once::free(&self.state.desk(), self.desk, &self.key, &self.claim).await
    }
}

fn replay(answer: Answer) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(answer.status).map_err(|error| Problem::internal(&error))?;
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > MOST_CHARACTERS || !text.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = format!("`Idempotency-Key` must be 1 to {MOST_CHARACTERS} visible ASCII characters");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid-header", detail));
    }
    Ok(Some(text.to_owned()))
}

fn in_progress() -> Problem {
    let detail = "a request with this `Idempotency-Key` is still being worked on: repeat it a little later";
    Problem::new(StatusCode::CONFLICT, "idempotency-key-in-progress", detail).retry_after(1)
}

fn reused() -> Problem {
    let detail = "this `Idempotency-Key` was used for a different request: take a new key for each thing to be done";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
}
