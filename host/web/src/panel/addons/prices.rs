//! A plan as it can be chosen.

use annex_domain::plan::{Plan, PlanId};

use crate::{
    i18n::Translator,
    prices::{Seats, for_all, price},
};

/// A plan as it can be chosen.
#[derive(Debug, Clone)]
pub(super) struct PlanView {
    pub(super) id: PlanId,
    pub(super) name: String,
    pub(super) summary: Option<String>,
    /// Such as `€4.00 per user and month`.
    pub(super) price: String,
    /// The same for everybody who works in the desk: a month, or once.
    pub(super) for_all: String,
    /// What the price depends on.
    pub(super) model: String,
    /// What can be tried, in words.
    pub(super) trial: Option<String>,
    /// It is the plan that there is.
    pub(super) current: bool,
    /// It is chosen.
    pub(super) on: bool,
}

impl PlanView {
    /// `trial`: days that can be tried.
    pub(super) fn of(plan: &Plan, trial: Option<u16>, seats: Seats, t: &Translator) -> Self {
        Self {
            id: plan.id.clone(),
            name: plan.name.get(t.code()).to_owned(),
            summary: plan.summary.as_ref().map(|text| text.get(t.code()).to_owned()),
            price: price(plan, seats, t),
            for_all: for_all(plan, seats, t),
            model: t.get(&format!("model-{}", plan.model)),
            trial: trial.filter(|days| *days > 0).map(|days| trial_text(plan, days, t)),
            current: false,
            on: false,
        }
    }
}

fn trial_text(plan: &Plan, days: u16, t: &Translator) -> String {
    let key = if days < plan.trial() { "price-trial-left" } else { "price-trial" };
    t.msg(key).arg("count", days).to_string()
}

/// The trial of an add-on, as its card says it: the longest of its plans.
pub(super) fn trial_of(plans: &[Plan], t: &Translator) -> Option<String> {
    let longest = plans.iter().map(Plan::trial).max().filter(|days| *days > 0)?;
    Some(t.msg("price-trial").arg("count", longest).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::english, prices::tests::plan};

    #[test]
    fn the_longest_trial_is_the_add_ons() {
        let (team, flat) = (plan("per-user", 400, 30), plan("flat", 9_900, 14));
        assert_eq!(trial_of(&[flat, team], &english()).as_deref(), Some("30-day free trial"));
        assert_eq!(trial_of(&[], &english()), None);
    }

    #[test]
    fn a_trial_that_was_begun_says_what_is_left() {
        let t = english();
        let view = |days| PlanView::of(&plan("per-user", 400, 30), Some(days), Seats(3), &t).trial.unwrap();
        assert_eq!(view(30), "30-day free trial");
        assert_eq!(view(12), "12 days left in the free trial");
    }
}
