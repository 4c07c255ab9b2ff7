//! Days of the desk's bill: which day of the month, which period a day is in, and the moments that days begin.

use annex_domain::{clock::Timestamp, words::Invalid};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

/// The day of the month that a desk's bill is made out: 1 to 31, and the last day of months that are shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingDay(u8);

impl BillingDay {
    /// The day, if there is such a one.
    #[must_use]
    pub fn new(day: u8) -> Option<Self> {
        (1..=31).contains(&day).then_some(Self(day))
    }

    /// The day of the month that `date` is: of a first purchase.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self(date.day().unsigned_abs())
    }

    /// 1 to 31.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// The bill's day in the month of `date`.
    fn in_month_of(self, date: Date) -> Date {
        let first = date.first_of_month();
        let day = self.0.min(date.days_in_month().unsigned_abs());
        first.saturating_add(i64::from(day.saturating_sub(1)).days())
    }
}

/// Days from `from` up to, but without, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub to: Date,
}

impl Period {
    /// How many days it has; none when `to` is not after `from`.
    #[must_use]
    pub fn days(self) -> u32 {
        days_between(self.from, self.to)
    }

    /// True for a day in it.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        (self.from..self.to).contains(&day)
    }

    /// The rest of it from a day on.
    #[must_use]
    pub fn since(self, day: Date) -> Self {
        Self { from: day.clamp(self.from, self.to), to: self.to }
    }
}

/// Days from `from` to `to`; none when that is not after it.
pub(super) fn days_between(from: Date, to: Date) -> u32 {
    u32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(0)
}

/// The period that a day is in: from one day of the bill to the next.
#[must_use]
pub fn period_containing(day: Date, billing_day: BillingDay) -> Period {
    let this_month = billing_day.in_month_of(day);
    let first = day.first_of_month();
    if day < this_month {
        let last_month = first.saturating_sub(1.month());
        Period { from: billing_day.in_month_of(last_month), to: this_month }
    } else {
        let next_month = first.saturating_add(1.month());
        Period { from: this_month, to: billing_day.in_month_of(next_month) }
    }
}

/// The first day of the bill after a day.
#[must_use]
pub fn next_bill_day(after: Date, billing_day: BillingDay) -> Date {
    period_containing(after, billing_day).to
}

/// A time zone by its IANA name, such as `Europe/Berlin` or `UTC`.
///
/// # Errors
/// For a name that is none.
pub fn zone(name: &str) -> Result<TimeZone, Invalid> {
    annex_domain::zone::find(name).ok_or(Invalid("not a time zone: use a name such as Europe/Berlin or UTC"))
}

/// Which day it is in a zone.
#[must_use]
pub fn day_at(now: Timestamp, zone: &TimeZone) -> Date {
    let end_of_time = if now.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    let now = jiff::Timestamp::from_millisecond(now.0).unwrap_or(end_of_time);
    zone.to_datetime(now).date()
}

/// The moment that a day begins in a zone; where a clock is put forward at midnight, the first moment after.
#[must_use]
pub fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    let begins = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible();
    Timestamp(begins.unwrap_or(jiff::Timestamp::MAX).as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(day: u8) -> BillingDay {
        BillingDay::new(day).unwrap()
    }

    #[test]
    fn the_last_day_of_shorter_months_stands_for_the_31st() {
        let days = std::iter::successors(Some(date(2027, 12, 31)), |last| Some(next_bill_day(*last, day(31))));
        let seen: Vec<_> = days.take(5).map(|day| day.to_string()).collect();
        assert_eq!(seen, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]);
        assert_eq!(next_bill_day(date(2027, 1, 31), day(31)), date(2027, 2, 28));
    }

    #[test]
    fn a_first_purchase_on_29_february_bills_on_the_29th_of_other_months() {
        let billing_day = BillingDay::of(date(2028, 2, 29));
        assert_eq!(next_bill_day(date(2028, 2, 29), billing_day), date(2028, 3, 29));
        assert_eq!(next_bill_day(date(2029, 1, 29), billing_day), date(2029, 2, 28));
        assert_eq!(next_bill_day(date(2029, 2, 28), billing_day), date(2029, 3, 29));
    }

    #[test]
    fn every_day_is_in_exactly_one_period() {
        for billing_day in 1..=31 {
            let billing_day = day(billing_day);
            let mut at = date(2027, 1, 1);
            let mut period = period_containing(at, billing_day);
            while at < date(2029, 1, 1) {
                if at == period.to {
                    period = Period { from: at, to: next_bill_day(at, billing_day) };
                }
                assert_eq!(period_containing(at, billing_day), period, "{at} {billing_day:?}");
                assert!(period.contains(at) && (28..=31).contains(&period.days()), "{period:?}");
                at = at.tomorrow().unwrap();
            }
        }
    }

    #[test]
    fn a_day_begins_when_it_does_in_the_zone_of_the_bill() {
        let berlin = zone("Europe/Berlin").unwrap();
        let moment = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        assert_eq!(start_of(date(2027, 1, 31), &berlin), moment("2027-01-30T23:00:00Z"));
        assert_eq!(start_of(date(2027, 7, 31), &berlin), moment("2027-07-30T22:00:00Z"));
        assert_eq!(day_at(moment("2027-01-30T23:00:00Z"), &berlin), date(2027, 1, 31));
        assert_eq!(day_at(moment("2027-01-30T22:59:59Z"), &berlin), date(2027, 1, 30));
        // There was no midnight, and a day that there was not at all.
        let (beirut, apia) = (zone("Asia/Beirut").unwrap(), zone("Pacific/Apia").unwrap());
        assert_eq!(start_of(date(2022, 3, 27), &beirut), moment("2022-03-26T22:00:00Z"));
        assert_eq!(start_of(date(2011, 12, 30), &apia), start_of(date(2011, 12, 31), &apia));
        assert!(zone("Mars/Olympus").is_err());
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let utc = zone("UTC").unwrap();
        for extreme in [i64::MIN, i64::MAX] {
            let today = day_at(Timestamp(extreme), &utc);
            let period = period_containing(today, day(31));
            assert!(period.from <= period.to);
            let _ = start_of(period.to, &utc);
        }
    }
}
