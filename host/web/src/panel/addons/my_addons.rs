//! `/my-addons`: what is installed, by kind (R8, R17), each with its badges (R30 to R37). A failed installation is tried
//! again when the page is loaded (R31), by a request of its own: reading a page changes nothing.

use annex_domain::{
    addon::Kind,
    billing::SubscriptionState,
    clock::Timestamp,
    ids::InstallationId,
    installation::{Notice, Status},
    permission::Permission,
};
use annex_lifecycle::InstallationView;
use annex_store::billing::subscriptions;
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
    /// Tried again when the page is loaded (R31); not after a payment that was given up.
    pub(super) retries: bool,
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
            retries: installation.status == Status::FailedInstallation && !is_given_up(installation.notice.as_ref()),
            rev: installation.rev,
            moving: is_moving(installation.status),
        }
    }
}

/// The failure of an installation whose payment was cancelled, or went back: it is bought anew, not tried again.
fn is_given_up(notice: Option<&Notice>) -> bool {
    notice.is_some_and(|notice| notice.code == "payment-cancelled")
}

/// Days until a trial ends; one that has begun counts.
fn days_left(end: Timestamp, now: Timestamp) -> u32 {
    let left = end.since(now).as_secs();
    u32::try_from(left.div_ceil(24 * 60 * 60)).unwrap_or(u32::MAX)
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
    let live = subscriptions::list(&mut state.db.read().await?, who.desk.id).await?;
    let trial = |view: &InstallationView| {
        let of = live.iter().find(|one| one.installation == view.installation.id)?;
        let end =
            of.trial_ends_at.filter(|_| of.state == SubscriptionState::Trialing && view.installation.status.runs())?;
        Some(badges::trial(days_left(end, state.clock.now())))
    };
    let card = |view: &InstallationView| {
        let mut card = Installed::of(view, &who.t);
        card.badges.extend(trial(view));
        card
    };
    let of_kind = all.iter().filter(|view| kind.is_none_or(|kind| view.installation.kind == kind));
    let list: Vec<_> = of_kind.map(card).collect();
    page(&MyAddonsPage { shell: who.shell("my-addons-title", Section::MyAddons), kind, any: !all.is_empty(), list })
}
