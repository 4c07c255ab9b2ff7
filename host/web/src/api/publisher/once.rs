//! `Idempotency-Key` of publishers' programs. Keys belong to a token of the publisher, or to an installation whose service answers. A
//! publisher need not have a desk: answers to its programs are kept with that of the platform, as its mails are.

use annex_domain::ids::DeskId;
use annex_store::{StoreError, desks};
use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{ApiMember, answers::Speaker};
use crate::{
    api::{
        idempotency::{self, Owner},
        problem::Problem,
    },
    state::AppState,
};

/// The layer around every endpoint that is described.
pub(super) async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(idempotency::HEADER) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // Without credentials nothing else of the request matters.
    let done = match owner(&mut parts, &state).await {
        Ok(owner) => idempotency::run(state, owner, Request::from_parts(parts, body), next).await,
        Err(problem) => Err(problem),
    };
    done.unwrap_or_else(|problem| problem.into_response())
}

async fn owner(parts: &mut Parts, state: &AppState) -> Result<Owner, Problem> {
    if let Some((desk, installation)) = Speaker::service(parts, state).await? {
        return Ok(Owner { desk, name: format!("service {installation}") });
    }
    let by = ApiMember::from_request_parts(parts, state).await?;
    Ok(Owner { desk: platform(state).await?, name: format!("token {}", by.token.id) })
}

async fn platform(state: &AppState) -> Result<DeskId, StoreError> {
    Ok(desks::of_platform(&mut state.db.read().await?).await?.id)
}
