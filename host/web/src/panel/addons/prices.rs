//! What plans cost, in words: "from 4.00 EUR per user and month". The amounts come from the plans; what is to be paid in
//! one case is computed by the billing system alone.

use annex_domain::{
    money::Money,
    plan::{Plan, PlanId, PlanModel},
};

use crate::i18n::Translator;

/// A plan as it can be chosen.
#[derive(Debug, Clone)]
pub(super) struct PlanView {
    pub(super) id: PlanId,
    pub(super) name: String,
    pub(super) summary: Option<String>,
    /// Such as `4.00 EUR per user and month`.
    pub(super) price: String,
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
    /// `trial`: days that can be tried; `seats`: active operators of the desk.
    pub(super) fn of(plan: &Plan, trial: Option<u16>, seats: usize, t: &Translator) -> Self {
        let model = format!("model-{}", plan.model);
        Self {
            id: plan.id.clone(),
            name: plan.name.get(t.code()).to_owned(),
            summary: plan.summary.as_ref().map(|text| text.get(t.code()).to_owned()),
            price: price(plan, t),
            model: t.msg(&model).arg("count", seats).to_string(),
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

/// Such as `4.00 EUR per user and month`, or `Free`.
pub(in crate::panel) fn price(plan: &Plan, t: &Translator) -> String {
    worded(plan.model, plan.unit_price(), "price", t)
}

fn worded(model: PlanModel, price: Money, family: &str, t: &Translator) -> String {
    if model == PlanModel::Free {
        return t.get("price-free");
    }
    t.msg(&format!("{family}-{model}")).arg("price", t.money(price)).to_string()
}

/// The price of an add-on: of its only plan, else "from" the cheapest paid one; free where all plans are, or a free one
/// is among them.
pub(super) fn price_of(plans: &[Plan], t: &Translator) -> String {
    match plans {
        [] => t.get("price-free"),
        [only] => price(only, t),
        several => {
            let cheapest = several.iter().min_by_key(|plan| (plan.is_paid(), plan.price));
            cheapest.map_or_else(|| t.get("price-free"), |plan| worded(plan.model, plan.unit_price(), "price-from", t))
        }
    }
}

/// The trial of an add-on, as its card says it: the longest of its plans.
pub(super) fn trial_of(plans: &[Plan], t: &Translator) -> Option<String> {
    let longest = plans.iter().map(Plan::trial).max().filter(|days| *days > 0)?;
    Some(t.msg("price-trial").arg("count", longest).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    fn plan(model: &str, price: i64, trial: u16) -> Plan {
        let json = serde_json::json!({ "id": "team", "name": "Team", "model": model, "price": price, "currency": "EUR",
            "trial_days": trial });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_model_has_its_words() {
        let t = english();
        for (model, expected) in [
            ("per-user", "€4.00 per user and month"),
            ("per-seat", "€4.00 per operator and month"),
            ("flat", "€4.00 per month"),
            ("one-time", "€4.00 once"),
        ] {
            assert_eq!(price(&plan(model, 400, 0), &t), expected);
        }
        assert_eq!(price(&plan("free", 0, 0), &t), "Free");
    }

    #[test]
    fn of_several_plans_the_cheapest_counts() {
        let t = english();
        let (team, flat) = (plan("per-user", 400, 30), plan("flat", 9_900, 14));
        assert_eq!(price_of(&[], &t), "Free");
        assert_eq!(price_of(std::slice::from_ref(&flat), &t), "€99.00 per month");
        assert_eq!(price_of(&[flat.clone(), team.clone()], &t), "from €4.00 per user and month");
        assert_eq!(price_of(&[flat.clone(), plan("free", 0, 0)], &t), "Free");
        assert_eq!(trial_of(&[flat, team], &t).as_deref(), Some("30-day free trial"));
        assert_eq!(trial_of(&[], &t), None);
    }

    #[test]
    fn a_trial_that_was_begun_says_what_is_left() {
        let t = english();
        let view = |days| PlanView::of(&plan("per-user", 400, 30), Some(days), 3, &t).trial.unwrap();
        assert_eq!(view(30), "30-day free trial");
        assert_eq!(view(12), "12 days left in the free trial");
    }
}
