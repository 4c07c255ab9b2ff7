//! Who calls: a bearer token, or else the session of the panel. Every endpoint but the OpenAPI document takes an
//! [`ApiUser`] first, so that nothing of a request is looked at before the caller is known.
//!
//! With an access token of the issuer it is the service of an add-on that calls, in the name of its installation, whether or not
//! an operator signed in through it: like the add-on itself it acts for them (ADR 22). What takes a person, such as all that
//! costs money, is not open to it.

use annex_billing::{Caller, Manager};
use annex_desk::{Ctx, Refusal, Rule, sessions::Current};
use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OauthClientId, OperatorId, SessionId, TokenId},
    operator::{Actor, Operator},
    permission::{Permission, Permissions},
};
use annex_lifecycle::Initiator;
use annex_store::{
    StoreError, desks,
    oauth::tokens::{self as access, Access},
    sessions::{self, Session},
    tokens,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};

use super::{limits::Limit, problem::Problem};
use crate::{at::AskedFor, cookie::cookie_value, session, state::AppState};

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct ApiUser {
    who: Who,
    credential: Credential,
}

#[derive(Debug, Clone)]
enum Who {
    /// With what their roles allow; with a token, as far as its scopes go.
    Operator(Operator),
    /// The service of an add-on.
    Service(Box<Access>),
}

/// What the caller sent to say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// A token. It has no password: that it was made, by an operator with the permission, is what counts.
    Token(TokenId),
    /// An access token of a client.
    Access(OauthClientId),
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
            Self::Access(id) => format!("client {id}"),
            Self::Session { id, .. } => format!("session {id}"),
        }
    }
}

/// Requests per second of one operator or service, steadily, and at once.
const RATE: (u32, u32) = (50, 300);

/// The rate limit per operator or service.
#[derive(Debug, Clone)]
pub(super) struct CallerLimit(Limit<String>);

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
        self.permissions().has(permission)
    }

    /// All that they may do.
    pub(crate) fn permissions(&self) -> &Permissions {
        match &self.who {
            Who::Operator(operator) => &operator.permissions,
            Who::Service(access) => &access.permissions,
        }
    }

    /// The desk: every query names it.
    pub(crate) fn desk(&self) -> DeskId {
        match &self.who {
            Who::Operator(operator) => operator.desk,
            Who::Service(access) => access.desk,
        }
    }

    /// Their id among all operators and installations.
    pub(crate) fn id(&self) -> String {
        match &self.who {
            Who::Operator(operator) => operator.id.to_string(),
            Who::Service(access) => access.installation.to_string(),
        }
    }

    /// What they are called.
    pub(crate) fn name(&self) -> &str {
        match &self.who {
            Who::Operator(operator) => &operator.name,
            Who::Service(access) => &access.name,
        }
    }

    /// The operator, for what takes a person.
    pub(crate) fn operator(&self) -> Result<OperatorId, Problem> {
        self.profile().map(|operator| operator.id)
    }

    /// Everything about them.
    pub(crate) fn profile(&self) -> Result<&Operator, Problem> {
        match &self.who {
            Who::Operator(operator) => Ok(operator),
            Who::Service(_) => Err(Refusal::from(Rule::PersonNeeded).into()),
        }
    }

    /// For what is done to the desk.
    pub(crate) fn ctx(&self, now: Timestamp) -> Ctx {
        let permissions = self.permissions().clone();
        match &self.who {
            Who::Operator(operator) => {
                let token = match self.credential {
                    Credential::Token(id) => Some(id),
                    Credential::Access(_) | Credential::Session { .. } => None,
                };
                Ctx { token, ..Ctx::new(operator.desk, Actor::Operator(operator.id), permissions, now) }
            }
            Who::Service(access) => {
                let causes = vec![access.installation];
                Ctx { causes, ..Ctx::new(access.desk, Actor::Addon(access.installation), permissions, now) }
            }
        }
    }

    /// For the audit log, where a person is needed.
    pub(crate) fn actor(&self) -> Result<Actor, Problem> {
        self.operator().map(Actor::Operator)
    }

    /// For what is done with the cards of the account that pays.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        let permissions = self.permissions().clone();
        Ok(Caller::Manager(Manager { desk: self.desk(), operator: self.operator()?, permissions }))
    }

    /// For the lifecycle.
    pub(crate) fn by(&self) -> Result<Initiator, Problem> {
        Ok(Initiator::operator(self.desk(), self.operator()?))
    }

    /// The language of texts: the one that they chose, else English.
    pub(crate) fn locale(&self) -> &str {
        match &self.who {
            Who::Operator(operator) => operator.locale.as_deref().unwrap_or("en"),
            Who::Service(_) => "en",
        }
    }
}

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        // The idempotency layer asks before the handler does: once is enough.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let user = identify(state, &parts.headers, AskedFor::of(parts)).await?;
        if let Some(CallerLimit(limit)) = parts.extensions.get::<CallerLimit>() {
            limit.check(&user.id()).map_err(|seconds| {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "too many requests: slow down")
                    .retry_after(seconds)
            })?;
        }
        parts.extensions.insert(user.clone());
        Ok(user)
    }
}

async fn identify(state: &AppState, headers: &HeaderMap, asked: AskedFor) -> Result<ApiUser, Problem> {
    let known = match headers.get(header::AUTHORIZATION) {
        Some(value) => by_token(state, value).await?.filter(|user| asked.sees(user.desk())),
        None => session::current(state, headers, asked).await?.map(|Current { operator, session, .. }| {
            let Session { id, confirmed_at, .. } = session;
            ApiUser { who: Who::Operator(operator), credential: Credential::Session { id, confirmed_at } }
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

async fn by_token(state: &AppState, value: &HeaderValue) -> Result<Option<ApiUser>, Problem> {
    let text = value.to_str().unwrap_or_default();
    let credentials = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = credentials else {
        return Err(unauthenticated("the header `Authorization` must be `Bearer annex_…`"));
    };
    let (token, now) = (token.trim(), state.clock.now());
    if token.starts_with(access::PREFIX) {
        let known = annex_desk::tokens::authenticate_service(&state.desk(), token, now).await?;
        return Ok(known.map(|access| ApiUser {
            credential: Credential::Access(access.client),
            who: Who::Service(Box::new(access)),
        }));
    }
    let known = annex_desk::tokens::authenticate(&state.desk(), token, now).await?;
    Ok(known.map(|(token, operator)| ApiUser { who: Who::Operator(operator), credential: Credential::Token(token.id) }))
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"annex\""))
}
