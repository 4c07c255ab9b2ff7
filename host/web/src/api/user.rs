//! Who calls: a bearer token, or else the session of the panel. Every endpoint but the OpenAPI document takes an
//! [`ApiUser`] first, so that nothing of a request is looked at before the caller is known.

use annex_domain::{
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
pub(crate) struct ApiUser(Operator);

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

    /// True when the roles allow it.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.0.permissions.has(permission)
    }

    /// The desk: every query names it.
    pub(crate) fn desk(&self) -> DeskId {
        self.0.desk
    }

    /// Who it is.
    pub(crate) fn operator(&self) -> OperatorId {
        self.0.id
    }

    /// Everything about them.
    pub(crate) fn profile(&self) -> &Operator {
        &self.0
    }

    /// For the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Operator(self.0.id)
    }

    /// For the lifecycle.
    pub(crate) fn by(&self) -> By {
        By::operator(self.0.desk, self.0.id)
    }

    /// The language of texts: the one that they chose, else English.
    pub(crate) fn locale(&self) -> &str {
        self.0.locale.as_deref().unwrap_or("en")
    }
}

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // The idempotency layer asks before the handler does: once is enough.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let user = Self(identify(state, &parts.headers).await?);
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

async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Operator, Problem> {
    let operator = match headers.get(header::AUTHORIZATION) {
        Some(value) => by_token(state, value).await?,
        None => session::current(state, headers).await?.map(|(operator, ..)| operator),
    };
    operator.ok_or_else(|| {
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
