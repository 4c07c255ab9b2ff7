//! `/addons`: the marketplace (R4), for those who may not install to look at (R69). Search, kind and category are in the
//! address, so that a view can be sent to somebody.

use annex_domain::{
    addon::{AddonId, Kind},
    installation::Status,
    permission::Permission,
    plan::Plan,
    reach::at_least,
};
use annex_store::{
    billing::plans,
    catalog::{Entry, Filter},
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::{
    badges::{self, Badge},
    errors::page_error,
    icon_url,
    prices::trial_of,
    standing::payment_of,
};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    prices::{Seats, price_of},
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

/// Cards of a page.
const LIMIT: u32 = 60;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/addons", get(show))
}

/// What is looked for. Everything unknown or malformed counts as not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PageQuery {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) show: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) after: String,
}

impl PageQuery {
    fn kind(&self) -> Option<Kind> {
        self.kind.parse().ok()
    }

    /// `language`: the reader's.
    fn filter(&self, language: &str) -> Filter {
        let text = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Filter {
            search: text(&self.q),
            kind: self.kind(),
            category: text(&self.category),
            installed: match self.show.as_str() {
                "installed" => Some(true),
                "new" => Some(false),
                _ => None,
            },
            updates_only: self.show == "updates",
            after: self.after.parse().ok(),
            limit: LIMIT + 1,
            publisher: None,
            order: self.sort.parse().ok(),
            language: language.to_owned(),
        }
    }

    fn is_narrowed(&self) -> bool {
        let Self { q, kind, category, show, .. } = self;
        [q, kind, category, show].into_iter().any(|part| !part.trim().is_empty())
    }

    /// The address with one part changed, from the first page on.
    fn with(&self, name: &str, value: &str) -> String {
        let mut changed = Self { after: String::new(), ..self.clone() };
        match name {
            "q" => changed.q = value.to_owned(),
            "kind" => changed.kind = value.to_owned(),
            "category" => changed.category = value.to_owned(),
            "show" => changed.show = value.to_owned(),
            "sort" => changed.sort = value.to_owned(),
            _ => changed.after = value.to_owned(),
        }
        let query = serde_urlencoded::to_string(&changed).unwrap_or_default();
        if query.is_empty() { "/addons".to_owned() } else { format!("/addons?{query}") }
    }
}

/// An add-on in a grid.
#[derive(Debug, Clone)]
pub(super) struct CardView {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) publisher: String,
    pub(super) summary: String,
    pub(super) kind: Kind,
    pub(super) icon: Option<String>,
    pub(super) version: String,
    /// That many desks have it, or more; none where they are few.
    pub(super) installs: Option<u64>,
    /// In words.
    pub(super) price: String,
    pub(super) trial: Option<String>,
    pub(super) badges: Vec<Badge>,
    /// The icon is dimmed (R31).
    pub(super) dimmed: bool,
}

impl CardView {
    fn of(entry: &Entry, plans: &[Plan], seats: Seats, t: &Translator) -> Self {
        let listing = &entry.manifest.listing;
        let badges = entry.installed.as_ref().map(badges::of_entry).unwrap_or_default();
        Self {
            href: format!("/addons/{}", entry.addon),
            name: listing.name.get(t.code()).to_owned(),
            publisher: listing.publisher_name.clone(),
            summary: listing.summary.get(t.code()).to_owned(),
            kind: entry.kind,
            icon: entry.has_icon.then(|| icon_url(&entry.addon, &entry.latest)),
            version: entry.latest.to_string(),
            installs: at_least(entry.installs),
            price: price_of(plans, seats, t),
            trial: trial_of(plans, t),
            badges,
            dimmed: entry.installed.as_ref().is_some_and(|one| one.status == Status::FailedInstallation),
        }
    }
}

#[derive(Template)]
#[template(path = "addons/marketplace.html")]
pub(super) struct MarketplacePage {
    pub(super) shell: Shell,
    pub(super) wanted: PageQuery,
    pub(super) categories: Vec<String>,
    pub(super) cards: Vec<CardView>,
    pub(super) next: Option<AddonId>,
    /// False: only to look at, and to ask for.
    pub(super) manages: bool,
}

impl MarketplacePage {
    fn href(&self, name: &str, value: &str) -> String {
        self.wanted.with(name, value)
    }

    /// Updates are for those who can make them.
    fn has_filter(&self, value: &str) -> bool {
        self.manages || value != "updates"
    }

    /// A category that is chosen already is taken off.
    fn category_href(&self, category: &str) -> String {
        self.href("category", if self.wanted.category == category { "" } else { category })
    }

    /// What the list is narrowed to: text of the chip, and the address without it.
    fn chips(&self) -> Vec<(String, String)> {
        let t = &self.shell.t;
        let mut chips = Vec::new();
        if !self.wanted.q.trim().is_empty() {
            chips.push((t.msg("marketplace-chip-search").arg("text", &self.wanted.q).to_string(), self.href("q", "")));
        }
        if !self.wanted.category.is_empty() {
            chips.push((category_name(t, &self.wanted.category), self.href("category", "")));
        }
        chips
    }
}

/// The name of a category: from the language files where it is a usual one.
pub(super) fn category_name(t: &Translator, category: &str) -> String {
    let key = format!("category-{category}");
    if t.has(&key) {
        return t.get(&key);
    }
    // A publisher's own word, as a title: `field-service` is Field service.
    let words = category.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

async fn show(State(state): State<AppState>, who: SignedIn, Query(wanted): Query<PageQuery>) -> PageResult {
    // Everybody may look, and ask for what they may not install (R69).
    let manages = who.may(Permission::AddonsManage);
    let mut entries =
        state.lifecycle.marketplace(who.desk.id, &wanted.filter(who.t.code())).await.map_err(page_error)?;
    let categories = state.lifecycle.categories().await.map_err(page_error)?;
    let more = entries.len() > LIMIT as usize;
    entries.truncate(LIMIT as usize);
    let next = more.then(|| entries.last().map(|entry| entry.addon.clone())).flatten();
    let cards = cards_of(&state, &who, &entries).await?;
    let shell = who.shell("marketplace-title", Section::Marketplace);
    page(&MarketplacePage { shell, wanted, categories, cards, next, manages })
}

/// The add-ons as cards; where the desk stands with one is for those who manage add-ons.
pub(super) async fn cards_of(state: &AppState, who: &SignedIn, entries: &[Entry]) -> Result<Vec<CardView>, PageError> {
    let manages = who.may(Permission::AddonsManage);
    let seats = Seats::known(&state.db, who.desk.id).await?;
    let shown: Vec<_> = entries.iter().map(|entry| entry.addon.clone()).collect();
    let listed = plans::of_listings(&mut state.db.read().await?, &shown).await?;
    let mut cards = Vec::with_capacity(entries.len());
    for entry in entries {
        // Prices of the listing replace those of the version.
        let plans = listed.get(&entry.addon).unwrap_or(&entry.manifest.plans);
        let mut card = CardView::of(entry, plans, seats, &who.t);
        if !manages && !card.badges.is_empty() {
            card.badges = vec![badges::installed()];
            card.dimmed = false;
        }
        cards.push(card);
    }
    for (card, entry) in cards.iter_mut().zip(entries).filter(|_| manages) {
        if let Some(one) = &entry.installed
            && let Some(going) = payment_of(state, who.desk.id, one.id, one.status).await?
        {
            badges::instead_of_due(&mut card.badges, &going);
        }
    }
    Ok(cards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_what_is_looked_for() {
        let wanted = PageQuery { q: "c r&m".into(), after: "acme.x1".into(), ..PageQuery::default() };
        assert_eq!(wanted.with("kind", "plugin"), "/addons?q=c+r%26m&kind=plugin");
        assert_eq!(wanted.with("q", ""), "/addons");
        assert_eq!(wanted.filter("en").after.map(|id| id.to_string()).as_deref(), Some("acme.x1"));
        assert!(!PageQuery::default().is_narrowed());
    }

    #[test]
    fn every_category_has_a_name() {
        let t = crate::i18n::english();
        let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
        let mut found = 0;
        for folder in std::fs::read_dir(plugins).unwrap() {
            let Ok(manifest) = std::fs::read_to_string(folder.unwrap().path().join("annex.toml")) else { continue };
            let line = manifest.lines().find(|line| line.starts_with("categories")).unwrap();
            for category in line.split('"').skip(1).step_by(2) {
                assert!(t.has(&format!("category-{category}")), "{category}");
                found += 1;
            }
        }
        assert!(found > 5);
        assert_eq!(category_name(&t, "customer-success"), "Customer success");
        assert_eq!(category_name(&t, "field-service"), "Field service");
    }
}
