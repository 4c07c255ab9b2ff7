//! What is to be paid: now, for the rest of the desk's month, and then from month to month.

use annex_domain::{
    money::{MOST_CENTS, Money},
    plan::{Plan, PlanModel},
};
use jiff::civil::Date;

use super::calendar::{BillingDay, Period, days_between, period_containing};

/// What something costs. Shown beside the button, and charged exactly so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// To be paid now: [`Self::gross`] less [`Self::netted`].
    pub amount: Money,
    /// What the days cost by themselves.
    pub gross: Money,
    /// What is taken off it, because it is paid for already: the days that are left of the plan before, or of the same
    /// add-on that was cancelled and is bought again.
    pub netted: Money,
    /// What of the plan before is left over, and comes to the credit: nothing is paid for a cheaper plan.
    pub credited: Money,
    /// It is too little to be taken now: it goes on the next bill.
    pub carried: bool,
    /// The first day that this pays for.
    pub period_from: Date,
    /// The first day that it does not pay for; none for what is paid once or never.
    pub period_to: Option<Date>,
    /// Of one licence or seat for a whole month, or once.
    pub unit_price: Money,
    /// Licences or seats that this pays for; 1 where there are none.
    pub quantity: u32,
    /// The day that it is billed again; none for what is paid once or never.
    pub renews_on: Option<Date>,
    /// What is billed then, and each month after.
    pub renewal_amount: Option<Money>,
}

impl Quote {
    /// Takes off what is paid for already, in cents of the same currency. What is left over of it comes to the credit where
    /// `keeps` says so.
    #[must_use]
    pub fn less(mut self, value: i64, keeps: bool) -> Self {
        let netted = value.clamp(0, self.gross.cents);
        self.netted.cents = netted;
        self.amount.cents = self.gross.cents - netted;
        self.credited.cents = if keeps { (value - netted).max(0) } else { 0 };
        self
    }

    /// With [`Self::carried`], where a gateway takes `least` cents at least.
    #[must_use]
    pub fn taken_from(mut self, least: i64) -> Self {
        self.carried = (1..least).contains(&self.amount.cents);
        self
    }
}

/// Why there is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// No payment may be that high.
    #[error("this costs more than 1,000,000.00 at once: take fewer licences")]
    TooMuch,
    /// A plan per user or seat without any.
    #[error("at least one licence must be bought")]
    NoLicence,
}

impl QuoteError {
    /// Stable, kebab-case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooMuch => "amount-too-high",
            Self::NoLicence => "no-licence",
        }
    }
}

/// What a subscription is billed for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// The days that it pays for.
    pub period: Period,
    /// Licences or seats from here on.
    pub quantity: u32,
    /// Of one of them for a whole month.
    pub unit_price: Money,
    /// For all of them.
    pub amount: Money,
}

/// The share of a monthly amount that falls to a part of its period, in cents. Rounded so that the shares of parts that
/// follow each other sum back to the whole, and each is within a cent of its exact share. Days outside count for nothing.
#[must_use]
pub fn prorate(amount: i64, whole: Period, part: Period) -> i64 {
    let up_to = |day: Date| share(amount, days_between(whole.from, day).min(whole.days()), whole.days());
    if part.to <= part.from { 0 } else { up_to(part.to) - up_to(part.from) }
}

/// `amount * days / of`, rounded half up.
fn share(amount: i64, days: u32, of: u32) -> i64 {
    if days >= of {
        return amount;
    }
    let (amount, days, of) = (i128::from(amount), i128::from(days), i128::from(of));
    // A share is never larger than the whole, which is an i64.
    i64::try_from((2 * amount * days + of).div_euclid(2 * of)).unwrap_or(i64::MAX)
}

/// What is left on a day of what was paid, in cents: for each period with what was paid for it, the share of its days from
/// then on. Comes back as credit when a plan takes the place of another; never more than what was paid.
#[must_use]
pub fn unused(paid: &[(Period, i64)], today: Date) -> i64 {
    paid.iter().map(|(period, amount)| prorate(*amount, *period, period.since(today))).sum()
}

/// What a plan costs from `today` on. `period` is the desk's. `quantity` counts for plans per user and per seat alone, and the
/// first `free` licences of a plan per user cost nothing.
///
/// # Errors
/// [`QuoteError`].
pub fn quote(plan: &Plan, quantity: u32, free: u32, today: Date, period: Period) -> Result<Quote, QuoteError> {
    let quantity = billed(plan, quantity)?;
    let whole = price(plan, charged(plan, quantity, free))?;
    Ok(at(plan, quantity, whole, whole, today, period))
}

/// What `added` more licences of a plan cost from `today` on, when there are `have` already, and `next` of those from the
/// next period on; the first `free` of all of them cost nothing.
///
/// # Errors
/// [`QuoteError`].
pub fn more(
    plan: &Plan,
    have: u32,
    next: Option<u32>,
    added: u32,
    free: u32,
    today: Date,
    period: Period,
) -> Result<Quote, QuoteError> {
    let added = billed(plan, added)?;
    let whole = |licences| price(plan, charged(plan, licences, free));
    // All of them may be kept after all.
    let all = whole(have.checked_add(added).ok_or(QuoteError::TooMuch)?)?;
    let later = next.map_or(Ok(all), |next| whole(next.saturating_add(added)))?;
    Ok(at(plan, added, all - whole(have)?, later, today, period))
}

/// What a monthly subscription is billed for the period that begins on the first day that is not paid for. A new quantity
/// counts from here on, and the first `free` licences cost nothing; `seats` are the active operators, which plans per seat are
/// billed for. `None`: its plan is not monthly, or it has no licences.
#[must_use]
pub fn renew(
    plan: &Plan,
    quantity: u32,
    quantity_next: Option<u32>,
    free: u32,
    seats: u32,
    paid_through: Date,
    billing_day: BillingDay,
) -> Option<Renewal> {
    let quantity = match plan.model {
        PlanModel::PerUser => quantity_next.unwrap_or(quantity),
        PlanModel::PerSeat => seats,
        PlanModel::Flat => 1,
        PlanModel::OneTime | PlanModel::Free => return None,
    };
    // The whole period, unless the bill was moved to another day.
    let whole = period_containing(paid_through, billing_day);
    let period = whole.since(paid_through);
    let amount = plan.price.saturating_mul(i64::from(charged(plan, quantity, free)));
    (quantity > 0).then(|| Renewal {
        period,
        quantity,
        unit_price: plan.unit_price(),
        amount: Money::new(prorate(amount, whole, period), plan.currency),
    })
}

fn at(plan: &Plan, quantity: u32, now: i64, later: i64, today: Date, period: Period) -> Quote {
    let monthly = plan.model.is_monthly();
    let amount = if monthly { prorate(now, period, period.since(today)) } else { now };
    let nothing = Money::new(0, plan.currency);
    Quote {
        amount: Money::new(amount, plan.currency),
        gross: Money::new(amount, plan.currency),
        netted: nothing,
        credited: nothing,
        carried: false,
        period_from: today,
        period_to: monthly.then_some(period.to),
        unit_price: plan.unit_price(),
        quantity,
        renews_on: monthly.then_some(period.to),
        renewal_amount: monthly.then(|| Money::new(later, plan.currency)),
    }
}

fn billed(plan: &Plan, quantity: u32) -> Result<u32, QuoteError> {
    match plan.model {
        PlanModel::PerUser | PlanModel::PerSeat if quantity == 0 => Err(QuoteError::NoLicence),
        PlanModel::PerUser | PlanModel::PerSeat => Ok(quantity),
        PlanModel::Flat | PlanModel::OneTime | PlanModel::Free => Ok(1),
    }
}

/// Those of so many licences or seats that cost something.
fn charged(plan: &Plan, quantity: u32, free: u32) -> u32 {
    if plan.model == PlanModel::PerUser { quantity.saturating_sub(free) } else { quantity }
}

fn price(plan: &Plan, quantity: u32) -> Result<i64, QuoteError> {
    let whole = plan.price.checked_mul(i64::from(quantity));
    whole.filter(|whole| *whole <= MOST_CENTS).ok_or(QuoteError::TooMuch)
}

#[cfg(test)]
mod tests {
    use annex_domain::{localized::Localized, money::Currency};
    use jiff::civil::date;

    use super::*;

    fn plan(model: PlanModel, price: i64) -> Plan {
        Plan {
            id: "team".parse().unwrap(),
            name: Localized::en("Team"),
            summary: None,
            model,
            price,
            currency: Currency::EUR,
            trial_days: 0,
        }
    }

    fn period(from: Date, to: Date) -> Period {
        Period { from, to }
    }

    #[test]
    fn the_rest_of_the_month_is_paid_by_the_day() {
        let february = period(date(2028, 2, 1), date(2028, 3, 1));
        let quote = quote(&plan(PlanModel::PerUser, 900), 3, 0, date(2028, 2, 15), february).unwrap();
        assert_eq!(quote.amount.cents, 1397); // 2700 * 15 / 29 = 1396.55: 29 days, 14 of which are over
        assert_eq!((quote.period_from, quote.period_to), (date(2028, 2, 15), Some(date(2028, 3, 1))));
        assert_eq!((quote.renews_on, quote.renewal_amount.unwrap().cents), (Some(date(2028, 3, 1)), 2700));
        let more = more(&plan(PlanModel::PerUser, 900), 3, None, 2, 0, date(2028, 2, 29), february).unwrap();
        assert_eq!((more.quantity, more.amount.cents, more.renewal_amount.unwrap().cents), (2, 62, 4500));
    }

    #[test]
    fn more_licences_are_added_to_those_that_go_on() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let team = plan(PlanModel::PerUser, 900);
        let later = |next| more(&team, 5, next, 1, 0, month.from, month).unwrap().renewal_amount.unwrap().cents;
        assert_eq!((later(Some(3)), later(None)), (3600, 5400));
        let dear = plan(PlanModel::PerUser, MOST_CENTS / 5);
        assert_eq!(
            more(&dear, 5, Some(1), 1, 0, month.from, month),
            Err(QuoteError::TooMuch),
            "five may be kept after all"
        );
    }

    #[test]
    fn what_is_paid_once_is_paid_whole_and_does_not_renew() {
        let month = period(date(2027, 1, 31), date(2027, 2, 28));
        let once = quote(&plan(PlanModel::OneTime, 5000), 7, 0, date(2027, 2, 27), month).unwrap();
        assert_eq!((once.amount.cents, once.quantity, once.period_to, once.renews_on), (5000, 1, None, None));
        let free = quote(&plan(PlanModel::Free, 0), 7, 0, date(2027, 2, 27), month).unwrap();
        assert_eq!((free.amount.cents, free.renewal_amount), (0, None));
    }

    #[test]
    fn what_a_gateway_would_not_take_is_not_given_away() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let cheap = quote(&plan(PlanModel::Flat, 400), 1, 0, date(2027, 3, 29), month).unwrap().taken_from(50);
        assert_eq!((cheap.amount.cents, cheap.renewal_amount.unwrap().cents), (39, 400)); // 3 days
        assert!(cheap.carried && !cheap.taken_from(39).carried && !cheap.less(39, false).taken_from(50).carried);
    }

    #[test]
    fn what_is_paid_for_already_is_taken_off_once() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let quote = quote(&plan(PlanModel::Flat, 3100), 1, 0, date(2027, 3, 11), month).unwrap();
        let shows = |quote: Quote| (quote.amount.cents, quote.netted.cents, quote.credited.cents);
        assert_eq!((quote.gross.cents, shows(quote)), (2100, (2100, 0, 0)));
        assert_eq!(shows(quote.less(700, true)), (1400, 700, 0));
        assert_eq!(shows(quote.less(2500, true)), (0, 2100, 400));
        assert_eq!(shows(quote.less(2500, false)), (0, 2100, 0));
        assert_eq!(quote.less(2500, true).renewal_amount, quote.renewal_amount);
    }

    #[test]
    fn of_what_was_paid_the_days_that_are_left_come_back() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let paid = [(month, 3100), (period(date(2027, 3, 21), month.to), 110), (month.since(date(2027, 3, 30)), 0)];
        assert_eq!(unused(&paid, date(2027, 3, 31)), 110); // 100 and 10, and nothing of what was waived
        assert_eq!(unused(&paid, month.from), 3210);
        assert_eq!(unused(&paid, month.to), 0);
    }

    #[test]
    fn no_licence_and_too_many_are_refused() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let plan = plan(PlanModel::PerUser, 900);
        assert_eq!(quote(&plan, 0, 0, month.from, month), Err(QuoteError::NoLicence));
        assert_eq!(quote(&plan, u32::MAX, 0, month.from, month), Err(QuoteError::TooMuch));
        assert_eq!(more(&plan, u32::MAX, None, 1, 0, month.from, month), Err(QuoteError::TooMuch));
    }

    #[test]
    fn free_licences_are_the_first_of_a_plan_per_user() {
        let month = period(date(2027, 3, 1), date(2027, 4, 1));
        let (team, seats) = (plan(PlanModel::PerUser, 900), plan(PlanModel::PerSeat, 900));
        let cents = |licences| quote(&team, licences, 3, month.from, month).unwrap().renewal_amount.unwrap().cents;
        assert_eq!([cents(1), cents(3), cents(4)], [0, 0, 900]);
        let more = |have, added| more(&team, have, None, added, 3, month.from, month).unwrap().amount.cents;
        assert_eq!([more(1, 2), more(2, 2), more(4, 1)], [0, 900, 900]);
        let day = BillingDay::new(1).unwrap();
        let renewal = |licences| renew(&team, licences, None, 3, 9, month.from, day).unwrap();
        assert_eq!([renewal(3).amount.cents, renewal(5).amount.cents], [0, 1800]);
        assert_eq!(renewal(5).quantity, 5, "they are licences all the same");
        assert_eq!(quote(&seats, 4, 3, month.from, month).unwrap().amount.cents, 3600, "of plans per user alone");
    }

    #[test]
    fn a_reduction_counts_from_the_next_period_on_and_seats_are_counted_anew() {
        let day = BillingDay::new(31).unwrap();
        let users = renew(&plan(PlanModel::PerUser, 900), 5, Some(2), 0, 9, date(2027, 1, 31), day).unwrap();
        assert_eq!((users.quantity, users.amount.cents), (2, 1800));
        assert_eq!(users.period, period(date(2027, 1, 31), date(2027, 2, 28)));
        let seats = renew(&plan(PlanModel::PerSeat, 400), 5, None, 0, 9, date(2027, 2, 28), day).unwrap();
        assert_eq!((seats.quantity, seats.amount.cents, seats.period.to), (9, 3600, date(2027, 3, 31)));
        assert_eq!(renew(&plan(PlanModel::OneTime, 900), 1, None, 0, 9, date(2027, 2, 28), day), None);
        assert_eq!(renew(&plan(PlanModel::PerUser, 900), 5, Some(0), 0, 9, date(2027, 2, 28), day), None);
        // The bill was moved from the 10th to the 31st: the days in between, once.
        let moved = renew(&plan(PlanModel::Flat, 3100), 1, None, 0, 9, date(2027, 3, 10), day).unwrap();
        assert_eq!((moved.period.to, moved.amount.cents), (date(2027, 3, 31), 2100));
    }
}
