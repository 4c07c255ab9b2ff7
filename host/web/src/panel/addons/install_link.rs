//! `/install/{addon}/{version}`: where the install link of a version leads (R19), on into the marketplace flow with that version
//! chosen. With `?access=` it is a link of selective access as well (R45): somebody who manages add-ons lets the desk in with a click
//! first. A version or link that leads nowhere says why; an add-on that is not for the desk is not there.

use annex_domain::{
    addon::{AddonId, Version},
    permission::Permission,
    reach::LinkTrouble,
};
use annex_lifecycle::LifecycleError;
use annex_store::catalog::{self, VersionStatus, Visible};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::get,
};
use serde::Deserialize;

use super::{errors::page_error, see_other};
use crate::{
    error::{PageError, PageResult},
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/install/{addon}/{version}", get(show).post(accept))
}

/// What the address says beside the version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    access: String,
}

#[derive(Template)]
#[template(path = "addons/invited.html")]
struct InvitedPage {
    shell: Shell,
    addon: AddonId,
    version: Version,
    name: String,
    publisher: String,
    access: String,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let (addon, version) = parsed(&addon, &version)?;
    let seen = state.lifecycle.visible(who.desk.id, &addon).await.map_err(page_error)?;
    if !who.may(Permission::AddonsManage) && seen.is_some() {
        // They can ask for it there (R69).
        return Ok(see_other(&format!("/addons/{addon}")));
    }
    who.require(Permission::AddonsManage)?;
    match seen {
        Some(seen) if seen.standing.may_install() => on(&state, &addon, &version, &seen).await,
        _ if !wanted.access.is_empty() => {
            let named = state.lifecycle.invitation(&addon, &wanted.access).await.map_err(refused)?;
            let listing = named.manifest.listing;
            page(&InvitedPage {
                shell: who.shell("invited-title", Section::Marketplace),
                name: listing.name.get(who.t.code()).to_owned(),
                publisher: listing.publisher_name,
                access: wanted.access,
                addon,
                version,
            })
        }
        // It runs, and could not be had anew.
        Some(_) => Ok(see_other(&format!("/addons/{addon}"))),
        None => Err(PageError::NotFound),
    }
}

async fn accept(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
    form: Posted,
) -> PageResult {
    who.require(Permission::AddonsManage)?;
    let (addon, version) = parsed(&addon, &version)?;
    let accepted = state.lifecycle.accept_invitation(who.desk.id, &addon, form.get("access"), who.operator.id).await;
    accepted.map_err(refused)?;
    Ok(see_other(&format!("/install/{addon}/{version}")))
}

fn parsed(addon: &str, version: &str) -> Result<(AddonId, Version), PageError> {
    match (addon.parse(), version.parse()) {
        (Ok(addon), Ok(version)) => Ok((addon, version)),
        _ => Err(PageError::NotFound),
    }
}

/// On into the marketplace flow, or why that version does not lead there.
async fn on(state: &AppState, addon: &AddonId, version: &Version, seen: &Visible) -> PageResult {
    if !seen.has(version) {
        let text = "this version is not offered to your help desk";
        return Err(PageError::refused(StatusCode::NOT_FOUND, "version-not-offered", text));
    }
    let row = catalog::version(&mut state.db.read().await?, addon, version).await?.ok_or(PageError::NotFound)?;
    match row.status {
        VersionStatus::Available => {
            let query = serde_urlencoded::to_string([("version", version.to_string())]).unwrap_or_default();
            Ok(see_other(&format!("/addons/{addon}/install?{query}")))
        }
        VersionStatus::Yanked => Err(page_error(LifecycleError::Yanked)),
        VersionStatus::Blocked => Err(page_error(LifecycleError::Blocked)),
    }
}

/// Each trouble with a link has a sentence of its own; one that never was one looks like an address that does not exist.
fn refused(error: LifecycleError) -> PageError {
    match &error {
        LifecycleError::Link(LinkTrouble::Foreign) => {
            PageError::refused(StatusCode::NOT_FOUND, error.code(), error.to_string())
        }
        LifecycleError::Link(_) => PageError::refused(StatusCode::GONE, error.code(), error.to_string()),
        _ => page_error(error),
    }
}
