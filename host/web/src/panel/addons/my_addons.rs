//! `/my-addons`: what is installed, by kind (R8, R17), each with its badges (R30 to R37). A failed installation is tried
//! again when the page is loaded (R31), by the host and with growing pauses, by a request of its own: reading a page changes
//! nothing.

use annex_domain::{
    addon::Kind,
    billing::SubscriptionState,
    clock::Timestamp,
    ids::{InstallationId, SagaId},
    installation::Status,
    permission::Permission,
};
use annex_lifecycle::InstallationView;
use annex_store::billing::subscriptions;
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use serde::Deserialize;

use super::{
    badges::{self, Badge},
    errors::page_error,
    icon_url,
    standing::payment_of,
};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons", get(show))
}

#[derive(Debug, Deserialize)]
struct PageQuery {
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
    /// Tried again when the page is loaded (R31).
    pub(super) retries: bool,
    /// It is not time to try again by itself; people can.
    pub(super) waits: bool,
    /// When it is tried again by itself.
    pub(super) next_try: Option<Timestamp>,
    /// It failed, and was to be paid for: nothing is charged by loading a page, so its plan is chosen anew. Where.
    pub(super) buy_again: Option<String>,
    /// To retry exactly this failure, once.
    pub(super) rev: i64,
    /// Under way: the card is refreshed until it is done.
    pub(super) moving: bool,
    /// What is under way waits for a person.
    pub(super) set_aside: Option<SagaId>,
}

impl Installed {
    pub(super) fn of(view: &InstallationView, t: &Translator) -> Self {
        let (installation, listing) = (&view.installation, &view.manifest.listing);
        Self {
            id: installation.id,
            name: view.name(t.code()).to_owned(),
            publisher: listing.publisher_name.clone(),
            summary: listing.summary.get(t.code()).to_owned(),
            version: installation.version.to_string(),
            kind: installation.kind,
            icon: view.has_icon.then(|| icon_url(&installation.addon, &installation.version)),
            badges: badges::of(view),
            failed: installation.status == Status::FailedInstallation,
            retries: false,
            waits: false,
            next_try: None,
            buy_again: None,
            rev: installation.rev,
            moving: view.is_moving(),
            set_aside: view.set_aside,
        }
    }

    /// While its payment goes on, nothing is due.
    pub(super) fn instead_of_due(&mut self, going: &Badge) {
        badges::instead_of_due(&mut self.badges, going);
    }

    /// Whether a failed one is tried again, or where it is bought anew.
    pub(super) async fn look_again(&mut self, state: &AppState, view: &InstallationView) -> Result<(), PageError> {
        if self.failed {
            let of = &view.installation;
            let free = state.lifecycle.retries_free(of.desk, of.id).await.map_err(page_error)?;
            self.retries = free && state.lifecycle.retries_now(of.desk, of.id).await.map_err(page_error)?;
            self.buy_again = (!free).then(|| format!("/addons/{}/install", of.addon));
            let next = of.failures.as_ref().and_then(|failures| failures.retry_at);
            self.waits = free && !self.retries;
            self.next_try = next.filter(|_| self.waits);
        }
        Ok(())
    }
}

/// Days until a trial ends; one that has begun counts.
fn days_left(end: Timestamp, now: Timestamp) -> u32 {
    let left = end.since(now).as_secs();
    u32::try_from(left.div_ceil(24 * 60 * 60)).unwrap_or(u32::MAX)
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

async fn show(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<PageQuery>) -> PageResult {
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
    let mut list = Vec::new();
    for view in all.iter().filter(|view| kind.is_none_or(|kind| view.installation.kind == kind)) {
        let mut card = Installed::of(view, &who.t);
        card.badges.extend(trial(view));
        card.look_again(&state, view).await?;
        if let Some(going) = payment_of(&state, who.desk.id, card.id, view.installation.status).await? {
            card.instead_of_due(&going);
        }
        list.push(card);
    }
    page(&MyAddonsPage { shell: who.shell("my-addons-title", Section::MyAddons), kind, any: !all.is_empty(), list })
}
