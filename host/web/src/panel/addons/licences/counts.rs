//! How many licences there are, who uses them, and who loses theirs.

use annex_lifecycle::{BillingState, Ending};

use crate::i18n::Translator;

/// The most users that are named.
const MOST_NAMED: usize = 20;

/// Licences, counted.
#[derive(Debug, Clone)]
pub(in crate::panel::addons) struct Counts {
    pub(in crate::panel::addons) purchased: u32,
    pub(in crate::panel::addons) assigned: u32,
    pub(in crate::panel::addons) unassigned: u32,
    /// What changes at the next period.
    pub(in crate::panel::addons) next: Option<String>,
    /// Who loses it then.
    pub(in crate::panel::addons) ending: Option<EndingView>,
}

impl Counts {
    /// Of a paid plan per user.
    pub(in crate::panel::addons) fn of(billing: &BillingState, t: &Translator) -> Option<Self> {
        let licences = billing.licences.as_ref()?;
        let day = billing.subscription.as_ref().and_then(|one| one.paid_through);
        let day = day.map(|day| t.day(day)).unwrap_or_default();
        let next = licences.next.map(|next| t.msg("licences-next").arg("count", next).arg("day", day).to_string());
        let ending = billing.ending.as_ref().map(|ending| EndingView::of(ending, t));
        Some(Self {
            purchased: licences.purchased,
            assigned: licences.assigned,
            unassigned: licences.unassigned(),
            next,
            ending,
        })
    }
}

/// Who loses the add-on, in words and by name.
#[derive(Debug, Clone)]
pub(in crate::panel::addons) struct EndingView {
    pub(in crate::panel::addons) text: String,
    /// The first of them.
    pub(in crate::panel::addons) names: Vec<String>,
    /// There are more.
    pub(in crate::panel::addons) more: bool,
}

impl EndingView {
    fn of(ending: &Ending, t: &Translator) -> Self {
        let count = ending.who.len();
        Self {
            text: t.msg("licences-ending").arg("count", count).arg("day", t.day(ending.on)).to_string(),
            names: ending.who.iter().take(MOST_NAMED).map(|who| who.name.clone()).collect(),
            more: count > MOST_NAMED,
        }
    }
}
