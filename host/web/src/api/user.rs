//! Who calls: a bearer token, or else the session of the panel. Every endpoint but the OpenAPI document takes an
//! [`ApiUser`] first, so that nothing of a request is looked at before the caller is known.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId},
    operator::{Actor, Operator},
    permission::Permission,
};
use annex_lifecycle::By;
use annex_store::tokens;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};

use super::{limits::Limit, problem::Problem};
use crate::{session, state::AppState};

/// The operator who calls, with what their roles allow.
#[derive(Debug, Clone)]
pub(crate) struct ApiUser {
    operator: Operator,
    /// Of a session of the panel: when the password was last given in it. A token has no password: that it was made, by an
    /// operator with the permission, is what counts.
    confirmed_at: Option<Timestamp>,
}

/// Requests per second of one operator, steadily, and at once.
const RATE: (u32, u32) = (50, 300);

/// The rate limit per operator.
#[derive(Debug, Clone)]
pub(super) struct CallerLimit(Limit<OperatorId>);

impl Default for CallerLimit {
    fn default() -> Self {
        Self(Limit::new(RATE.0, RATE.1))
    }
}

impl ApiUser {
    /// Goes on only with this permission.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.may(permission) {
            return Ok(());
        }
        let detail = format!("the permission `{permission}` is needed; an admin can add it to one of your roles");
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
    }

    /// Goes on with what costs money only when the session's password was given lately, or a token is sent.
    pub(super) fn confirmed(&self, now: Timestamp) -> Result<(), Problem> {
        if self.confirmed_at.is_none_or(|given| session::is_confirmed(given, now)) {
            return Ok(());
        }
        let detail = "the password was last given more than 15 minutes ago: pay on the page of the panel, which asks for \
                      it, sign in anew, or send a token";
        Err(Problem::new(StatusCode::FORBIDDEN, "confirm-password", detail))
    }

    /// True when the roles allow it.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.operator.permissions.has(permission)
    }

    /// The desk: every query names it.
    pub(crate) fn desk(&self) -> DeskId {
        self.operator.desk
    }

    /// Who it is.
    pub(crate) fn operator(&self) -> OperatorId {
        self.operator.id
    }

    /// Everything about them.
    pub(crate) fn profile(&self) -> &Operator {
        &self.operator
    }

    /// For the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Operator(self.operator.id)
    }

    /// For the lifecycle.
    pub(crate) fn by(&self) -> By {
        By::operator(self.operator.desk, self.operator.id)
    }

    /// The language of texts: the one that they chose, else English.
    pub(crate) fn locale(&self) -> &str {
        self.operator.locale.as_deref().unwrap_or("en")
    }
}

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // The idempotency layer asks before the handler does: once is enough.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let (operator, confirmed_at) = identify(state, &parts.headers).await?;
        let user = Self { operator, confirmed_at };
        if let Some(CallerLimit(limit)) = parts.extensions.get::<CallerLimit>() {
            limit.check(&user.operator()).map_err(|seconds| {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "too many requests: slow down")
                    .retry_after(seconds)
            })?;
        }
        parts.extensions.insert(user.clone());
        Ok(user)
    }
}

async fn identify(state: &AppState, headers: &HeaderMap) -> Result<(Operator, Option<Timestamp>), Problem> {
    let known = match headers.get(header::AUTHORIZATION) {
        Some(value) => by_token(state, value).await?.map(|operator| (operator, None)),
        None => {
            let session = session::current(state, headers).await?;
            session.map(|(operator, _, session)| (operator, Some(session.confirmed_at)))
        }
    };
    known.ok_or_else(|| {
        unauthenticated("send a valid token as `Authorization: Bearer annex_…`, or sign in to the panel")
    })
}

async fn by_token(state: &AppState, value: &HeaderValue) -> Result<Option<Operator>, Problem> {
    let text = value.to_str().unwrap_or_default();
    let credentials = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = credentials else {
        return Err(unauthenticated("the header `Authorization` must be `Bearer annex_…`"));
    };
    let known = tokens::authenticate(&state.db, token.trim(), state.clock.now()).await?;
    Ok(known.map(|(_, operator)| operator))
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"annex\""))
}
