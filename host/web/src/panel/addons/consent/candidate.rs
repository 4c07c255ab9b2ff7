//! A version on its way into the desk: which one it is, and how far it has come.

use annex_domain::{
    addon::{AddonId, Version},
    installation::Status,
    permission::Permission,
};
use annex_store::{
    billing::drafts,
    catalog::{Listing, VersionRow, VersionStatus},
};

use super::{
    super::{
        errors::page_error,
        wizard::{Flow, Subject, draft::Draft},
    },
    already,
};
use crate::{error::PageError, session::SignedIn, state::AppState};

/// A version on its way into the desk.
pub(super) struct Candidate {
    pub(super) listing: Listing,
    pub(super) row: VersionRow,
    pub(super) flow: Flow,
}

/// The version that is wanted: the named one, that of the draft, or the newest. Where it is installed already, that is elsewhere.
pub(super) async fn candidate(
    state: &AppState,
    who: &SignedIn,
    addon: &str,
    version: Option<&str>,
) -> Result<Candidate, PageError> {
    let kept = match version {
        Some(version) => Some(version.to_owned()),
        None => kept_version(state, who, addon).await?,
    };
    let found = match (find(state, who, addon, kept.as_deref()).await, version) {
        // The version of the draft was withdrawn meanwhile: begin with the newest.
        (Err(PageError::NotFound), None) => find(state, who, addon, None).await,
        (found, _) => found,
    };
    let (listing, row) = found?;
    // A failed installation is made anew: with its plan and users to be chosen again.
    if let Some(installed) = listing.entry.installed.as_ref().filter(|one| one.status != Status::FailedInstallation) {
        return Err(already(installed.id, installed.status));
    }
    if !listing.standing.may_install() {
        return Err(PageError::NotFound);
    }
    let flow = flow(state, who, &listing, &row).await?;
    Ok(Candidate { listing, row, flow })
}

async fn kept_version(state: &AppState, who: &SignedIn, addon: &str) -> Result<Option<String>, PageError> {
    let Ok(addon) = addon.parse::<AddonId>() else { return Ok(None) };
    let stored = drafts::get(&mut state.db.read().await?, who.desk.id, &addon, who.operator.id).await?;
    let draft = stored.and_then(|stored| Draft::read(stored.draft)).filter(|draft| draft.installation.is_none());
    Ok(draft.map(|draft| draft.version.to_string()))
}

/// Its way through the steps.
pub(super) async fn flow(
    state: &AppState,
    who: &SignedIn,
    listing: &Listing,
    row: &VersionRow,
) -> Result<Flow, PageError> {
    let terms = state.lifecycle.terms(who.desk.id, &row.addon, Some(&row.version)).await.map_err(page_error)?;
    let subject = Subject {
        addon: row.addon.clone(),
        installation: None,
        installer: who.operator.id,
        has_icon: row.has_icon,
        older: row.version != listing.entry.latest,
    };
    Flow::load(state, who, &row.manifest, subject, terms).await
}

/// The listing, and a version of it that can be installed: the newest where none is named.
pub(super) async fn find(
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
