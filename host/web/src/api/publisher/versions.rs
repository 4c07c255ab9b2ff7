//! Versions of a project: upload a package, write the draft, hand in, take back, make available, and see where it all stands.

use annex_domain::{
    addon::AddonId,
    ids::ProjectVersionId,
    listing_draft::{CheckItem, ListingDraft, Standing},
    publisher::PublisherScope,
    review::Track,
};
use annex_portal::projects::{Saved, readiness, release, save, submit, upload, withdraw};
use annex_store::{
    projects::{
        self, Project,
        versions::{self, ProjectVersion},
    },
    reports,
};
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiMember,
    view::{FullVersion, Requirement, Version, shown},
};
use crate::{
    api::{
        extract::{Json, PathParams},
        openapi::PUBLISHERS,
        packages::{PackageForm, package_of},
        problem::{Problem, ProblemField},
    },
    state::AppState,
};

/// The endpoints with JSON bodies.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_versions))
        .routes(routes!(get_version))
        .routes(routes!(save_draft))
        .routes(routes!(submit_version))
        .routes(routes!(withdraw_version))
        .routes(routes!(release_version))
}

/// The endpoint that takes packages.
pub(super) fn uploads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(upload_package))
}

/// A draft to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SaveDraft {
    /// The number of the draft that this one follows.
    seen: i64,
    /// The whole of it.
    #[schema(value_type = Object)]
    draft: ListingDraft,
}

/// A draft that was saved.
#[derive(Debug, Serialize, ToSchema)]
struct SavedDraft {
    draft_rev: i64,
}

/// Which review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// `technical` or `marketplace`.
    #[schema(value_type = String, example = "technical")]
    track: Track,
}

/// A package that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
struct UploadedPackage {
    /// The version that it is in.
    id: String,
    version: String,
    package_digest: String,
    /// True when exactly this package was in the catalog already.
    repeated: bool,
}

/// A version of the caller's publisher, with its project.
pub(super) async fn find(
    conn: &mut annex_store::Conn,
    by: &ApiMember,
    (project, id): &(AddonId, ProjectVersionId),
) -> Result<(Project, ProjectVersion), Problem> {
    let slug = &by.member.publisher;
    let project = projects::get(conn, slug, project).await?;
    let version = versions::get(conn, slug, &project.id, *id).await?;
    Ok((project, version))
}

/// List the versions of a project
///
/// The newest first. Needs the scope `read`.
#[utoipa::path(
    get, path = "/projects/{project}/versions", tag = "versions",
    params(("project" = String, Path, description = "The add-on's id")),
    responses((status = 200, description = "All of them.", body = Vec<Version>)),
)]
async fn list_versions(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(project): PathParams<AddonId>,
) -> Result<Json<Vec<Version>>, Problem> {
    by.require(PublisherScope::Read)?;
    let mut conn = state.db.read().await?;
    projects::get(&mut conn, &by.member.publisher, &project).await?;
    let mut all = Vec::new();
    for version in versions::list(&mut conn, &by.member.publisher, &project).await? {
        all.push(shown(&mut conn, &version).await?);
    }
    Ok(Json(all))
}

/// Read a version
///
/// With its draft, what is missing or wrong, the report, and the notes of reviewers. Needs the scope `read`.
#[utoipa::path(
    get, path = "/projects/{project}/versions/{version}", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    responses((status = 200, description = "The version.", body = FullVersion)),
)]
async fn get_version(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(path): PathParams<(AddonId, ProjectVersionId)>,
) -> Result<Json<FullVersion>, Problem> {
    by.require(PublisherScope::Read)?;
    let mut conn = state.db.read().await?;
    let (project, version) = find(&mut conn, &by, &path).await?;
    let ready = readiness(&mut conn, &project, &version).await?;
    let requirement =
        |(item, standing): &(CheckItem, Standing)| Requirement { item: item.as_str(), standing: standing.as_str() };
    let report = match &version.package {
        Some(own) => reports::get(&mut conn, &project.id, &own.version).await?,
        None => None,
    };
    Ok(Json(FullVersion {
        version: shown(&mut conn, &version).await?,
        missing: ready.missing.iter().map(ToString::to_string).collect(),
        problems: ready.problems.into_iter().map(ProblemField::from).collect(),
        requirements: ready.requirements.iter().map(requirement).collect(),
        report: report.map(Into::into),
        draft: version.draft,
        draft_rev: version.draft_rev,
    }))
}

/// Upload a package
///
/// It goes into the version that is worked on, in the place of an earlier one; where there is none, a version begins. The draft takes
/// over what is not written yet. No desk can install it before it is released. Needs the scope `submit`.
#[utoipa::path(
    post, path = "/projects/{project}/versions", tag = "versions",
    params(("project" = String, Path, description = "The add-on's id")),
    request_body(
        description = "At most 16 MiB.",
        content((Vec<u8> = "application/vnd.annex.package"), (PackageForm = "multipart/form-data")),
    ),
    responses(
        (status = 201, description = "The package is in the version.", body = UploadedPackage),
        (status = 200, description = "Exactly this package was there already.", body = UploadedPackage),
        (status = 409, description = "`review-not-allowed`: its listing is in review. `version-taken`."),
        (status = 422, description = "Refused; `code` says why, as where packages are published."),
    ),
)]
async fn upload_package(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams(project): PathParams<AddonId>,
    request: Request,
) -> Result<Response, Problem> {
    by.require(PublisherScope::Submit)?;
    projects::get(&mut state.db.read().await?, &by.member.publisher, &project).await?;
    let bytes = package_of(request).await?;
    let done = upload(&state.portal(), &state.lifecycle, &by.member, &project, bytes).await?;
    let status = if done.package.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = format!("{PUBLISHERS}/projects/{project}/versions/{}", done.id);
    let body = UploadedPackage {
        id: done.id.to_string(),
        version: done.package.version.to_string(),
        package_digest: done.package.package_digest.to_string(),
        repeated: done.package.repeated,
    };
    Ok((status, [(header::LOCATION, location)], Json(body)).into_response())
}

/// Save the draft
///
/// It may be incomplete. Needs the scope `submit`.
#[utoipa::path(
    put, path = "/projects/{project}/versions/{version}/draft", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    request_body = SaveDraft,
    responses(
        (status = 200, description = "It is saved.", body = SavedDraft),
        (status = 409, description = "`conflict`: another one was saved since; read it, and save again over that. \
            `review-not-allowed`: the listing is in review, or advertised."),
    ),
)]
async fn save_draft(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams((project, id)): PathParams<(AddonId, ProjectVersionId)>,
    Json(body): Json<SaveDraft>,
) -> Result<Json<SavedDraft>, Problem> {
    by.require(PublisherScope::Submit)?;
    match save(&state.portal(), &by.member, &project, id, body.seen, body.draft).await? {
        Saved::Done(draft_rev) => Ok(Json(SavedDraft { draft_rev })),
        Saved::Newer(newer) => {
            let detail =
                format!("draft {} was saved since: read it, and save again with `seen` of that", newer.draft_rev);
            Err(Problem::new(StatusCode::CONFLICT, "conflict", detail))
        }
    }
}

/// Submit for review
///
/// Needs the scope `submit`.
#[utoipa::path(
    post, path = "/projects/{project}/versions/{version}/submit", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    request_body = Which,
    responses(
        (status = 204, description = "It waits for its review."),
        (status = 409, description = "`documents-missing`, `not-checked`, `report-blockers`, `review-not-allowed`."),
        (status = 422, description = "`incomplete`: `errors` names the fields."),
    ),
)]
async fn submit_version(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams((project, id)): PathParams<(AddonId, ProjectVersionId)>,
    Json(body): Json<Which>,
) -> Result<StatusCode, Problem> {
    by.require(PublisherScope::Submit)?;
    submit(&state.portal(), &by.member, &project, id, body.track).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraw from review
///
/// At any time before it is decided. Needs the scope `submit`.
#[utoipa::path(
    post, path = "/projects/{project}/versions/{version}/withdraw", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    request_body = Which,
    responses(
        (status = 204, description = "It is a draft again."),
        (status = 409, description = "`review-not-allowed`: it is not in review."),
    ),
)]
async fn withdraw_version(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams((project, id)): PathParams<(AddonId, ProjectVersionId)>,
    Json(body): Json<Which>,
) -> Result<StatusCode, Problem> {
    by.require(PublisherScope::Submit)?;
    withdraw(&state.portal(), &by.member, &project, id, body.track).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make available
///
/// What the technical review approved; desks may install it from then on. Needs the scope `publish`.
#[utoipa::path(
    post, path = "/projects/{project}/versions/{version}/release", tag = "versions",
    params(
        ("project" = String, Path, description = "The add-on's id"),
        ("version" = String, Path, format = "uuid", description = "The version's id"),
    ),
    responses(
        (status = 204, description = "It is available."),
        (status = 409, description = "`review-not-allowed`: its technical review has not approved it. `documents-missing`."),
    ),
)]
async fn release_version(
    State(state): State<AppState>,
    by: ApiMember,
    PathParams((project, id)): PathParams<(AddonId, ProjectVersionId)>,
) -> Result<StatusCode, Problem> {
    by.require(PublisherScope::Publish)?;
    release(&state.portal(), &by.member, &project, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
