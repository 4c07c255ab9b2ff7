//! The section `[[views]]`: where a plugin shows something, and as what the host offers it there. What each place is about, its view is
//! asked for with.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::texts::check_text;
use crate::{localized::Localized, settings::is_key};

const MOST: usize = 5;
const LONGEST_TITLE: usize = 40;
const LAST: u32 = 1_000;

crate::words! {
    /// Where a view is shown.
    pub enum ViewPlace: "place of a view" {
        /// In the sidebar of a ticket.
        TicketSidebar = "ticket-sidebar",
        /// In the sidebar of a contact.
        ContactSidebar = "contact-sidebar",
        /// On a page of its own, which the main menu leads to.
        Page = "page",
        /// Above the reply box, after a button beside **Send** was pressed.
        Composer = "composer",
        /// On a tab of the page where the installation is managed.
        Settings = "settings",
    }
}

/// One view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewEntry {
    /// Its name for the component, and for addresses; under the rule of keys of settings.
    pub key: String,
    /// Where it is shown.
    pub location: ViewPlace,
    /// What people read on card, menu entry, button or tab; at most 40 characters. None: the name of the add-on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Localized>,
    /// Name of an icon of the host's set. None: the add-on's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Those with a lower number come first; at most 1,000, and 100 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

impl ViewEntry {
    /// The one view of a plugin of 0.1.
    pub(super) fn of_first() -> Self {
        Self { key: "panel".into(), location: ViewPlace::TicketSidebar, title: None, icon: None, order: None }
    }

    /// The place in the order, first by [`Self::order`].
    #[must_use]
    pub fn rank(&self) -> u32 {
        self.order.unwrap_or(100)
    }
}

pub(super) fn check(views: &[ViewEntry], wrong: &mut impl FnMut(String, &'static str, &str)) {
    if views.len() > MOST {
        wrong("views".into(), "too-many", "at most 5");
    }
    let (mut seen, mut places) = (BTreeSet::new(), BTreeSet::new());
    for (at, view) in views.iter().enumerate() {
        let field = |name: &str| format!("views[{at}].{name}");
        if !is_key(&view.key) {
            wrong(field("key"), "key", "1 to 40 of a-z, 0-9 and _, starting with a letter");
        }
        if !seen.insert(&view.key) {
            wrong(field("key"), "duplicate", "name each view once");
        }
        if !places.insert(view.location) {
            wrong(field("location"), "duplicate", "one view at each place");
        }
        if let Some(title) = &view.title {
            check_text(title, &field("title"), LONGEST_TITLE, wrong);
        }
        if !view.icon.as_deref().is_none_or(is_icon) {
            wrong(field("icon"), "icon-name", "the name of an icon of the host, such as `shopping-cart`");
        }
        if view.order.is_some_and(|order| order > LAST) {
            wrong(field("order"), "order", "at most 1,000");
        }
    }
}

fn is_icon(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
