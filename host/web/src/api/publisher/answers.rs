//! Where publishers' services say what waits for their word (R16). They come with a token of the publisher (`annp_…`), or with the
//! access token of an installation (`annt_…`), which speaks for that one while it runs: for updates.

use annex_domain::{
    ids::{DeskId, InstallationId},
    provisioning::{Answer, Reason},
    publisher::PublisherScope,
};
use annex_lifecycle::Answerer;
use annex_store::oauth::tokens as access;
use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, header, request::Parts},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ApiMember, unauthenticated};
use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
    },
    at::AskedFor,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(answer))
}

/// A publisher's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "kebab-case", deny_unknown_fields)]
enum GivenAnswer {
    Accepted,
    /// With the reason that the desk is told.
    Rejected {
        reason: String,
    },
}

/// Who speaks.
pub(super) struct Speaker(Answerer);

impl FromRequestParts<AppState> for Speaker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if let Some((_, installation)) = Self::service(parts, state).await? {
            return Ok(Self(Answerer::Service(installation)));
        }
        let by = ApiMember::from_request_parts(parts, state).await?;
        let member = by.require(PublisherScope::Events)?;
        Ok(Self(Answerer::Publisher { publisher: member.publisher.clone(), account: member.account }))
    }
}

impl Speaker {
    /// The service of an installation, if it is its token that came with the request: itself, not an operator who signed in through it.
    pub(super) async fn service(parts: &Parts, state: &AppState) -> Result<Option<(DeskId, InstallationId)>, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|text| text.split_once(' ')).map_or("", |(_, token)| token.trim());
        if !token.starts_with(access::PREFIX) {
            return Ok(None);
        }
        let access = annex_desk::tokens::authenticate_service(&state.desk(), token, state.clock.now()).await?;
        let own = access.filter(|access| access.operator.is_none() && AskedFor::of(parts).sees(access.desk));
        own.map(|access| Some((access.desk, access.installation))).ok_or_else(unauthenticated)
    }
}

/// Answer what waits for the publisher
///
/// Needs the scope `events`, or the access token of the installation. The operation goes on or turns back within a second.
#[utoipa::path(
    post, path = "/installations/{id}/answer", tag = "installations",
    params(("id" = String, Path, description = "The installation")),
    request_body = GivenAnswer,
    responses((status = 204, description = "It is written down.")),
)]
async fn answer(
    State(state): State<AppState>,
    Speaker(by): Speaker,
    PathParams(id): PathParams<InstallationId>,
    Json(given): Json<GivenAnswer>,
) -> Result<StatusCode, Problem> {
    let answer = match given {
        GivenAnswer::Accepted => Answer::Accepted,
        GivenAnswer::Rejected { reason } => {
            let reason = reason.parse::<Reason>();
            Answer::Rejected(reason.map_err(|wrong| Problem::field("reason", "invalid", wrong.0))?)
        }
    };
    state.lifecycle.answer(id, &answer, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
