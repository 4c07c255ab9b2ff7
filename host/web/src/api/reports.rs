//! The automatic report of a version's package: what stands against it, what could be better, and what it showed.

use annex_domain::{
    addon::{AddonId, Version},
    permission::Permission,
    report::{Finding as DomainFinding, Report as DomainReport, Shown},
    review::Target,
    ui::View,
};
use annex_store::reports::{self, Ordered};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams},
    problem::Problem,
    user::ApiUser,
    wire::{ReportState, Severity, Time},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_report, order_report))
}

/// The report of a version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Report {
    state: ReportState,
    /// SHA-256 of the package that it is about.
    package_digest: String,
    ordered_at: Time,
    #[schema(required)]
    started_at: Option<Time>,
    #[schema(required)]
    finished_at: Option<Time>,
    /// Why the host could not check the package.
    #[schema(required)]
    error: Option<String>,
    /// Blockers first, then suggestions, then notes. Empty until it is done.
    findings: Vec<Finding>,
    /// Null until it is done.
    #[schema(required)]
    facts: Option<Facts>,
    /// What panels showed in the scenarios of the package.
    views: Vec<ShownView>,
}

/// One thing that was found in a package.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    #[schema(example = "capability-unused")]
    code: String,
    severity: Severity,
    /// Where: `at` is `whole`, `field` (`path`), `line` (`file`, `line`) or `node` (`view`, `path`).
    #[schema(value_type = Object, example = json!({ "at": "field", "path": "capabilities[1]" }))]
    target: Target,
    text: String,
    /// What to do about it.
    #[schema(required)]
    hint: Option<String>,
}

/// Sizes and times of a package; 0 where it did not come to that.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facts {
    package_bytes: u64,
    component_bytes: u64,
    machine_code_bytes: u64,
    compile_millis: u64,
    files: u32,
    /// That ran to their end, well or not.
    scenarios: u32,
}

/// A view that a step of a scenario showed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownView {
    scenario: String,
    /// From 1.
    step: u32,
    /// As add-ons build it.
    #[schema(value_type = Object)]
    view: View,
}

/// Read the report of a version
///
/// What the host found in the package by itself: the same as `annex addon check --json`. Needs `catalog.manage`.
#[utoipa::path(
    get, path = "/addons/{addon}/versions/{version}/report", tag = "packages",
    params(("addon" = String, Path, description = "`publisher.slug`"), ("version" = String, Path, description = "The release")),
    responses(
        (status = 200, description = "The report, as far as it is.", body = Report),
        (status = 404, description = "Nobody has asked for one."),
    ),
)]
async fn get_report(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((addon, version)): PathParams<(AddonId, String)>,
) -> Result<Json<Report>, Problem> {
    user.require(Permission::CatalogManage)?;
    read(&state, &addon, &parse(&version)?).await.map(Json)
}

/// Check the package of a version
///
/// Orders a new report in the place of the one there is; it takes up to a minute. Needs `catalog.manage`.
#[utoipa::path(
    post, path = "/addons/{addon}/versions/{version}/report", tag = "packages",
    params(("addon" = String, Path, description = "`publisher.slug`"), ("version" = String, Path, description = "The release")),
    responses((status = 202, description = "The report, which waits to be made.", body = Report)),
)]
async fn order_report(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((addon, version)): PathParams<(AddonId, String)>,
) -> Result<(StatusCode, Json<Report>), Problem> {
    user.require(Permission::CatalogManage)?;
    let version = parse(&version)?;
    state.lifecycle.check_again(&addon, &version).await?;
    Ok((StatusCode::ACCEPTED, Json(read(&state, &addon, &version).await?)))
}

fn parse(version: &str) -> Result<Version, Problem> {
    version.parse().map_err(|_| Problem::not_found("version"))
}

async fn read(state: &AppState, addon: &AddonId, version: &Version) -> Result<Report, Problem> {
    let ordered = reports::get(&mut state.db.read().await?, addon, version).await?;
    ordered.map(Report::from).ok_or_else(|| Problem::not_found("report"))
}

impl From<Ordered> for Report {
    fn from(ordered: Ordered) -> Self {
        let facts = ordered.report.as_ref().map(|report| report.facts);
        let DomainReport { findings, views, .. } = ordered.report.unwrap_or_default();
        Self {
            state: ordered.state.into(),
            package_digest: ordered.package.to_string(),
            ordered_at: ordered.ordered_at.into(),
            started_at: ordered.started_at.map(Into::into),
            finished_at: ordered.finished_at.map(Into::into),
            error: ordered.error,
            findings: findings.into_iter().map(Into::into).collect(),
            facts: facts.map(|facts| Facts {
                package_bytes: facts.package_bytes,
                component_bytes: facts.component_bytes,
                machine_code_bytes: facts.machine_code_bytes,
                compile_millis: facts.compile_millis,
                files: facts.files,
                scenarios: facts.scenarios,
            }),
            views: views.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DomainFinding> for Finding {
    fn from(finding: DomainFinding) -> Self {
        let DomainFinding { code, severity, target, text, hint } = finding;
        Self { code, severity: severity.into(), target, text, hint }
    }
}

impl From<Shown> for ShownView {
    fn from(shown: Shown) -> Self {
        let Shown { scenario, step, view } = shown;
        Self { scenario, step, view }
    }
}
