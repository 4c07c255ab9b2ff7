//! What plans cost, in words: "from €4.00 per user and month", and of plans per seat what that is with today's seats. Every
//! page that names a price takes it from here; what is to be paid in one case is computed by the billing system alone.

use annex_billing::orders;
use annex_domain::{
    billing::SubscriptionState,
    ids::DeskId,
    money::Money,
    plan::{Plan, PlanModel},
};
use annex_store::{Conn, Db, StoreError, billing::subscriptions::Subscription, operators};
use jiff::civil::Date;

use crate::i18n::Translator;

/// The seats of a desk today: what plans per seat are billed for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seats(pub(crate) u32);

impl Seats {
    pub(crate) async fn of(conn: &mut Conn, desk: DeskId) -> Result<Self, StoreError> {
        orders::seats(conn, desk).await.map(Self)
    }

    /// The same, from memory where it is known.
    pub(crate) async fn known(db: &Db, desk: DeskId) -> Result<Self, StoreError> {
        let people = operators::people(db, desk).await?;
        let active = people.iter().filter(|listed| listed.operator.active).count();
        Ok(Self(u32::try_from(active).unwrap_or(u32::MAX)))
    }

    /// What a plan per seat costs each month with so many of them.
    pub(crate) fn month(self, plan: &Plan) -> Option<Money> {
        plan.month(self.0).filter(|_| plan.model == PlanModel::PerSeat)
    }
}

/// Such as `€4.00 per seat and month · 12 seats today: €48.00 a month`, or `Free`.
pub(crate) fn price(plan: &Plan, seats: Seats, t: &Translator) -> String {
    worded(plan, seats, "price", t)
}

/// What a plan costs with so many seats when all of them use the add-on: a month, or once, or nothing.
pub(crate) fn for_all(plan: &Plan, seats: Seats, t: &Translator) -> String {
    match plan.month(seats.0) {
        Some(amount) => t.msg("price-flat").arg("price", t.money(amount)).to_string(),
        None => price(plan, seats, t),
    }
}

fn worded(plan: &Plan, seats: Seats, family: &str, t: &Translator) -> String {
    if !plan.is_paid() {
        return t.get("price-free");
    }
    let each = t.msg(&format!("{family}-{}", plan.model)).arg("price", t.money(plan.unit_price())).to_string();
    match seats.month(plan) {
        Some(amount) => {
            let today = t.msg("price-seats-today").arg("count", seats.0).arg("amount", t.money(amount));
            format!("{each} · {today}")
        }
        None => each,
    }
}

/// The price of an add-on: of its only plan, else "from" the cheapest paid one; free where all plans are, or a free one
/// is among them.
pub(crate) fn price_of(plans: &[Plan], seats: Seats, t: &Translator) -> String {
    match plans {
        [] => t.get("price-free"),
        [only] => price(only, seats, t),
        several => {
            let cheapest = several.iter().min_by_key(|plan| (plan.is_paid(), plan.price));
            cheapest.map_or_else(|| t.get("price-free"), |plan| worded(plan, seats, "price-from", t))
        }
    }
}

/// When and for how much a subscription renews, in words.
pub(crate) fn renewal(live: &Subscription, next: Option<Date>, seats: Seats, t: &Translator) -> String {
    if live.state == SubscriptionState::Trialing {
        let end = live.trial_ends_at.map(|end| t.date(end)).unwrap_or_default();
        return t.msg("plans-trial-until").arg("day", end).to_string();
    }
    let amount = match live.plan.model {
        PlanModel::OneTime => return t.get("plans-once"),
        PlanModel::Free => return t.get("step-free"),
        PlanModel::PerSeat => seats.month(&live.plan),
        PlanModel::PerUser | PlanModel::Flat => live.plan.month(live.quantity_next.unwrap_or(live.quantity)),
    };
    let day = live.paid_through.or(next).map(|day| t.day(day)).unwrap_or_default();
    let amount = amount.map(|amount| t.money(amount)).unwrap_or_default();
    t.msg("plans-renews").arg("day", day).arg("amount", amount).to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::i18n::english;

    pub(crate) fn plan(model: &str, price: i64, trial: u16) -> Plan {
        let json = serde_json::json!({ "id": "team", "name": "Team", "model": model, "price": price, "currency": "EUR",
            "trial_days": trial });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_model_has_its_words_and_seats_are_those_of_today() {
        let t = english();
        for (model, expected) in [
            ("per-user", "€4.00 per user and month"),
            ("per-seat", "€4.00 per seat and month · 12 seats today: €48.00 a month"),
            ("flat", "€4.00 per month"),
            ("one-time", "€4.00 once"),
        ] {
            assert_eq!(price(&plan(model, 400, 0), Seats(12), &t), expected);
        }
        assert_eq!(price(&plan("free", 0, 0), Seats(12), &t), "Free");
    }

    #[test]
    fn plans_are_compared_by_what_all_people_cost() {
        let t = english();
        for (model, price, expected) in [
            ("per-user", 400, "€48.00 per month"),
            ("per-seat", 300, "€36.00 per month"),
            ("flat", 9_900, "€99.00 per month"),
            ("one-time", 9_900, "€99.00 once"),
            ("free", 0, "Free"),
        ] {
            assert_eq!(for_all(&plan(model, price, 0), Seats(12), &t), expected);
        }
    }

    #[test]
    fn of_several_plans_the_cheapest_counts() {
        let t = english();
        let (team, flat) = (plan("per-user", 400, 30), plan("flat", 9_900, 14));
        let of = |plans: &[Plan]| price_of(plans, Seats(1), &t);
        assert_eq!(of(&[]), "Free");
        assert_eq!(of(std::slice::from_ref(&flat)), "€99.00 per month");
        assert_eq!(of(&[flat.clone(), team]), "from €4.00 per user and month");
        assert_eq!(of(&[flat.clone(), plan("free", 0, 0)]), "Free");
        let seats = "from €3.00 per seat and month · 1 seat today: €3.00 a month";
        assert_eq!(of(&[flat, plan("per-seat", 300, 0)]), seats);
    }
}
