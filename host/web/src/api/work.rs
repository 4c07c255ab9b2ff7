//! Background work that waits for a person.

use annex_domain::permission::Permission;
use annex_lifecycle::{Decision, SetAside, Work};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_background_work)).routes(routes!(retry_work)).routes(routes!(give_up_work))
}

/// A job that was given up, or a job or an operation that stopped the host again and again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BackgroundWork {
    #[schema(example = "job-01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
    #[schema(example = "send-mail")]
    kind: String,
    /// The installation whose operation it is; null for a job.
    #[schema(required, format = "uuid")]
    installation: Option<String>,
    /// Why it waits.
    error: String,
    /// How often it stopped the host.
    deaths: u32,
    set_aside_at: Time,
    /// False for an operation that never turns back, such as an uninstall: it can only be tried again.
    can_give_up: bool,
}

/// List background work that is set aside
///
/// What failed for good, or stopped the host three times, and waits for somebody to decide; newest first, at most 200 jobs.
/// Needs `desk.manage`.
#[utoipa::path(
    get, path = "/background-work", tag = "background-work",
    responses((status = 200, description = "All of it.", body = Page<BackgroundWork>)),
)]
async fn list_background_work(
    State(state): State<AppState>,
    user: ApiUser,
) -> Result<Json<Page<BackgroundWork>>, Problem> {
    user.require(Permission::DeskManage)?;
    let waiting = state.lifecycle.set_aside(user.desk()).await?;
    Ok(Json(Page::whole(waiting.into_iter().map(BackgroundWork::from).collect())))
}

/// Try it again
///
/// It runs as if nothing had happened. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/background-work/{work}/try-again", tag = "background-work",
    params(("work" = String, Path, description = "Its `id`")),
    responses((status = 204, description = "It is under way.")),
)]
async fn retry_work(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(work): PathParams<String>,
) -> Result<StatusCode, Problem> {
    user.require(Permission::DeskManage)?;
    state.lifecycle.decide(user.desk(), parse(&work)?, Decision::TryAgain, user.actor()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give it up
///
/// A job is not done; what an operation has done is undone. Needs `desk.manage`.
#[utoipa::path(
    post, path = "/background-work/{work}/give-up", tag = "background-work",
    params(("work" = String, Path, description = "Its `id`")),
    responses(
        (status = 204, description = "It is given up."),
        (status = 409, description = "`cannot-give-up`: a cancellation or an uninstall can only be tried again."),
    ),
)]
async fn give_up_work(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(work): PathParams<String>,
) -> Result<StatusCode, Problem> {
    user.require(Permission::DeskManage)?;
    state.lifecycle.decide(user.desk(), parse(&work)?, Decision::GiveUp, user.actor()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(work: &str) -> Result<Work, Problem> {
    work.parse().map_err(|_| Problem::not_found("work"))
}

impl From<SetAside> for BackgroundWork {
    fn from(work: SetAside) -> Self {
        Self {
            id: work.work.to_string(),
            kind: work.kind,
            installation: work.addon.map(|(installation, _)| installation.to_string()),
            error: work.error,
            deaths: work.deaths,
            set_aside_at: work.at.into(),
            can_give_up: work.can_give_up,
        }
    }
}
