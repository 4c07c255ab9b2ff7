//! `/addons/{id}`: everything that an operator should know before installing (R13), in their language where the publisher
//! supplied it (R14), and the one step that makes sense now: Install, Update or Manage.

use annex_domain::{
    addon::{AddonId, Kind, Version},
    clock::Timestamp,
    manifest::Support,
    permission::Permission,
};
use annex_store::catalog::{EntryInstallation, Listing, VersionStatus};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::{
    badges::{self, Badge},
    errors::page_error,
    icon_url,
    marketplace::category_name,
    permissions::{Sentence, sentences},
};
use crate::{
    error::PageError,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

/// Add-ons of this publisher come with the host; all others are third-party.
const FIRST_PARTY: &str = "annex";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/addons/{addon}", get(show))
}

/// A version in the history.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) version: String,
    pub(super) published_at: Timestamp,
    pub(super) size: u64,
    pub(super) notes: Option<String>,
    /// None for the usual: available.
    pub(super) badge: Option<Badge>,
}

/// What a listing says, in the operator's language.
#[derive(Debug)]
pub(super) struct About {
    pub(super) addon: AddonId,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) publisher: String,
    pub(super) publisher_slug: String,
    pub(super) third_party: bool,
    pub(super) kind: Kind,
    pub(super) icon: Option<String>,
    pub(super) version: String,
    pub(super) size: u64,
    pub(super) published_at: Timestamp,
    pub(super) categories: Vec<(String, String)>,
    pub(super) sentences: Vec<Sentence>,
    pub(super) terms_url: Option<String>,
    pub(super) privacy_url: Option<String>,
    pub(super) support: Support,
    pub(super) notes: Option<String>,
}

impl About {
    /// Of the newest version.
    pub(super) fn of(listing: &Listing, t: &crate::i18n::Translator) -> Self {
        let (entry, code) = (&listing.entry, t.code());
        let texts = &entry.manifest.listing;
        let publisher_slug = entry.addon.publisher().to_string();
        Self {
            addon: entry.addon.clone(),
            name: texts.name.get(code).to_owned(),
            summary: texts.summary.get(code).to_owned(),
            description: texts.description.get(code).to_owned(),
            publisher: texts.publisher_name.clone(),
            third_party: publisher_slug != FIRST_PARTY,
            publisher_slug,
            kind: entry.kind,
            icon: entry.has_icon.then(|| icon_url(&entry.addon, &entry.latest)),
            version: entry.latest.to_string(),
            size: entry.size,
            published_at: entry.published_at,
            categories: texts.categories.iter().map(|word| (word.clone(), category_name(t, word))).collect(),
            sentences: sentences(t, &entry.manifest.capabilities),
            terms_url: texts.terms_url.clone(),
            privacy_url: texts.privacy_url.clone(),
            support: texts.support.clone(),
            notes: texts.release_notes.as_ref().map(|notes| notes.get(code).to_owned()),
        }
    }
}

#[derive(Template)]
#[template(path = "addons/listing.html")]
pub(super) struct ListingPage {
    pub(super) shell: Shell,
    pub(super) about: About,
    pub(super) badges: Vec<Badge>,
    pub(super) installed: Option<EntryInstallation>,
    /// Where "Previous version" leads.
    pub(super) previous: Option<Version>,
    pub(super) releases: Vec<Release>,
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(addon): Path<String>) -> Result<Response, PageError> {
    who.require(Permission::AddonsManage)?;
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let listing = state.lifecycle.listing(who.desk.id, &addon).await.map_err(page_error)?.ok_or(PageError::NotFound)?;
    let previous = match &listing.entry.installed {
        Some(installed) => state.lifecycle.installation(who.desk.id, installed.id).await.map_err(page_error)?.previous,
        None => None,
    };
    let releases = listing.versions.iter().map(|row| Release {
        version: row.version.to_string(),
        published_at: row.published_at,
        size: row.size,
        notes: row.manifest.listing.release_notes.as_ref().map(|notes| notes.get(who.t.code()).to_owned()),
        badge: (row.status != VersionStatus::Available).then(|| badges::version(row.status)),
    });
    let about = About::of(&listing, &who.t);
    page(&ListingPage {
        shell: who.titled(about.name.clone(), Section::Marketplace),
        badges: listing.entry.installed.as_ref().map(badges::of_entry).unwrap_or_default(),
        releases: releases.collect(),
        about,
        previous,
        installed: listing.entry.installed,
    })
}
