//! A channel: where its service delivers, how it fares, and the requests by which the host sets it up and tests it.

use annex_domain::{
    ids::{HookId, InstallationId},
    permission::Permission,
};
use annex_lifecycle::{SetupAction, SetupOutcome, SetupProblem};
use annex_store::desks;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::{Json, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::Time,
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_channel)).routes(routes!(set_up_channel))
}

/// Where a channel stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Channel {
    /// Where its service delivers; stays the same when the add-on is removed and installed again.
    #[schema(example = "https://desk.example.com/hooks/01900000-0000-7000-8000-000000000000")]
    address: String,
    /// The secret that deliveries have to show is stored.
    secret_is_set: bool,
    /// The last delivery received, the last one refused, the last reply sent; those that there were.
    last: Vec<ChannelEvent>,
}

/// The last of its kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelEvent {
    /// `received`, `refused` or `sent`.
    what: String,
    at: Time,
    /// `ok`, or a word for what went wrong.
    outcome: String,
    detail: String,
}

/// What to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUpChannel {
    action: ChannelAction,
}

/// Tell the service the address and the secret, or ask it how it sees the connection.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChannelAction {
    Connect,
    Test,
}

/// How it went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelSetUp {
    ok: bool,
    /// Why not.
    #[schema(required)]
    problem: Option<String>,
    /// What the service says.
    answers: Vec<ChannelAnswer>,
}

/// Something that the service says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelAnswer {
    label: String,
    value: String,
}

/// Read where a channel stands
///
/// Needs `addons.manage`.
#[utoipa::path(
    get, path = "/installations/{installation}/channel", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "Its address, and how it fares.", body = Channel)),
)]
async fn get_channel(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Channel>, Problem> {
    user.require(Permission::AddonsManage)?;
    let view = state.lifecycle.channel_view(user.desk(), id).await?;
    let last = view.states.into_iter().map(|state| ChannelEvent {
        what: state.what.to_string(),
        at: state.at.into(),
        outcome: state.outcome,
        detail: state.detail,
    });
    Ok(Json(Channel {
        address: address(&state, &user, view.hook).await?,
        secret_is_set: view.secret.is_some_and(|(_, _, is_set)| is_set),
        last: last.collect(),
    }))
}

/// Set up or test a channel
///
/// Sends the requests that its manifest declares. Needs `addons.manage`.
#[utoipa::path(
    post, path = "/installations/{installation}/channel", tag = "installations", request_body = SetUpChannel,
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses(
        (status = 200, description = "How it went.", body = ChannelSetUp),
        (status = 404, description = "`not-found`: also where the manifest declares no such requests."),
    ),
)]
async fn set_up_channel(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Json(body): Json<SetUpChannel>,
) -> Result<Json<ChannelSetUp>, Problem> {
    user.require(Permission::AddonsManage)?;
    let action = match body.action {
        ChannelAction::Connect => SetupAction::Connect,
        ChannelAction::Test => SetupAction::Test,
    };
    let hook = state.lifecycle.channel_view(user.desk(), id).await?.hook;
    let address = address(&state, &user, hook).await?;
    let outcome = state.lifecycle.set_up_channel(user.desk(), id, action, &address, user.operator()?).await?;
    Ok(Json(ChannelSetUp::of(outcome, user.locale())))
}

/// Where the service posts to.
async fn address(state: &AppState, user: &ApiUser, hook: HookId) -> Result<String, Problem> {
    let desk = desks::known(&state.db, user.desk()).await?;
    Ok(state.config.absolute_of(&desk, &format!("/hooks/{hook}")))
}

impl ChannelSetUp {
    fn of(outcome: SetupOutcome, locale: &str) -> Self {
        let problem = outcome.problem.map(|problem| match problem {
            SetupProblem::NeedsSetting(label) => format!("the setting {:?} is missing", label.get(locale)),
            SetupProblem::NotGranted(host) => format!("requests to {host} were not granted"),
            SetupProblem::Unreachable(reason) => format!("the service could not be reached: {reason}"),
            SetupProblem::Refused(reason) => format!("the service refused: {reason}"),
        });
        let answers = outcome.shown.into_iter();
        let answers = answers.map(|(label, value)| ChannelAnswer { label: label.get(locale).to_owned(), value });
        Self { ok: problem.is_none(), problem, answers: answers.collect() }
    }
}
