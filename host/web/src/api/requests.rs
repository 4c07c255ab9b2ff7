//! What is to be looked at, and what operators ask an admin for (R69).

use annex_domain::{
    addon::AddonId,
    ids::{InstallationId, OperatorId, RequestId},
    permission::Permission,
};
use annex_lifecycle::Attention as Found;
use annex_store::requests::{self, LONGEST, Request};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
    wire::Time,
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_attention))
        .routes(routes!(ask_for_addon))
        .routes(routes!(list_requests))
        .routes(routes!(decline_request))
}

/// Something that the people who manage add-ons should look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attention {
    /// `update-failed`, `suspended`, `blocked`, `set-aside`, `install-failed`, `uninstall-failed`, `invoice-due`,
    /// `trial-expired`, `needs-setup`, `trial-ends`, `update-undone`, `requested`.
    #[schema(example = "suspended")]
    reason: String,
    #[schema(required, value_type = Option<String>, example = "acme.contact-sync")]
    addon: Option<AddonId>,
    #[schema(required, value_type = Option<String>, format = "uuid")]
    installation: Option<InstallationId>,
    /// Days of a trial that are left, settings that are missing, operators who ask.
    count: u32,
    /// Of an invoice.
    #[schema(required)]
    invoice: Option<i64>,
}

impl From<Found> for Attention {
    fn from(found: Found) -> Self {
        Self {
            reason: found.reason.as_str().to_owned(),
            addon: found.addon,
            installation: found.installation,
            count: found.count,
            invoice: found.invoice.map(|(number, _)| number),
        }
    }
}

/// The most urgent first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttentionList {
    items: Vec<Attention>,
}

/// List what needs attention
///
/// Failed and suspended add-ons, what lacks its settings, trials that end, invoices that are due, and what operators ask
/// for: the most urgent first. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/attention", tag = "add-ons",
    responses((status = 200, description = "The list.", body = AttentionList)),
)]
async fn list_attention(State(state): State<AppState>, user: ApiUser) -> Result<Json<AttentionList>, Problem> {
    user.require(Permission::AddonsManage)?;
    let found = state.lifecycle.attention(user.desk()).await?;
    Ok(Json(AttentionList { items: found.into_iter().map(Attention::from).collect() }))
}

/// Why somebody asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForAddon {
    /// At most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
}

/// Ask an admin for an add-on
///
/// For operators who may not install. Asking twice before there is an answer changes nothing. The asker is told by mail when
/// the add-on is installed, or when the request is declined.
#[utoipa::path(
    post, path = "/addons/{addon}/requests", tag = "add-ons", request_body = AskForAddon,
    params(("addon" = String, Path, description = "`publisher.slug`")),
    responses(
        (status = 204, description = "Asked."),
        (status = 409, description = "`already-installed`."),
    ),
)]
async fn ask_for_addon(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(addon): PathParams<AddonId>,
    Json(body): Json<AskForAddon>,
) -> Result<StatusCode, Problem> {
    if body.reason.chars().count() > LONGEST {
        return Err(Problem::field("reason", "too-long", "at most 500 characters"));
    }
    state.lifecycle.request_addon(user.desk(), &addon, user.operator()?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an operator asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonRequest {
    #[schema(value_type = String, format = "uuid")]
    id: RequestId,
    #[schema(value_type = String, example = "acme.contact-sync")]
    addon: AddonId,
    /// Who asks.
    #[schema(value_type = String, format = "uuid")]
    operator: OperatorId,
    operator_name: String,
    reason: String,
    created_at: Time,
}

impl From<Request> for AddonRequest {
    fn from(request: Request) -> Self {
        Self {
            id: request.id,
            addon: request.addon,
            operator: request.by,
            operator_name: request.name,
            reason: request.reason,
            created_at: request.created_at.into(),
        }
    }
}

/// The open ones, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddonRequestList {
    items: Vec<AddonRequest>,
}

/// List requests for add-ons
///
/// The open ones. Installing the add-on approves all requests for it. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/addon-requests", tag = "add-ons",
    responses((status = 200, description = "The requests.", body = AddonRequestList)),
)]
async fn list_requests(State(state): State<AppState>, user: ApiUser) -> Result<Json<AddonRequestList>, Problem> {
    user.require(Permission::AddonsManage)?;
    let open = requests::open(&mut state.db.read().await?, user.desk()).await?;
    Ok(Json(AddonRequestList { items: open.into_iter().map(AddonRequest::from).collect() }))
}

/// A word for who asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineRequest {
    /// At most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500)]
    answer: String,
}

/// Decline a request
///
/// Needs `addons.manage`.
#[utoipa::path(
    post, path = "/addon-requests/{request}/decline", tag = "add-ons", request_body = DeclineRequest,
    params(("request" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 204, description = "Declined; the asker gets a mail."),
        (status = 409, description = "Answered before: `conflict`."),
    ),
)]
async fn decline_request(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<RequestId>,
    Json(body): Json<DeclineRequest>,
) -> Result<StatusCode, Problem> {
    user.require(Permission::AddonsManage)?;
    if body.answer.chars().count() > LONGEST {
        return Err(Problem::field("answer", "too-long", "at most 500 characters"));
    }
    state.lifecycle.decline_request(user.desk(), id, user.operator()?, &body.answer).await?;
    Ok(StatusCode::NO_CONTENT)
}
