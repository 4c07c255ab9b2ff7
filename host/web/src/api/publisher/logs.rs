//! What an add-on does in the publisher's developer desk: its calls and what it logs, to be followed while it is tried out. Of other
//! desks nothing: what happens there is theirs.

use std::time::Duration;

use annex_domain::{addon::AddonId, installation::Installation, publisher::PublisherScope};
use annex_portal::developer_desk::installed;
use annex_store::{Signal, logs};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiMember;
use crate::{
    api::{
        extract::{Json, Params, PathParams},
        installations::{Call, LogLine},
        problem::Problem,
    },
    events::stopping,
    state::AppState,
};

/// The longest that an answer waits for something new, in seconds: below the idle limits of common proxies.
const LONGEST: u64 = 25;
/// Lines are told as they come. Calls that log nothing are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How many of each are shown.
const NEWEST: u32 = 50;
/// Seconds after which to try again when too many wait.
const AGAIN: u64 = 10;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_logs))
}

/// Which answer is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadLogs {
    /// `next` of the answer before: this one waits until there is something new.
    after: Option<String>,
    /// How many seconds at most, up to 25; 0 when left out.
    #[param(minimum = 0, maximum = 25)]
    wait: Option<u64>,
}

/// What an add-on did last.
#[derive(Debug, Serialize, ToSchema)]
struct Activity {
    installation: String,
    /// The version that runs.
    version: String,
    /// The newest 50, the newest first.
    lines: Vec<LogLine>,
    /// The same of its calls.
    calls: Vec<Call>,
    /// To be passed as `after`.
    next: String,
}

/// Follow the log
///
/// What the add-on does in the publisher's developer desk: its newest calls and lines. With `after` and `wait` the answer comes once
/// there is something new. Needs the scope `read`, and a role that builds add-ons.
#[utoipa::path(
    get, path = "/projects/{project}/logs", tag = "versions",
    params(("project" = String, Path, description = "The add-on's id"), ReadLogs),
    responses(
        (status = 200, description = "As far as it is written.", body = Activity),
        (status = 404, description = "It is not installed in the developer desk, or there is none."),
    ),
)]
async fn read_logs(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(project): PathParams<AddonId>,
    Params(params): Params<ReadLogs>,
) -> Result<Json<Activity>, Problem> {
    let member = by.require(PublisherScope::Read)?;
    let wait = params.wait.unwrap_or(0);
    if wait > LONGEST {
        return Err(Problem::field("wait", "out-of-range", "wait 25 seconds at most"));
    }
    let of = installed(&state.portal(), member, &project).await?;
    let Some(_place) = state.streams.take(format!("token {}", by.token.id)) else {
        let detail = "this token follows as much as it can: let an answer come first";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", detail).retry_after(AGAIN));
    };
    let until = Instant::now() + Duration::from_secs(wait);
    let (mut signals, mut shutdown) = (state.db.signals(), state.shutdown.clone());
    loop {
        let found = activity(&state, &of).await?;
        let is_new = params.after.as_ref() != Some(&found.next);
        if is_new || Instant::now() >= until {
            return Ok(Json(found));
        }
        tokio::select! {
            () = logged(&mut signals, &of) => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stopping(&mut shutdown) => return Ok(Json(found)),
        }
    }
}

async fn activity(state: &AppState, of: &Installation) -> Result<Activity, Problem> {
    let query = logs::Query { limit: NEWEST, ..logs::Query::default() };
    let lines = state.lifecycle.logs(of.desk, of.id, &query).await?.lines;
    let calls = state.lifecycle.calls(of.desk, of.id, None, NEWEST).await?.calls;
    let line = lines.first().map_or(0, |line| line.id);
    let call = calls.first().map(|call| call.id.to_string()).unwrap_or_default();
    Ok(Activity {
        installation: of.id.to_string(),
        version: of.version.to_string(),
        lines: lines.into_iter().map(LogLine::from).collect(),
        calls: calls.into_iter().map(Call::from).collect(),
        next: format!("{line}.{call}"),
    })
}

/// Ends when the installation may have logged something.
async fn logged(signals: &mut Receiver<Signal>, of: &Installation) {
    loop {
        match signals.recv().await {
            Ok(Signal::Logs { desk, installation }) if (desk, installation) == (of.desk, of.id) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
