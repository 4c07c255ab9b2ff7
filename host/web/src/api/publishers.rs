//! Publishers and their keys: whose packages the catalog takes.

use annex_domain::{
    addon::{KeyId, PublisherSlug},
    permission::Permission,
};
use annex_store::catalog;
use axum::{
    body::Bytes,
    extract::{FromRequest as _, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Json, PathParams, body_problem, is_json, unsupported_media_type},
    problem::Problem,
    user::ApiUser,
    wire::{Page, Time},
};
use crate::state::AppState;

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_publishers, trust_publisher))
        .routes(routes!(rotate_key))
        .routes(routes!(revoke_key))
}

/// A publisher.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Publisher {
    #[schema(example = "acme")]
    slug: String,
    name: String,
    /// Distinct keys that must have signed a package.
    threshold: u32,
    keys: Vec<PublisherKey>,
}

/// A key of a publisher.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublisherKey {
    /// SHA-256 of the public key.
    id: String,
    /// The public key, 64 hexadecimal digits.
    public_key: String,
    /// What it may sign.
    purpose: String,
    status: String,
    added_at: Time,
    /// When it was revoked or replaced.
    #[schema(required)]
    ended_at: Option<Time>,
}

/// A key to trust.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustPublisher {
    /// The part of add-on ids before the dot.
    #[schema(example = "acme")]
    slug: String,
    /// As shown.
    name: String,
    /// The 32 bytes of an Ed25519 public key, 64 hexadecimal digits.
    public_key: String,
}

/// List publishers
///
/// All that the catalog knows, with their keys. Needs `catalog.manage`.
#[utoipa::path(
    get, path = "/publishers", tag = "publishers",
    responses((status = 200, description = "All publishers.", body = Page<Publisher>)),
)]
async fn list_publishers(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<Publisher>>, Problem> {
    user.require(Permission::CatalogManage)?;
    let publishers = state.lifecycle.publishers().await?;
    Ok(Json(Page::whole(publishers.into_iter().map(Publisher::from).collect())))
}

/// Trust a publisher's key
///
/// The first key makes the publisher; more keys may be added. Trusting a key again changes nothing. Needs
/// `catalog.manage`.
#[utoipa::path(
    post, path = "/publishers", tag = "publishers", request_body = TrustPublisher,
    responses(
        (status = 201, description = "The publisher with its keys.", body = Publisher),
        (status = 422, description = "Not a slug or not a usable public key."),
    ),
)]
async fn trust_publisher(
    State(state): State<AppState>,
    user: ApiUser,
    Json(trust): Json<TrustPublisher>,
) -> Result<Response, Problem> {
    user.require(Permission::CatalogManage)?;
    let slug: PublisherSlug = trust
        .slug
        .parse()
        .map_err(|error: annex_domain::words::Invalid| Problem::field("slug", "not-a-slug", error.0))?;
    let mut public = [0; 32];
    hex::decode_to_slice(&trust.public_key, &mut public).map_err(|_| {
        Problem::field("public_key", "not-a-key", "expected 64 hexadecimal digits: the 32 bytes of an Ed25519 key")
    })?;
    state.lifecycle.trust_publisher(slug.clone(), &trust.name, public, user.by()?).await?;
    Ok((StatusCode::CREATED, Json(find(&state, &slug).await?)).into_response())
}

/// Rotate a key
///
/// The body is the statement that `annex key rotate` makes: both the old and the new key have signed it. The new key
/// takes the place of the old one. Needs `catalog.manage`.
#[utoipa::path(
    post, path = "/publishers/{publisher}/rotation", tag = "publishers",
    request_body(content = Object, description = "A DSSE envelope."),
    params(("publisher" = String, Path, description = "Its slug")),
    responses(
        (status = 200, description = "The publisher with its keys.", body = Publisher),
        (status = 422, description = "Refused; `code` says why, such as `unknown-publisher` or `revoked-key`."),
    ),
)]
async fn rotate_key(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(slug): PathParams<PublisherSlug>,
    request: Request,
) -> Result<Json<Publisher>, Problem> {
    user.require(Permission::CatalogManage)?;
    if !is_json(request.headers()) {
        return Err(unsupported_media_type("application/json"));
    }
    let statement = Bytes::from_request(request, &()).await.map_err(|rejection| body_problem(&rejection))?;
    state.lifecycle.rotate_key(&slug, &statement, user.by()?).await?;
    find(&state, &slug).await.map(Json)
}

/// Revoke a key
///
/// Packages that it signed stay in the catalog; new ones are refused. Needs `catalog.manage`.
#[utoipa::path(
    post, path = "/publishers/{publisher}/keys/{key}/revoke", tag = "publishers",
    params(("publisher" = String, Path, description = "Its slug"), ("key" = String, Path, description = "The key's id")),
    responses((status = 200, description = "The publisher with its keys.", body = Publisher)),
)]
async fn revoke_key(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams((slug, key)): PathParams<(PublisherSlug, KeyId)>,
) -> Result<Json<Publisher>, Problem> {
    user.require(Permission::CatalogManage)?;
    state.lifecycle.revoke_key(&slug, &key, user.by()?).await?;
    find(&state, &slug).await.map(Json)
}

async fn find(state: &AppState, slug: &PublisherSlug) -> Result<Publisher, Problem> {
    let publishers = state.lifecycle.publishers().await?;
    let found = publishers.into_iter().find(|publisher| publisher.slug == *slug);
    found.map(Publisher::from).ok_or_else(|| Problem::not_found("publisher"))
}

impl From<catalog::Publisher> for Publisher {
    fn from(publisher: catalog::Publisher) -> Self {
        Self {
            slug: publisher.slug.to_string(),
            name: publisher.name,
            threshold: publisher.threshold,
            keys: publisher.keys.into_iter().map(PublisherKey::from).collect(),
        }
    }
}

impl From<catalog::Key> for PublisherKey {
    fn from(key: catalog::Key) -> Self {
        Self {
            id: key.id.to_string(),
            public_key: hex::encode(key.public),
            purpose: key.purpose.as_str().to_owned(),
            status: key.status.as_str().to_owned(),
            added_at: key.added_at.into(),
            ended_at: key.ended_at.map(Time::from),
        }
    }
}
