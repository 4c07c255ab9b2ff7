//! `/admin/catalog/addons/{addon}/{version}/report`: what the host found in a package by itself. Needs `catalog.manage`.

use annex_domain::{
    addon::{AddonId, Version},
    permission::Permission,
};
use annex_store::reports;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::errors::page_error;
use crate::{
    error::PageError,
    flash::Flash,
    report,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/catalog/addons/{addon}/{version}/report", get(show).post(again))
}

#[derive(Template)]
#[template(path = "addons/report.html")]
struct ReportPage {
    shell: Shell,
    addon: AddonId,
    version: Version,
    /// HTML of the host's own templates.
    part: String,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (addon, version) = named(&who, &addon, &version)?;
    let ordered = reports::get(&mut state.db.read().await?, &addon, &version).await?;
    let shell = who.shell("report-title", Section::Catalog);
    let part = report::part(&shell, ordered.as_ref(), &path(&addon, &version))?;
    page(&ReportPage { shell, addon, version, part })
}

async fn again(
    State(state): State<AppState>,
    who: SignedIn,
    Path((addon, version)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (addon, version) = named(&who, &addon, &version)?;
    state.lifecycle.check_again(&addon, &version).await.map_err(page_error)?;
    Ok(Flash::success("flash-report-ordered").redirect(&path(&addon, &version)))
}

fn path(addon: &AddonId, version: &Version) -> String {
    format!("/admin/catalog/addons/{addon}/{version}/report")
}

fn named(who: &SignedIn, addon: &str, version: &str) -> Result<(AddonId, Version), PageError> {
    who.require(Permission::CatalogManage)?;
    let addon = addon.parse().map_err(|_| PageError::NotFound)?;
    Ok((addon, version.parse().map_err(|_| PageError::NotFound)?))
}
