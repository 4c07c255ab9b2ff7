//! Who calls: a bearer token, or else the session of the panel. Every endpoint but the OpenAPI document takes an
//! [`ApiUser`] first, so that nothing of a request is looked at before the caller is known.

use annex_billing::{Caller, Manager};
use annex_desk::{Ctx, sessions::Current};
use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, SessionId, TokenId},
    operator::{Actor, Operator},
    permission::Permission,
};
use annex_lifecycle::Initiator;
use annex_store::{
    StoreError, desks,
    sessions::{self, Session},
    tokens,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};

use super::{limits::Limit, problem::Problem};
use crate::{at::AskedFor, cookie::cookie_value, session, state::AppState};

/// The operator who calls, with what their roles allow; with a token, as far as its scopes go.
#[derive(Debug, Clone)]
pub(crate) struct ApiUser {
    operator: Operator,
    credential: Credential,
}

/// What the caller sent to say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// A token. It has no password: that it was made, by an operator with the permission, is what counts.
    Token(TokenId),
    /// The cookie of the panel.
    Session {
        /// Which.
        id: SessionId,
        /// When the password was last given in it.
        confirmed_at: Timestamp,
    },
}

impl Credential {
    /// Names it among all, without any secret.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Token(id) => format!("token {id}"),
            Self::Session { id, .. } => format!("session {id}"),
        }
    }
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
        if self.may(permission) { Ok(()) } else { Err(Problem::forbidden(permission)) }
    }

    /// Goes on with what costs money only when the session's password was given lately, or a token is sent.
    pub(super) fn confirmed(&self, now: Timestamp) -> Result<(), Problem> {
        match self.credential {
            Credential::Session { confirmed_at, .. } if !session::is_confirmed(confirmed_at, now) => {}
            _ => return Ok(()),
        }
        let detail = "the password was last given more than 15 minutes ago: pay on the page of the panel, which asks for \
                      it, sign in anew, or send a token";
        Err(Problem::new(StatusCode::FORBIDDEN, "confirm-password", detail))
    }

    /// What they sent to say who they are.
    pub(crate) fn credential(&self) -> Credential {
        self.credential
    }

    /// True when the roles, and the scopes of a token, allow it.
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

    /// For what is done to the desk.
    pub(crate) fn ctx(&self, now: Timestamp) -> Ctx {
        let permissions = self.operator.permissions.clone();
        let token = match self.credential {
            Credential::Token(id) => Some(id),
            Credential::Session { .. } => None,
        };
        Ctx { token, ..Ctx::new(self.operator.desk, self.actor(), permissions, now) }
    }

    /// For the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Operator(self.operator.id)
    }

    /// For what is done with the cards of the account that pays.
    pub(crate) fn caller(&self) -> Caller {
        let permissions = self.operator.permissions.clone();
        Caller::Manager(Manager { desk: self.operator.desk, operator: self.operator.id, permissions })
    }

    /// For the lifecycle.
    pub(crate) fn by(&self) -> Initiator {
        Initiator::operator(self.operator.desk, self.operator.id)
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
        let (operator, credential) = identify(state, &parts.headers, AskedFor::of(parts)).await?;
        let user = Self { operator, credential };
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

async fn identify(state: &AppState, headers: &HeaderMap, asked: AskedFor) -> Result<(Operator, Credential), Problem> {
    let known = match headers.get(header::AUTHORIZATION) {
        Some(value) => by_token(state, value).await?.filter(|(operator, _)| asked.sees(operator.desk)),
        None => session::current(state, headers, asked).await?.map(|Current { operator, session, .. }| {
            let Session { id, confirmed_at, .. } = session;
            (operator, Credential::Session { id, confirmed_at })
        }),
    };
    known.ok_or_else(|| {
        unauthenticated("send a valid token as `Authorization: Bearer annex_…`, or sign in to the panel")
    })
}

/// Who sent these headers with a request that is not over, with what they may do now; none once they may ask nothing more. It counts
/// as no request: what only waits keeps no session alive.
pub(crate) async fn still(state: &AppState, headers: &HeaderMap) -> Result<Option<Operator>, StoreError> {
    let now = state.clock.now();
    let found = match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            let token = value.to_str().ok().and_then(|text| text.split_once(' ')).map_or("", |(_, token)| token);
            tokens::known(&state.db, token.trim(), now).await?.map(|(_, operator)| operator)
        }
        None => match cookie_value(headers, session::cookie_name(&state.config)) {
            Some(secret) => sessions::known(&state.db, secret, now).await?.map(|(_, operator)| operator),
            None => None,
        },
    };
    let Some(operator) = found else { return Ok(None) };
    let works = desks::known(&state.db, operator.desk).await?.status.works();
    Ok(works.then_some(operator))
}

async fn by_token(state: &AppState, value: &HeaderValue) -> Result<Option<(Operator, Credential)>, Problem> {
    let text = value.to_str().unwrap_or_default();
    let credentials = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = credentials else {
        return Err(unauthenticated("the header `Authorization` must be `Bearer annex_…`"));
    };
    let known = annex_desk::tokens::authenticate(&state.desk(), token.trim(), state.clock.now()).await?;
    Ok(known.map(|(token, operator)| (operator, Credential::Token(token.id))))
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"annex\""))
}
