//! A version on its way into the desk: which one it is, and how far it has come.

use annex_domain::{
    addon::{AddonId, Kind, Version},
    installation::Status,
    permission::Permission,
};
use annex_store::{
    billing::drafts,
    catalog::{EntryInstallation, Listing, VersionRow, VersionStatus},
};

use super::{
    super::{
        errors::page_error,
        wizard::{Flow, Subject, draft::Draft},
    },
    LabelField, already,
};
use crate::{error::PageError, session::SignedIn, state::AppState};

/// A version on its way into the desk.
pub(super) struct Candidate {
    pub(super) listing: Listing,
    pub(super) row: VersionRow,
    pub(super) flow: Flow,
    /// What was entered as its name; empty for none.
    pub(super) label: String,
}

impl Candidate {
    /// Where its name is asked: of what a desk has but once, nowhere.
    pub(super) fn label_field(&self) -> Option<LabelField> {
        let required = self.listing.entry.installed.as_ref().is_some_and(|one| !is_failed(one));
        (self.flow.kind == Kind::Channel).then(|| LabelField { value: self.label.clone(), required })
    }
}

fn is_failed(one: &EntryInstallation) -> bool {
    one.status == Status::FailedInstallation
}

/// The version that is wanted: the named one, that of the draft, or the newest. What is installed already is elsewhere, but for channels:
/// another one can be installed once the first is paid.
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
    let installed = listing.entry.installed.as_ref();
    let another = |one: &EntryInstallation| listing.entry.kind == Kind::Channel && one.status != Status::PaymentDue;
    if let Some(installed) = installed.filter(|one| !is_failed(one) && !another(one)) {
        return Err(already(installed.id, installed.status));
    }
    if !listing.standing.may_install() {
        return Err(PageError::NotFound);
    }
    let flow = flow(state, who, &listing, &row).await?;
    let label = match listing.entry.installed.as_ref().filter(|one| is_failed(one)) {
        Some(failed) => {
            let view = state.lifecycle.installation(who.desk.id, failed.id).await.map_err(page_error)?;
            view.installation.label.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        None => String::new(),
    };
    Ok(Candidate { listing, row, flow, label })
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
