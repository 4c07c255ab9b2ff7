//! Cron: five fields that say at which minutes something comes, such as `0 9 * * 1-5`. Read here, on the calendar that the desk's time
//! zone needs anyway: a time that a clock change skips comes when the clock goes on, one that is there twice comes once.

use std::str::FromStr;

use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{clock::Timestamp, words::Invalid};

/// The longest text.
const LONGEST: usize = 100;
/// Days to look ahead: the 29th of February comes after eight years at the latest.
const DAYS: usize = 8 * 366;
const SHAPE: Invalid = Invalid(
    "expected `minute hour day month weekday`, each `*`, a number, `a-b`, `*/n`, `a-b/n`, or several of them with commas between",
);

/// When something comes, to the minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    /// 0 is Sunday.
    weekdays: Field,
}

/// Numbers as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    bits: u64,
    /// Written as `*`.
    any: bool,
}

impl Field {
    fn read(text: &str, least: u32, most: u32) -> Result<Self, Invalid> {
        let mut bits = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, number(step)?),
                None => (part, 1),
            };
            let (from, to) = match (range, range.split_once('-')) {
                ("*", _) => (least, most),
                (_, Some((from, to))) => (number(from)?, number(to)?),
                // `5/15` is written, and read otherwise elsewhere: refused.
                (one, None) if part == one => (number(one)?, number(one)?),
                _ => return Err(SHAPE),
            };
            if step == 0 || from < least || to > most || from > to {
                return Err(SHAPE);
            }
            let mut at = from;
            while at <= to {
                bits |= 1_u64 << at;
                at += step;
            }
        }
        Ok(Self { bits, any: text == "*" })
    }

    fn has(self, number: i8) -> bool {
        u32::try_from(number).is_ok_and(|number| number < 64 && (self.bits >> number) & 1 == 1)
    }

    fn numbers(self) -> impl Iterator<Item = i8> {
        (0..64_i8).filter(move |number| self.has(*number))
    }
}

fn number(text: &str) -> Result<u32, Invalid> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| SHAPE) } else { Err(SHAPE) }
}

impl FromStr for Cron {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let &[minutes, hours, days, months, weekdays] = fields.as_slice() else { return Err(SHAPE) };
        if text.len() > LONGEST {
            return Err(SHAPE);
        }
        let mut weekdays = Field::read(weekdays, 0, 7)?;
        // Sunday is 0 and 7.
        weekdays.bits = (weekdays.bits | (weekdays.bits >> 7)) & 0x7f;
        Ok(Self {
            minutes: Field::read(minutes, 0, 59)?,
            hours: Field::read(hours, 0, 23)?,
            days: Field::read(days, 1, 31)?,
            months: Field::read(months, 1, 12)?,
            weekdays,
        })
    }
}

impl Cron {
    /// The first time after `after`, by the clocks of `zone`. `None`: it never comes.
    #[must_use]
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let start = jiff::Timestamp::from_millisecond(after.0).ok()?.to_zoned(zone.clone());
        let mut day = start.date();
        for _ in 0..DAYS {
            if self.is_on(day) {
                let times =
                    self.hours.numbers().flat_map(|hour| self.minutes.numbers().map(move |minute| (hour, minute)));
                let found = times.filter_map(|(hour, minute)| moment(day.at(hour, minute, 0, 0), zone));
                if let Some(found) = found.filter(|at| *at > after).min() {
                    return Some(found);
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// As everywhere: when both the day of the month and the weekday are said, either is enough.
    fn is_on(&self, day: Date) -> bool {
        let (of_month, of_week) = (self.days.has(day.day()), self.weekdays.has(day.weekday().to_sunday_zero_offset()));
        let is_day = if self.days.any || self.weekdays.any { of_month && of_week } else { of_month || of_week };
        is_day && self.months.has(day.month())
    }

    /// The fewest minutes between two times.
    #[must_use]
    pub fn closest(&self) -> u32 {
        let minutes: Vec<i8> = self.minutes.numbers().collect();
        let within = minutes.windows(2).filter_map(|pair| match pair {
            [one, next] => Some(next - one),
            _ => None,
        });
        let hours_meet = (0..24_i8).any(|hour| self.hours.has(hour) && self.hours.has((hour + 1) % 24));
        let around = minutes.first().zip(minutes.last()).filter(|_| hours_meet);
        let closest = within.chain(around.map(|(first, last)| 60 - last + first)).min();
        closest.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(60)
    }
}

fn moment(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    at.to_zoned(zone.clone()).ok().map(|at| Timestamp(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone;

    fn next(cron: &str, after: &str, place: &str) -> String {
        let next = cron.parse::<Cron>().unwrap().next(after.parse().unwrap(), &zone::find(place).unwrap());
        next.map_or_else(|| "never".into(), |next| next.to_string())
    }

    #[test]
    fn the_next_time_is_found_by_the_clocks_of_the_desk() {
        for (cron, after, place, expected) in [
            ("0 9 * * 1-5", "2026-03-06T09:00:00Z", "UTC", "2026-03-09T09:00:00Z"),
            ("*/15 * * * *", "2026-03-06T09:01:30Z", "UTC", "2026-03-06T09:15:00Z"),
            ("0 9 * * *", "2026-07-01T00:00:00Z", "Europe/Berlin", "2026-07-01T07:00:00Z"),
            ("0 0 1 * *", "2026-12-31T23:30:00Z", "UTC", "2027-01-01T00:00:00Z"),
            ("0 0 29 2 *", "2026-03-01T00:00:00Z", "UTC", "2028-02-29T00:00:00Z"),
            ("0 0 30 2 *", "2026-03-01T00:00:00Z", "UTC", "never"),
            ("0 12 13 * 5", "2026-03-01T00:00:00Z", "UTC", "2026-03-06T12:00:00Z"),
            ("0 12 * * 7", "2026-03-02T00:00:00Z", "UTC", "2026-03-08T12:00:00Z"),
            // Half past two is skipped, and there twice.
            ("30 2 * * *", "2026-03-29T00:00:00Z", "Europe/Berlin", "2026-03-29T01:30:00Z"),
            ("30 2 * * *", "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-26T01:30:00Z"),
        ] {
            assert_eq!(next(cron, after, place), expected, "{cron} after {after} in {place}");
        }
    }

    #[test]
    fn the_closest_two_times_are_known() {
        for (cron, minutes) in [
            ("* * * * *", 1),
            ("*/5 * * * *", 5),
            ("0 * * * *", 60),
            ("58,3 * * * *", 5),
            ("0,59 3 * * *", 59),
            ("0,59 3,4 * * *", 1),
        ] {
            assert_eq!(cron.parse::<Cron>().unwrap().closest(), minutes, "{cron}");
        }
    }

    #[test]
    fn what_is_no_cron_is_refused() {
        for wrong in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "a * * * *",
            "5/15 * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "@daily",
            "1,, * * * *",
            "-1 * * * *",
        ] {
            assert!(wrong.parse::<Cron>().is_err(), "{wrong}");
        }
    }
}
