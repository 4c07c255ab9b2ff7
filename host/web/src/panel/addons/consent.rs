//! `/addons/{id}/install`: consent, and with one click the installation (R7, R15). What is granted is exactly what the
//! page showed: the form names the version and the digest of its package, and both must still be current.

use std::time::Duration;

use annex_domain::{
    addon::{AddonId, Version},
    ids::InstallationId,
    installation::{Installation, Status},
    permission::Permission,
    random,
};
use annex_lifecycle::{InstallRequest, LifecycleError};
use annex_store::catalog::{Listing, VersionRow, VersionStatus};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    errors::{lifecycle_text, page_error},
    icon_url,
    listing::About,
    permissions::sentences,
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page_with},
    state::AppState,
};

/// How long a page waits for a saga before it shows progress instead.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/addons/{addon}/install", get(ask).post(install))
}

/// An earlier version can be chosen by its address.
#[derive(Debug, Deserialize)]
struct Chosen {
    version: Option<String>,
}

#[derive(Template)]
#[template(path = "addons/consent.html")]
pub(super) struct ConsentPage {
    pub(super) shell: Shell,
    pub(super) about: About,
    /// Of the package.
    pub(super) digest: String,
    /// One installation for it, however often the form is sent.
    pub(super) key: String,
    pub(super) warning: Option<String>,
}

async fn ask(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, PageError> {
    let (listing, row) = find(&state, &who, &addon, chosen.version.as_deref()).await?;
    if let Some(installed) = &listing.entry.installed {
        return Ok(already(installed.id));
    }
    consent(&who, &listing, &row, None)
}

async fn install(
    State(state): State<AppState>,
    who: SignedIn,
    Path(addon): Path<String>,
    form: Posted,
) -> Result<Response, PageError> {
    let (listing, row) = find(&state, &who, &addon, Some(form.get("version"))).await?;
    if form.get("digest") != row.package_digest.as_str() {
        return consent(&who, &listing, &row, Some(who.t.get("consent-changed")));
    }
    let key = form.get("key");
    let request = InstallRequest {
        desk: who.desk.id,
        addon: row.addon.clone(),
        version: Some(row.version.clone()),
        by: who.operator.id,
        grant_accepted: row.manifest.capabilities.clone(),
        idempotency_key: (!key.is_empty() && key.len() <= 255).then(|| key.to_owned()),
    };
    match state.lifecycle.install(request).await {
        Ok(installation) => {
            let name = About::of(&listing, &who.t).name;
            arrived(&state, &who, installation, &name, "flash-installed").await
        }
        Err(LifecycleError::AlreadyInstalled(id)) => Ok(already(id)),
        Err(error @ (LifecycleError::NotFound(_) | LifecycleError::Store(_))) => Err(page_error(error)),
        Err(error) => consent(&who, &listing, &row, Some(lifecycle_text(&who.t, &error))),
    }
}

/// Waits a little for a saga; says that it is done, or shows its progress.
pub(super) async fn arrived(
    state: &AppState,
    who: &SignedIn,
    begun: Installation,
    name: &str,
    done: &str,
) -> Result<Response, PageError> {
    let id = begun.id;
    let now = state.lifecycle.wait(who.desk.id, id, PATIENCE).await.map_err(page_error)?.unwrap_or(begun);
    let to = format!("/my-addons/{id}");
    Ok(match now.status {
        Status::Active if now.notice.is_none() => {
            Flash::success(done).arg("name", name).arg("version", &now.version).redirect(&to)
        }
        Status::Installing | Status::Updating => see_other(&to),
        _ => Flash::warning("flash-not-done").arg("name", name).redirect(&to),
    })
}

fn already(id: InstallationId) -> Response {
    Flash::warning("flash-already-installed").redirect(&format!("/my-addons/{id}"))
}

pub(super) fn see_other(to: &str) -> Response {
    use axum::response::IntoResponse as _;
    axum::response::Redirect::to(to).into_response()
}

async fn find(
    state: &AppState,
    who: &SignedIn,
    addon: &str,
    version: Option<&str>,
) -> Result<(Listing, VersionRow), PageError> {
    who.require(Permission::AddonsManage)?;
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let listing = state.lifecycle.listing(who.desk.id, &addon).await.map_err(page_error)?.ok_or(PageError::NotFound)?;
    let wanted: Version = match version {
        Some(version) => version.parse().map_err(|_| PageError::NotFound)?,
        None => listing.entry.latest.clone(),
    };
    let row = listing.versions.iter().find(|row| row.version == wanted && row.status == VersionStatus::Available);
    let row = row.cloned().ok_or(PageError::NotFound)?;
    Ok((listing, row))
}

fn consent(
    who: &SignedIn,
    listing: &Listing,
    row: &VersionRow,
    warning: Option<String>,
) -> Result<Response, PageError> {
    let about = About {
        version: row.version.to_string(),
        size: row.size,
        published_at: row.published_at,
        icon: row.has_icon.then(|| icon_url(&row.addon, &row.version)),
        sentences: sentences(&who.t, &row.manifest.capabilities),
        ..About::of(listing, &who.t)
    };
    let title = who.t.msg("consent-title").arg("name", &about.name).to_string();
    let status = if warning.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = ConsentPage {
        shell: who.titled(title, Section::Marketplace),
        about,
        digest: row.package_digest.to_string(),
        key: random::token().map_err(PageError::internal)?,
        warning,
    };
    page_with(status, &page)
}
