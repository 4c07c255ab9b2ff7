//! `/addons/{id}`: everything that an operator should know before installing (R13), in their language where the publisher
//! supplied it (R14), and the one step that makes sense now: Install, Update or Manage; or,
//! for who may not, to ask an admin (R69).

use annex_domain::{
    addon::{AddonId, Kind, Version},
    billing::LoginRule,
    clock::Timestamp,
    installation::{Action, Status},
    manifest::Support,
    permission::Permission,
    plan::Plan,
    reach::at_least,
};
use annex_lifecycle::Terms;
use annex_store::{
    billing::{desks, drafts},
    catalog::{EntryInstallation, Listing, VersionRow, VersionStatus},
    requests::last_of,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{
    badges::{self, Badge},
    errors::page_error,
    icon_url,
    login::Login,
    marketplace::category_name,
    permissions::{Sentence, of_version},
    prices::PlanView,
    requests::{self, Ask},
    standing::payment_of,
    wizard::{self, draft::Draft},
};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    prices::{Seats, price_of},
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
    /// A pre-release that can be installed by who wants one: where.
    pub(super) try_it: Option<String>,
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
    /// Its publisher sets it up by hand: installing waits for its answer (R16).
    pub(super) by_hand: bool,
    pub(super) kind: Kind,
    pub(super) icon: Option<String>,
    pub(super) version: String,
    /// In words, such as "from 4.00 EUR per user and month".
    pub(super) price: String,
    pub(super) size: u64,
    pub(super) published_at: Timestamp,
    pub(super) categories: Vec<(String, String)>,
    pub(super) sentences: Vec<Sentence>,
    pub(super) terms_url: Option<String>,
    pub(super) privacy_url: Option<String>,
    pub(super) support: Support,
    pub(super) notes: Option<String>,
    pub(super) highlights: Vec<String>,
    /// Where they are.
    pub(super) pictures: Vec<String>,
    pub(super) works_with: Vec<String>,
    pub(super) video: Option<String>,
    /// That many desks have it, or more; none where they are few.
    pub(super) installs: Option<u64>,
}

impl About {
    /// Of the newest version.
    pub(super) fn of(listing: &Listing, plans: &[Plan], seats: Seats, t: &Translator) -> Self {
        let (entry, code) = (&listing.entry, t.code());
        let texts = &entry.manifest.listing;
        let publisher_slug = listing.publisher.slug.to_string();
        Self {
            addon: entry.addon.clone(),
            name: texts.name.get(code).to_owned(),
            summary: texts.summary.get(code).to_owned(),
            description: texts.description.get(code).to_owned(),
            publisher: texts.publisher_name.clone(),
            third_party: publisher_slug != FIRST_PARTY,
            by_hand: entry.manifest.is_manual(),
            publisher_slug,
            kind: entry.kind,
            icon: entry.has_icon.then(|| icon_url(&entry.addon, &entry.latest)),
            version: entry.latest.to_string(),
            price: price_of(plans, seats, t),
            size: entry.size,
            published_at: entry.published_at,
            categories: texts.categories.iter().map(|word| (word.clone(), category_name(t, word))).collect(),
            sentences: of_version(t, &entry.manifest),
            terms_url: texts.terms_url.clone(),
            privacy_url: texts.privacy_url.clone(),
            support: texts.support.clone(),
            notes: texts.release_notes.as_ref().map(|notes| notes.get(code).to_owned()),
            highlights: texts.highlights.iter().map(|line| line.get(code).to_owned()).collect(),
            pictures: (1..=texts.pictures.len())
                .map(|position| format!("/addons/{}/pictures/{}/{position}", entry.addon, entry.latest))
                .collect(),
            works_with: texts.works_with.clone(),
            video: texts.video.clone(),
            installs: at_least(entry.installs),
        }
    }
}

/// The one next step, with what it costs beside it (R7, R9).
#[derive(Debug)]
pub(super) struct NextStep {
    pub(super) href: String,
    pub(super) icon: &'static str,
    pub(super) label: String,
    pub(super) price: String,
    pub(super) beside: Vec<String>,
    /// It was begun and left: it goes on where it was.
    pub(super) begun: bool,
}

#[derive(Template)]
#[template(path = "addons/listing.html")]
pub(super) struct ListingPage {
    pub(super) shell: Shell,
    pub(super) about: About,
    pub(super) badges: Vec<Badge>,
    pub(super) installed: Option<EntryInstallation>,
    /// Another one can be installed beside it.
    pub(super) another: bool,
    /// What makes sense now, unless it is installed or the wrong account is logged in.
    pub(super) step: Option<NextStep>,
    pub(super) plans: Vec<PlanView>,
    /// Who works in the desk: several plans are compared by what they cost with all of them.
    pub(super) people: u32,
    pub(super) login: Login,
    /// Where the login leads back to.
    pub(super) next: String,
    /// Only who is logged in to billing goes on: something is to be paid at once, or the login is the right to download (R5).
    pub(super) needs_login: bool,
    /// Where "Previous version" leads.
    pub(super) previous: Option<Version>,
    pub(super) releases: Vec<Release>,
    /// For who may not install: they can ask an admin (R69).
    pub(super) ask: Option<Ask>,
    /// Who asks for it.
    pub(super) askers: Vec<String>,
}

impl ListingPage {
    fn has_summaries(&self) -> bool {
        self.plans.iter().any(|plan| plan.summary.is_some())
    }
}

async fn show(State(state): State<AppState>, who: SignedIn, Path(addon): Path<String>) -> PageResult {
    let manages = who.may(Permission::AddonsManage);
    let addon: AddonId = addon.parse().map_err(|_| PageError::NotFound)?;
    let listing = state.lifecycle.listing(who.desk.id, &addon).await.map_err(page_error)?.ok_or(PageError::NotFound)?;
    let ask = if manages { None } else { Some(asked(&state, &who, &listing).await?) };
    let askers = if manages { requests::askers(&state, who.desk.id, &addon).await? } else { Vec::new() };
    let previous = match listing.entry.installed.as_ref().filter(|_| manages) {
        Some(installed) => {
            let view = state.lifecycle.installation(who.desk.id, installed.id).await.map_err(page_error)?;
            view.previous.clone().filter(|_| view.offers(Action::RollBack))
        }
        None => None,
    };
    let can_try = manages && listing.entry.installed.is_none();
    let releases: Vec<_> = listing.versions.iter().map(|row| release(row, can_try, &who.t)).collect();
    let terms = state.lifecycle.terms(who.desk.id, &addon, None).await.map_err(page_error)?;
    let (login, seats) = (Login::of(&state.db, &who).await?, Seats::known(&state.db, who.desk.id).await?);
    let mut conn = state.db.read().await?;
    let renews = desks::get(&mut conn, who.desk.id).await?.map(|desk| who.t.day(desk.next_bill_on));
    let draft = drafts::get(&mut conn, who.desk.id, &addon, who.operator.id).await?;
    let begun = draft.and_then(|draft| Draft::read(draft.draft)).is_some_and(|draft| draft.installation.is_none());
    drop(conn);
    let about = About::of(&listing, &terms.plans, seats, &who.t);
    let another = manages && listing.entry.kind == Kind::Channel && listing.standing.may_install();
    // A failed installation can be made anew, with another plan or other users.
    let installed = listing.entry.installed.filter(|one| one.status != Status::FailedInstallation || terms.is_free());
    let badges = match &installed {
        Some(installed) if manages => badges_of(&state, &who, installed).await?,
        Some(_) => vec![badges::installed()],
        None => Vec::new(),
    };
    let plans = if terms.plans.iter().any(Plan::is_paid) {
        wizard::plan::choices(&terms, None, true, seats, &who.t)
    } else {
        Vec::new()
    };
    let always = state.lifecycle.login_rule() == LoginRule::Always;
    let needed = match &installed {
        Some(one) => always && one.offer.update.is_some(),
        None => always || buys(&terms),
    };
    let needs_login = manages && needed;
    let offered = manages && installed.is_none() && !login.is_wrong() && (login.is_holder() || !needs_login);
    page(&ListingPage {
        shell: who.titled(about.name.clone(), Section::Marketplace),
        badges,
        step: offered.then(|| NextStep { begun, ..next_step(&addon, &about, &terms, renews, &who.t) }),
        plans,
        people: seats.0,
        next: format!("/addons/{addon}"),
        needs_login,
        login,
        releases,
        ask,
        askers,
        about,
        previous,
        installed,
        another,
    })
}

async fn badges_of(state: &AppState, who: &SignedIn, one: &EntryInstallation) -> Result<Vec<Badge>, PageError> {
    let mut all = badges::of_entry(one);
    if let Some(going) = payment_of(state, who.desk.id, one.id, one.status).await? {
        badges::instead_of_due(&mut all, &going);
    }
    Ok(all)
}

async fn asked(state: &AppState, who: &SignedIn, listing: &Listing) -> Result<Ask, PageError> {
    if listing.entry.installed.is_some() {
        return Ok(Ask::Installed);
    }
    let (desk, by) = (who.desk.id, who.operator.id);
    let last = last_of(&mut state.db.read().await?, desk, &listing.entry.addon, by).await?;
    Ok(Ask::of(last.as_ref()))
}

fn release(row: &VersionRow, can_try: bool, t: &Translator) -> Release {
    let pre = !row.version.pre.is_empty();
    let available = row.status == VersionStatus::Available;
    Release {
        version: row.version.to_string(),
        published_at: row.published_at,
        size: row.size,
        notes: row.manifest.listing.release_notes.as_ref().map(|notes| notes.get(t.code()).to_owned()),
        badge: match row.status {
            VersionStatus::Available => pre.then(badges::prerelease),
            status => Some(badges::version(status)),
        },
        try_it: (can_try && pre && available).then(|| format!("/addons/{}/install?version={}", row.addon, row.version)),
    }
}

/// True when each of its plans is to be paid for at once.
fn buys(terms: &Terms) -> bool {
    !terms.plans.is_empty() && terms.plans.iter().all(|plan| plan.is_paid() && terms.trial_days(plan) == 0)
}

/// Install, start the trial, or purchase.
fn next_step(addon: &AddonId, about: &About, terms: &Terms, renews: Option<String>, t: &Translator) -> NextStep {
    let days = terms.plans.iter().map(|plan| terms.trial_days(plan)).max().unwrap_or_default();
    let whole = terms.plans.iter().map(Plan::trial).max().unwrap_or_default();
    let monthly = terms.plans.iter().any(|plan| plan.model.is_monthly());
    let (icon, label, beside) = if terms.plans.iter().all(|plan| !plan.is_paid()) {
        ("download", t.get("listing-install"), vec![t.get("price-free-long")])
    } else if days > 0 {
        let key = if days < u32::from(whole) { "step-trial-go-on" } else { "step-trial" };
        ("sparkles", t.msg(key).arg("count", days).to_string(), vec![t.get("step-trial-hint")])
    } else {
        let renewal = match (monthly, renews) {
            (true, Some(day)) => t.msg("step-renews-from").arg("day", day).to_string(),
            (true, None) => t.get("step-renews-month"),
            (false, _) => t.get("step-once"),
        };
        ("shopping-cart", t.get("step-purchase"), vec![renewal])
    };
    NextStep { href: format!("/addons/{addon}/install"), icon, label, price: about.price.clone(), beside, begun: false }
}
