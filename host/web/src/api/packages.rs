//! Publishing: a signed package comes in, and becomes a version in the catalog or is refused with its own code.

use annex_domain::permission::Permission;
use annex_lifecycle::Published;
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, body_problem, media_type, unsupported_media_type},
    problem::Problem,
    user::ApiUser,
    wire::Kind,
};
use crate::state::AppState;

/// The media type of a package.
pub(crate) const PACKAGE_TYPE: &str = "application/vnd.annex.package";

/// The largest request: a package of 16 MiB, and what multipart puts around it.
pub(super) const MOST_BYTES: usize = (16 << 20) + (16 << 10);

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(publish_package))
}

/// A version that the catalog took.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Package {
    #[schema(example = "acme.hello")]
    addon: String,
    #[schema(example = "1.2.0")]
    version: String,
    seq: u32,
    kind: Kind,
    name: String,
    /// SHA-256 of the package.
    package_digest: String,
    /// SHA-256 of its component.
    component_digest: String,
    /// In bytes.
    size: u64,
    /// Ids of the keys that signed it.
    signers: Vec<String>,
    /// True when exactly this package was in the catalog already.
    repeated: bool,
}

/// A package in a form.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form to the OpenAPI document")]
pub(crate) struct PackageForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    package: Vec<u8>,
}

/// Publish a package
///
/// The body is the package itself, or a form with one part named `package`. Every check of the intake runs first:
/// signature, threshold, archive, manifest, component. Needs `catalog.manage`.
#[utoipa::path(
    post, path = "/packages", tag = "packages",
    request_body(
        description = "At most 16 MiB.",
        content((Vec<u8> = "application/vnd.annex.package"), (PackageForm = "multipart/form-data")),
    ),
    responses(
        (status = 201, description = "The version is in the catalog.", body = Package),
        (status = 200, description = "Exactly this package was in the catalog already.", body = Package),
        (status = 422, description = "Refused; `code` says why: each reason of the intake has its own, such as \
            `unknown-publisher` or `older-seq`. Nothing is kept but a row in the audit log."),
    ),
)]
async fn publish_package(State(state): State<AppState>, user: ApiUser, request: Request) -> Result<Response, Problem> {
    user.require(Permission::CatalogManage)?;
    let bytes = package_of(request).await?;
    let published = state.lifecycle.publish(bytes, user.by()?).await?;
    let status = if published.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = format!("{}/addons/{}", super::openapi::BASE, published.addon);
    Ok((status, [(header::LOCATION, location)], Json(package(published, user.locale()))).into_response())
}

pub(super) async fn package_of(request: Request) -> Result<Bytes, Problem> {
    match media_type(request.headers()).as_deref() {
        Some(PACKAGE_TYPE) => Bytes::from_request(request, &()).await.map_err(|rejection| body_problem(&rejection)),
        Some("multipart/form-data") => {
            let form = Multipart::from_request(request, &()).await;
            from_form(form.map_err(|rejection| malformed_form(&rejection.body_text()))?).await
        }
        _ => Err(unsupported_media_type(PACKAGE_TYPE)),
    }
}

async fn from_form(mut form: Multipart) -> Result<Bytes, Problem> {
    while let Some(part) = form.next_field().await.map_err(|error| form_problem(&error))? {
        if part.name() == Some("package") {
            return part.bytes().await.map_err(|error| form_problem(&error));
        }
    }
    Err(Problem::field("package", "required", "the form needs a part named `package` with the file"))
}

fn form_problem(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "a package has at most 16 MiB");
    }
    malformed_form(&error.body_text())
}

fn malformed_form(text: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-form", text)
}

fn package(published: Published, locale: &str) -> Package {
    Package {
        addon: published.addon.to_string(),
        version: published.version.to_string(),
        seq: published.seq.0,
        kind: published.kind.into(),
        name: published.name.get(locale).to_owned(),
        package_digest: published.package_digest.to_string(),
        component_digest: published.component_digest.to_string(),
        size: published.size,
        signers: published.signers.iter().map(ToString::to_string).collect(),
        repeated: published.repeated,
    }
}
