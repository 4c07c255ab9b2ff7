//! When what was ordered begins later than it was ordered: the days that were paid for begin with it.

use jiff::{ToSpan as _, civil::Date};

use super::{
    calendar::{BillingDay, Period, period_containing},
    quote::prorate,
};

/// What an order pays for from the day on which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// As many days as were paid for, or a month for a month; but none after the next bill, which is one for a whole month.
    pub period: Period,
    /// What was paid for them, in cents.
    pub amount: i64,
    /// What was paid for days after that bill, in cents: it comes back as credit.
    pub back: i64,
}

/// What `amount` cents for the days of `paid` pay for, when they begin on `day`.
#[must_use]
pub fn begun(paid: Period, amount: i64, day: Date, billing_day: BillingDay) -> Begun {
    if day <= paid.from {
        return Begun { period: paid, amount, back: 0 };
    }
    // A month stays a month, whichever has more days.
    let is_month = period_containing(paid.from, billing_day) == paid;
    let length = if is_month { 1.month() } else { i64::from(paid.days()).days() };
    let all = Period { from: day, to: day.saturating_add(length) };
    let bill = period_containing(day, billing_day).to;
    let period = Period { from: day, to: all.to.min(bill) };
    let back = prorate(amount, all, all.since(bill));
    Begun { period, amount: amount - back, back }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn first() -> BillingDay {
        BillingDay::new(1).unwrap()
    }

    fn april(from: i8, to: i8) -> Period {
        Period { from: date(2026, 4, from), to: date(2026, 4, to) }
    }

    #[test]
    fn at_once_nothing_changes() {
        let paid = Period { from: date(2026, 4, 11), to: date(2026, 5, 1) };
        assert_eq!(begun(paid, 2000, paid.from, first()), Begun { period: paid, amount: 2000, back: 0 });
    }

    #[test]
    fn a_few_days_are_followed_by_days_that_nobody_paid_for() {
        let paid = Period { from: date(2026, 3, 31), to: date(2026, 4, 1) };
        let late = begun(paid, 161, date(2026, 4, 2), first());
        assert_eq!(late, Begun { period: april(2, 3), amount: 161, back: 0 });
    }

    #[test]
    fn days_after_the_next_bill_come_back() {
        let paid = Period { from: date(2026, 3, 1), to: date(2026, 4, 1) };
        let late = begun(paid, 3100, date(2026, 4, 10), first());
        let until = Period { from: date(2026, 4, 10), to: date(2026, 5, 1) };
        assert_eq!(late, Begun { period: until, amount: 2170, back: 930 });
    }

    #[test]
    fn a_month_that_begins_on_a_later_bill_is_that_month() {
        let paid = Period { from: date(2026, 2, 1), to: date(2026, 3, 1) };
        let march = Period { from: date(2026, 3, 1), to: date(2026, 4, 1) };
        assert_eq!(begun(paid, 900, march.from, first()), Begun { period: march, amount: 900, back: 0 });
    }

    proptest! {
        #[test]
        fn no_cent_is_lost(amount in 0_i64..1_000_000, days in 1_i64..32, late in 0_i64..400, day in 1_u8..32) {
            let paid = Period { from: date(2026, 1, 31), to: date(2026, 1, 31).saturating_add(days.days()) };
            let day = BillingDay::new(day).unwrap();
            let begins = paid.from.saturating_add(late.days());
            let late = begun(paid, amount, begins, day);
            prop_assert_eq!(late.amount + late.back, amount);
            prop_assert!(late.amount >= 0 && late.back >= 0);
            prop_assert_eq!(late.period.from, begins);
            prop_assert!((1..=31).contains(&late.period.days()));
        }
    }
}
