//! Plans: what an add-on costs (R25). Authors write them into the manifest; a listing may replace them by others, so that
//! a price changes without a new version.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    localized::Localized,
    money::{Currency, MOST_CENTS, Money},
    settings::{FieldError, is_key},
    text::is_plain,
    words::Invalid,
};

/// Days of a trial where the plan does not say otherwise (R20).
pub const TRIAL_DAYS: u16 = 30;

/// The longest trial, in days.
pub const MOST_TRIAL_DAYS: u16 = 365;

/// The least that a paid plan costs in any currency, in cents. What a payment company takes at least is another matter:
/// [`check_prices`].
pub const LEAST_PRICE: i64 = 30;

/// The most plans of one add-on.
pub const MOST_PLANS: usize = 8;

crate::words! {
    /// How a plan is paid for.
    pub enum PlanModel: "plan model" {
        /// Per user and month: licences are bought for the users who are selected.
        PerUser = "per-user",
        /// Per seat and month: every active operator of the desk is billed.
        PerSeat = "per-seat",
        /// The same every month, however many use it.
        Flat = "flat",
        /// Once, for good.
        OneTime = "one-time",
        /// Nothing.
        Free = "free",
    }
}

impl PlanModel {
    /// True when it is billed every month.
    #[must_use]
    pub fn is_monthly(self) -> bool {
        matches!(self, Self::PerUser | Self::PerSeat | Self::Flat)
    }
}

/// The name of a plan within its add-on: lower-case letters, digits and `-`, such as `team`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanId(String);

impl PlanId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PlanId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if is_key(text) {
            Ok(Self(text.into()))
        } else {
            Err(Invalid("not a plan id: use a-z, 0-9 and _, beginning with a letter"))
        }
    }
}

impl TryFrom<String> for PlanId {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<PlanId> for String {
    fn from(id: PlanId) -> Self {
        id.0
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A way to pay for an add-on. An add-on without plans is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its name within the add-on.
    pub id: PlanId,
    /// At most 40 characters.
    pub name: Localized,
    /// One sentence, at most 160 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Localized>,
    /// How it is paid for.
    pub model: PlanModel,
    /// Cents per user, seat or month, or once: [`LEAST_PRICE`] at least; 0 for [`PlanModel::Free`] alone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub price: i64,
    /// Of the price. The same for all plans of an add-on.
    #[serde(default = "usd")]
    pub currency: Currency,
    /// How long it can be tried before it is paid for; 0: Purchase (rulings). Free plans have no trial.
    #[serde(default = "trial_days")]
    pub trial_days: u16,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(cents: &i64) -> bool {
    *cents == 0
}

fn usd() -> Currency {
    Currency::USD
}

fn trial_days() -> u16 {
    TRIAL_DAYS
}

impl Plan {
    /// For one user or seat, or as a whole.
    #[must_use]
    pub fn unit_price(&self) -> Money {
        Money::new(self.price, self.currency)
    }

    /// What it costs each month with so many licences or seats. `None`: it is not billed every month.
    #[must_use]
    pub fn month(&self, quantity: u32) -> Option<Money> {
        let counted = match self.model {
            PlanModel::PerUser | PlanModel::PerSeat => quantity,
            PlanModel::Flat => 1,
            PlanModel::OneTime | PlanModel::Free => return None,
        };
        Some(Money::new(self.price.saturating_mul(counted.into()), self.currency))
    }

    /// True when something is to be paid, sooner or later.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.model != PlanModel::Free
    }

    /// Days that it can be tried without paying; 0 for free plans.
    #[must_use]
    pub fn trial(&self) -> u16 {
        if self.is_paid() { self.trial_days } else { 0 }
    }
}

/// Checks the plans of an add-on. `field` of an error is a path such as `plans[1].price`.
///
/// # Errors
/// One for each wrong field.
pub fn check(plans: &[Plan]) -> Result<(), Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: String, code, message: &str| errors.push(FieldError::new(field, code, message));
    if plans.len() > MOST_PLANS {
        wrong("plans".into(), "too-many", "at most 8 plans");
    }
    let mut seen = BTreeSet::new();
    for (at, plan) in plans.iter().enumerate() {
        let field = |name: &str| format!("plans[{at}].{name}");
        if !seen.insert(&plan.id) {
            wrong(field("id"), "duplicate", "another plan has this id");
        }
        if plan.name.iter().any(|(_, text)| text.trim().is_empty() || text.chars().count() > 40) {
            wrong(field("name"), "length", "1 to 40 characters");
        }
        if plan.name.iter().chain(plan.summary.iter().flat_map(Localized::iter)).any(|(_, text)| !is_plain(text, false))
        {
            wrong(field("name"), "control-character", "remove control, bidi and invisible characters");
        }
        if let Some(summary) = &plan.summary
            && summary.iter().any(|(_, text)| text.trim().is_empty() || text.chars().count() > 160)
        {
            wrong(field("summary"), "length", "1 to 160 characters");
        }
        if plan.is_paid() && !(LEAST_PRICE..=MOST_CENTS).contains(&plan.price) {
            wrong(field("price"), "price", "a paid plan costs 30 to 100000000 cents");
        }
        if !plan.is_paid() && plan.price != 0 {
            wrong(field("price"), "price", "a free plan has no price");
        }
        if plan.trial_days > MOST_TRIAL_DAYS {
            wrong(field("trial_days"), "too-long", "at most 365 days");
        }
        if plans.first().is_some_and(|first| first.currency != plan.currency) {
            wrong(field("currency"), "currency", "all plans of an add-on have one currency");
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks that payment companies would take the prices: each is at least what they take at once in its currency. For plans
/// that are new; those that were taken in before go on to be valid.
///
/// # Errors
/// One for each price that is too low.
pub fn check_prices(plans: &[Plan]) -> Result<(), Vec<FieldError>> {
    let too_low = plans.iter().enumerate().filter(|(_, plan)| plan.is_paid() && plan.price < plan.currency.least());
    let errors: Vec<FieldError> = too_low
        .map(|(at, plan)| {
            let least = Money::new(plan.currency.least(), plan.currency);
            let text = format!("payment companies take {least} at least: {} is too little", plan.unit_price());
            FieldError::new(format!("plans[{at}].price"), "price-too-low", &text)
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(toml: &str) -> Plan {
        serde_json::from_str(toml).unwrap()
    }

    #[test]
    fn a_plan_has_a_trial_of_thirty_days_unless_it_says_otherwise() {
        let plan = plan(r#"{"id":"team","name":"Team","model":"per-user","price":900}"#);
        assert_eq!((plan.trial(), plan.unit_price().to_string().as_str()), (30, "9.00 USD"));
        assert_eq!(check(&[plan]), Ok(()));
    }

    #[test]
    fn a_price_is_at_least_what_its_currency_needs() {
        let of = |price, currency| {
            plan(&format!(r#"{{"id":"a","name":"A","model":"flat","price":{price},"currency":"{currency}"}}"#))
        };
        for (least, currency) in [(50, "EUR"), (30, "GBP"), (300, "NOK"), (50, "JPY"), (1000, "KRW"), (1500, "CZK")] {
            assert_eq!(check_prices(&[of(least, currency)]), Ok(()), "{currency}");
            let errors = check_prices(&[of(least, currency), of(least - 1, currency)]).unwrap_err();
            assert_eq!(errors.len(), 1, "{currency}");
            assert_eq!((errors[0].field.as_str(), errors[0].code), ("plans[1].price", "price-too-low"));
        }
        assert_eq!(check_prices(&[plan(r#"{"id":"a","name":"A","model":"free"}"#)]), Ok(()));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let free = plan(r#"{"id":"a","name":"A","model":"free","price":5}"#);
        let paid = plan(r#"{"id":"a","name":"","model":"flat","currency":"EUR","trial_days":400}"#);
        let errors = check(&[free, paid]).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "plans[0].price",
                "plans[1].id",
                "plans[1].name",
                "plans[1].price",
                "plans[1].trial_days",
                "plans[1].currency"
            ]
        );
    }
}
