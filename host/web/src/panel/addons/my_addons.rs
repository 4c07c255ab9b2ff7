//! `/my-addons`: what is installed, by kind (R8, R17), each with its badges (R30 to R37). A failed installation is tried
//! again when the page is loaded (R31), by a request of its own: reading a page changes nothing.

use annex_domain::{addon::Kind, ids::InstallationId, installation::Status, permission::Permission};
use annex_lifecycle::InstallationView;
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    badges::{self, Badge},
    errors::page_error,
    icon_url,
};
use crate::{
    error::PageError,
    i18n::Translator,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons", get(show))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    kind: Option<String>,
}

/// An installation in the grid.
#[derive(Debug)]
pub(super) struct Installed {
    pub(super) id: InstallationId,
    pub(super) name: String,
    pub(super) publisher: String,
    pub(super) summary: String,
    pub(super) version: String,
    pub(super) kind: Kind,
    pub(super) icon: Option<String>,
    pub(super) badges: Vec<Badge>,
    pub(super) failed: bool,
    /// To retry exactly this failure, once.
    pub(super) rev: i64,
    /// Under way: the card is refreshed until it is done.
    pub(super) moving: bool,
}

impl Installed {
    pub(super) fn of(view: &InstallationView, t: &Translator) -> Self {
        let (installation, listing) = (&view.installation, &view.manifest.listing);
        Self {
            id: installation.id,
            name: listing.name.get(t.code()).to_owned(),
            publisher: listing.publisher_name.clone(),
            summary: listing.summary.get(t.code()).to_owned(),
            version: installation.version.to_string(),
            kind: installation.kind,
            icon: view.has_icon.then(|| icon_url(&installation.addon, &installation.version)),
            badges: badges::of(view),
            failed: installation.status == Status::FailedInstallation,
            rev: installation.rev,
            moving: is_moving(installation.status),
        }
    }
}

/// True while a saga works on it.
pub(super) fn is_moving(status: Status) -> bool {
    matches!(status, Status::Installing | Status::Updating | Status::Uninstalling)
}

#[derive(Template)]
#[template(path = "addons/my_addons.html")]
pub(super) struct MyAddonsPage {
    pub(super) shell: Shell,
    pub(super) kind: Option<Kind>,
    pub(super) any: bool,
    pub(super) list: Vec<Installed>,
}

impl MyAddonsPage {
    fn is_kind(&self, kind: &Kind) -> bool {
        self.kind == Some(*kind)
    }
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    who.require(Permission::AddonsManage)?;
    let kind: Option<Kind> = wanted.kind.and_then(|kind| kind.parse().ok());
    let all = state.lifecycle.installations(who.desk.id).await.map_err(page_error)?;
    let list: Vec<_> = all
        .iter()
        .filter(|view| kind.is_none_or(|kind| view.installation.kind == kind))
        .map(|view| Installed::of(view, &who.t))
        .collect();
    page(&MyAddonsPage { shell: who.shell("my-addons-title", Section::MyAddons), kind, any: !all.is_empty(), list })
}
