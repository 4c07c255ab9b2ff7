//! Business hours: from when to when on which days, by the clocks of a place. A day may have 23 or 25 hours there; what counts is where
//! its hands stand.

use annex_sdk::about;
use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};

/// Milliseconds.
pub(crate) const MINUTE: u64 = 60_000;
/// Days that are looked at for a time that is open: who opens seldomer has no hours.
const LOOKED_AT: usize = 400;

/// When the desk is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Hours {
    /// 0 is Monday.
    pub(crate) days: Vec<i8>,
    /// Minutes since midnight.
    pub(crate) from: u16,
    /// Minutes since midnight, more than `from`.
    pub(crate) until: u16,
    /// Such as `Europe/Berlin`; empty: that of the desk.
    pub(crate) zone: String,
}

impl Default for Hours {
    fn default() -> Self {
        Self { days: vec![0, 1, 2, 3, 4], from: 9 * 60, until: 17 * 60, zone: String::new() }
    }
}

impl Hours {
    /// The hours with their zone.
    pub(crate) fn calendar(&self) -> Calendar<'_> {
        let zone = if self.zone.is_empty() { zone(&about::get().time_zone) } else { zone(&self.zone) };
        Calendar { hours: self, zone: zone.unwrap_or(TimeZone::UTC) }
    }
}

/// The zone of that name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// Moments as hosts write them for people.
pub(crate) fn rfc3339(millis: u64) -> String {
    moment(millis).to_string()
}

fn moment(millis: u64) -> Timestamp {
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Hours in a zone. Moments are milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Calendar<'h> {
    hours: &'h Hours,
    zone: TimeZone,
}

impl Calendar<'_> {
    /// Whether the desk is open then.
    pub(crate) fn is_open(&self, at: u64) -> bool {
        self.day(self.local(at).date()).is_some_and(|(from, until)| (from..until).contains(&at))
    }

    /// When so many minutes have passed while the desk was open. Of a desk that never is, all time counts.
    pub(crate) fn after(&self, at: u64, minutes: u32) -> u64 {
        let whole = u64::from(minutes) * MINUTE;
        let (mut left, mut date) = (whole, self.local(at).date());
        for _ in 0..LOOKED_AT {
            if let Some((from, until)) = self.day(date) {
                let from = from.max(at);
                let open = until.saturating_sub(from);
                if left <= open {
                    return from + left;
                }
                left -= open;
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        at + whole
    }

    fn local(&self, at: u64) -> Zoned {
        moment(at).to_zoned(self.zone.clone())
    }

    /// From when to when it is open on that day.
    fn day(&self, date: Date) -> Option<(u64, u64)> {
        if !self.hours.days.contains(&date.weekday().to_monday_zero_offset()) {
            return None;
        }
        Some((self.at(date, self.hours.from)?, self.at(date, self.hours.until)?))
    }

    fn at(&self, date: Date, minutes: u16) -> Option<u64> {
        let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
        let time = Time::new(hour, minute, 0, 0).ok()?;
        let there = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
        u64::try_from(there.timestamp().as_millisecond()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> u64 {
        u64::try_from(text.parse::<Timestamp>().unwrap().as_millisecond()).unwrap()
    }

    fn berlin() -> Hours {
        Hours { zone: "Europe/Berlin".into(), ..Hours::default() }
    }

    fn after(hours: &Hours, from: &str, minutes: u32) -> String {
        rfc3339(hours.calendar().after(at(from), minutes))
    }

    #[test]
    fn a_desk_is_open_by_the_clocks_of_its_place() {
        let hours = berlin();
        let open = |text: &str| hours.calendar().is_open(at(text));
        // Winter, UTC+1: 9 o'clock is 8 in UTC. In summer it is 7.
        assert!(!open("2026-01-05T07:59:59Z") && open("2026-01-05T08:00:00Z"));
        assert!(open("2026-01-05T15:59:59Z") && !open("2026-01-05T16:00:00Z"));
        assert!(open("2026-07-06T07:00:00Z") && !open("2026-07-06T15:00:00Z"));
        assert!(!open("2026-01-04T10:00:00Z"), "a Sunday");
    }

    #[test]
    fn minutes_count_while_it_is_open() {
        let hours = berlin();
        assert_eq!(after(&hours, "2026-01-05T09:00:00Z", 60), "2026-01-05T10:00:00Z");
        // Friday, half an hour before the end: the other half hour is on Monday.
        assert_eq!(after(&hours, "2026-01-09T15:30:00Z", 60), "2026-01-12T08:30:00Z");
        assert_eq!(after(&hours, "2026-01-10T12:00:00Z", 480), "2026-01-12T16:00:00Z");
        // Over the night in which clocks go forward, in Berlin on 2026-03-29.
        assert_eq!(after(&hours, "2026-03-27T15:30:00Z", 60), "2026-03-30T07:30:00Z");
    }

    #[test]
    fn of_a_desk_that_never_opens_all_time_counts() {
        let never = Hours { days: vec![], ..berlin() };
        assert!(!never.calendar().is_open(at("2026-01-05T10:00:00Z")));
        assert_eq!(after(&never, "2026-01-04T10:00:00Z", 90), "2026-01-04T11:30:00Z");
    }

    #[test]
    fn zones_are_known_by_their_names() {
        assert!(zone("Asia/Tokyo").is_some() && zone("UTC").is_some());
        assert!(zone("").is_none() && zone("Mars/Olympus").is_none());
    }
}
