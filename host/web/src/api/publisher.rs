//! The API for programs of publishers under `/publisher/v1`, described by `/publisher/v1/openapi.json`: what they do in the
//! portal with versions, from their builds and the author tools. They come with a token of the publisher, `annp_…`, and do what
//! its scopes and the role of its maker allow. Errors are the same [`problem`](super::problem)s as those of the help desk's API,
//! and a POST with an `Idempotency-Key` is done [`once`] here as well.

mod answers;
mod clients;
mod events;
mod logs;
mod once;
mod own_token;
mod projects;
#[cfg(test)]
mod tests;
mod versions;
mod view;
mod yank;

use annex_domain::{ids::PublisherTokenId, publisher::PublisherScope};
use annex_portal::Member;
use annex_store::publishers::tokens;
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    MOST_JSON, in_time,
    limits::Limit,
    method_not_allowed,
    openapi::{self, Served},
    packages::MOST_BYTES,
    panicked,
    problem::Problem,
};
use crate::state::AppState;

/// Requests per second of one token, steadily, and at once.
const RATE: (u32, u32) = (10, 60);
/// The largest draft, as JSON.
const MOST_DRAFT: usize = 256 << 10;

/// The rate limit per token.
#[derive(Debug, Clone)]
struct TokenLimit(Limit<PublisherTokenId>);

/// The routes.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let short = OpenApiRouter::new().merge(answers::routes()).merge(clients::routes()).merge(events::routes());
    let short = short.merge(logs::routes()).merge(own_token::routes()).merge(projects::routes()).merge(yank::routes());
    let packages = bounded(versions::uploads(), state, MOST_BYTES);
    let all = OpenApiRouter::with_openapi(openapi::for_publishers())
        .merge(bounded(short, state, MOST_JSON))
        .merge(bounded(versions::routes(), state, MOST_DRAFT))
        .merge(packages.layer(middleware::from_fn_with_state(state.clone(), may_submit)))
        .routes(routes!(openapi::get_openapi));
    let (router, mut document) = all.split_for_parts();
    openapi::complete(&mut document);
    // Texts, numbers and maps with text keys: always JSON.
    let served = serde_json::to_vec(&document).unwrap_or_default();
    let router = router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(unknown)
        .layer(Extension(Served(served.into())))
        .layer(Extension(TokenLimit(Limit::new(RATE.0, RATE.1))))
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked));
    Router::new().nest(openapi::PUBLISHERS, router)
}

/// Bounds the bodies, also where they are read to tell requests with a key apart.
fn bounded(router: OpenApiRouter<AppState>, state: &AppState, most: usize) -> OpenApiRouter<AppState> {
    router.layer(middleware::from_fn_with_state(state.clone(), once::once)).layer(DefaultBodyLimit::max(most))
}

/// Asks for the scope before anything reads a package.
async fn may_submit(by: ApiMember, request: Request, next: Next) -> Response {
    match by.require(PublisherScope::Submit) {
        Ok(_) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn unknown() -> Problem {
    let detail = format!("there is no such path in this API; {}/openapi.json lists what there is", openapi::PUBLISHERS);
    Problem::new(StatusCode::NOT_FOUND, "not-found", detail)
}

/// Who calls: the member who made the token, as far as its scopes go.
#[derive(Debug, Clone)]
pub(super) struct ApiMember {
    pub(super) member: Member,
    token: tokens::PublisherToken,
}

impl ApiMember {
    /// Goes on only with this scope.
    pub(super) fn require(&self, scope: PublisherScope) -> Result<&Member, Problem> {
        if self.token.scopes.contains(&scope) {
            return Ok(&self.member);
        }
        let detail = format!("the scope `{scope}` is needed, and the role of who made the token has to allow it");
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
    }
}

impl FromRequestParts<AppState> for ApiMember {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // Layers ask before the handler does: once is enough.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let text = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bearer = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let secret = bearer.map_or("", |(_, token)| token.trim());
        let now = state.clock.now();
        let token = match tokens::authenticate(&state.db, secret, now).await? {
            // An issuer that takes the place of the client area takes that of its accounts' tokens as well.
            Some(token) if state.config.billing_issuer.is_none() => token,
            _ => return Err(unauthenticated()),
        };
        if let Some(TokenLimit(limit)) = parts.extensions.get::<TokenLimit>() {
            limit.check(&token.id).map_err(|seconds| {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "too many requests: slow down")
                    .retry_after(seconds)
            })?;
        }
        let member = Member::find(&state.portal(), token.account, &token.publisher, now).await?;
        let found = Self { member, token };
        parts.extensions.insert(found.clone());
        Ok(found)
    }
}

fn unauthenticated() -> Problem {
    let detail = "send a valid token of the publisher as `Authorization: Bearer annp_…`";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"annex-publisher\""))
}
