//! Watching an installation: its log, its health, its calls. All need `addons.manage`.

use annex_domain::{
    ids::{CallId, InstallationId},
    permission::Permission,
};
use annex_store::{health, logs};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::{LogLevel, Page, PageParams, Time, limit_of},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_logs)).routes(routes!(get_health)).routes(routes!(list_calls))
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListLogs {
    /// Only this level and those above it.
    #[param(inline)]
    level: Option<LogLevel>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A line that the add-on wrote, or that the host wrote about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogLine {
    id: String,
    at: Time,
    level: LogLevel,
    message: String,
    /// The call that wrote it.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    call: Option<CallId>,
}

/// How an installation does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// The last 24 hours together.
    day: Totals,
    /// Hour by hour.
    hours: Vec<Hour>,
    #[schema(required)]
    last_error: Option<LastError>,
    /// Three within an hour suspend the installation.
    traps_last_hour: u32,
}

/// Calls and what they cost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Totals {
    calls: u64,
    errors: u64,
    traps: u64,
    /// All calls together, in microseconds.
    wall_micros: u64,
    /// The slowest one, in microseconds.
    wall_micros_max: u64,
    fuel: u64,
    /// The most that one call used, in bytes.
    peak_memory: u64,
    host_calls: u64,
}

/// One hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hour {
    /// Its start.
    at: Time,
    #[serde(flatten)]
    totals: Totals,
}

/// The last thing that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastError {
    code: String,
    text: String,
    at: Time,
    #[schema(value_type = String, format = "uuid")]
    call: CallId,
}

/// One call of the component.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Call {
    #[schema(value_type = String, format = "uuid")]
    id: CallId,
    at: Time,
    /// `render`, `handle`, `receive`, …
    kind: String,
    /// `ok`, or the code of what went wrong.
    outcome: String,
    wall_micros: u64,
    fuel: u64,
    peak_memory: u64,
    host_calls: Vec<HostCall>,
}

/// One thing that the component asked the host for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HostCall {
    /// Such as `http.send`.
    name: String,
    /// Such as the host that was asked.
    detail: String,
    wall_micros: u64,
    outcome: String,
}

/// Read the log
///
/// Newest first.
#[utoipa::path(
    get, path = "/installations/{installation}/logs", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id"), ListLogs),
    responses((status = 200, description = "A page of lines.", body = Page<LogLine>)),
)]
async fn list_logs(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Params(params): Params<ListLogs>,
) -> Result<Json<Page<LogLine>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let limit = limit_of(params.limit)?;
    let query = logs::Query { level: params.level.map(Into::into), before: params.cursor, limit };
    let page = state.lifecycle.logs(user.desk(), id, &query).await?;
    let items = page.lines.into_iter().map(LogLine::from).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Read the health
///
/// Calls, errors, time and memory of the last 24 hours.
#[utoipa::path(
    get, path = "/installations/{installation}/health", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "As measured.", body = Health)),
)]
async fn get_health(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
) -> Result<Json<Health>, Problem> {
    user.require(Permission::AddonsManage)?;
    Ok(Json(state.lifecycle.health(user.desk(), id).await?.into()))
}

/// List calls
///
/// Newest first, each with what it cost and what it asked the host for.
#[utoipa::path(
    get, path = "/installations/{installation}/calls", tag = "installations",
    params(("installation" = String, Path, format = "uuid", description = "Its id"), PageParams),
    responses((status = 200, description = "A page of calls.", body = Page<Call>)),
)]
async fn list_calls(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InstallationId>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Call>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let limit = limit_of(params.limit)?;
    let page = state.lifecycle.calls(user.desk(), id, params.cursor, limit).await?;
    Ok(Json(Page { items: page.calls.into_iter().map(Call::from).collect(), next: page.next }))
}

impl From<logs::Line> for LogLine {
    fn from(line: logs::Line) -> Self {
        Self {
            id: line.id.to_string(),
            at: line.at.into(),
            level: line.level.into(),
            message: line.message,
            call: line.call,
        }
    }
}

impl From<health::Totals> for Totals {
    fn from(totals: health::Totals) -> Self {
        Self {
            calls: totals.calls,
            errors: totals.errors,
            traps: totals.traps,
            wall_micros: totals.wall_micros,
            wall_micros_max: totals.wall_micros_max,
            fuel: totals.fuel,
            peak_memory: totals.peak_memory,
            host_calls: totals.host_calls,
        }
    }
}

impl From<health::Health> for Health {
    fn from(health: health::Health) -> Self {
        let error = |error: health::LastError| LastError {
            code: error.code,
            text: error.text,
            at: error.at.into(),
            call: error.call,
        };
        Self {
            day: health.day.into(),
            hours: health
                .hours
                .into_iter()
                .map(|hour| Hour { at: hour.at.into(), totals: hour.totals.into() })
                .collect(),
            last_error: health.last_error.map(error),
            traps_last_hour: health.traps_last_hour,
        }
    }
}

impl From<health::Call> for Call {
    fn from(call: health::Call) -> Self {
        let host_call = |row: health::HostCallRow| HostCall {
            name: row.name,
            detail: row.detail,
            wall_micros: row.wall_micros,
            outcome: row.outcome,
        };
        Self {
            id: call.id,
            at: call.at.into(),
            kind: call.kind,
            outcome: call.outcome,
            wall_micros: call.wall_micros,
            fuel: call.fuel,
            peak_memory: call.peak_memory,
            host_calls: call.host_calls.into_iter().map(host_call).collect(),
        }
    }
}
