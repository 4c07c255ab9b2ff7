//! Files of messages: uploaded first, then named by the message that takes them. They come and go bit by bit.

use annex_desk::{
    Ctx,
    attachments::{Files, Upload, find, upload},
};
use annex_domain::{attachment, ids::AttachmentId};
use axum::{
    extract::{FromRequest as _, Multipart, Request, State, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, Params, PathParams, media_type},
    problem::Problem,
    user::ApiUser,
    wire::MediaType,
};
use crate::{attachment::answer, state::AppState};

/// The largest request: a file, and what a form puts around it.
pub(super) const MOST_BYTES: usize = (25 << 20) + (64 << 10);

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_attachment)).routes(routes!(get_attachment_content))
}

/// What takes a file. It needs `tickets.reply`.
pub(super) fn uploads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create_attachment))
}

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attachment {
    #[schema(value_type = String, format = "uuid")]
    id: AttachmentId,
    /// Without folders, control characters and the like.
    name: String,
    media_type: MediaType,
    /// In bytes.
    size: u64,
}

/// What is uploaded.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadParams {
    /// What the file is called; of one in a form, that has a name, it may be left out.
    name: Option<String>,
}

/// A file in a form.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form to the OpenAPI document")]
pub(crate) struct AttachmentForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a file
///
/// The body is the file itself, or a form with one part named `file`. What it is, is told by its bytes; a media type that is sent does
/// not count. It is yours until a message names it in `attachments`, and is deleted after 24 hours without one. With an
/// `Idempotency-Key`, the name, the media type and the length tell requests apart. Needs `tickets.reply`.
#[utoipa::path(
    post, path = "/attachments", tag = "messages", params(UploadParams),
    request_body(
        description = "At most 25 MiB.",
        content((Vec<u8> = "application/octet-stream"), (AttachmentForm = "multipart/form-data")),
    ),
    responses(
        (status = 201, description = "The file.", body = Attachment),
        (status = 409, description = "`attachments-full`: the attachments of this help desk take up all their room."),
        (
            status = 422,
            description = "`attachment-too-large`, `attachment-incomplete`; `attachment-infected`: the scanner of the host refused it."
        ),
        (status = 503, description = "`attachment-not-scanned`: the scanner of the host did not answer."),
    ),
)]
async fn create_attachment(
    State(state): State<AppState>,
    user: ApiUser,
    Params(UploadParams { name }): Params<UploadParams>,
    request: Request,
) -> Result<Response, Problem> {
    let ctx = user.ctx(state.clock.now());
    let file = if media_type(request.headers()).as_deref() == Some("multipart/form-data") {
        let form = Multipart::from_request(request, &state).await;
        from_form(&state.files, &ctx, form.map_err(|rejection| malformed(&rejection.body_text()))?, name).await?
    } else {
        let name = name.ok_or_else(|| Problem::field("name", "required", "say what the file is called"))?;
        let body = request.into_body().into_data_stream().map_err(Into::into).boxed();
        upload(&state.files, &ctx, Upload { name, ticket: None, body }).await?
    };
    let location = format!("{}/attachments/{}", super::openapi::BASE, file.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Attachment::from(file))).into_response())
}

async fn from_form(
    files: &Files,
    ctx: &Ctx,
    mut form: Multipart,
    name: Option<String>,
) -> Result<attachment::Attachment, Problem> {
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
        if part.name() == Some("file") {
            let name = name.or_else(|| part.file_name().map(ToOwned::to_owned)).unwrap_or_default();
            let body = part.map_err(Into::into).boxed();
            return Ok(upload(files, ctx, Upload { name, ticket: None, body }).await?);
        }
    }
    Err(Problem::field("file", "required", "the form needs a part named `file`"))
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "a file has at most 25 MiB");
    }
    malformed(&error.body_text())
}

fn malformed(text: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-form", text)
}

/// Read what a file is
///
/// Of a message, or one that you have uploaded. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/attachments/{attachment}", tag = "messages",
    params(("attachment" = String, Path, format = "uuid")),
    responses((status = 200, description = "The file.", body = Attachment)),
)]
async fn get_attachment(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<AttachmentId>,
) -> Result<Json<Attachment>, Problem> {
    Ok(Json(find(&state.desk(), &user.ctx(state.clock.now()), id).await?.into()))
}

/// Read the bytes of a file
///
/// They never change: `ETag` is for `If-None-Match`. Needs `tickets.view`.
#[utoipa::path(
    get, path = "/attachments/{attachment}/content", tag = "messages",
    params(("attachment" = String, Path, format = "uuid")),
    responses((
        status = 200,
        description = "The bytes. Only pictures have their own media type.",
        body = Vec<u8>,
        content_type = "application/octet-stream",
    )),
)]
async fn get_attachment_content(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<AttachmentId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = find(&state.desk(), &user.ctx(state.clock.now()), id).await?;
    Ok(answer(&state.files, &file, &headers).await?)
}

impl From<attachment::Attachment> for Attachment {
    fn from(file: attachment::Attachment) -> Self {
        Self { id: file.id, name: file.name, media_type: file.media_type.into(), size: file.size }
    }
}
