//! Calls at times that were planned: the interface `schedules` of the WIT package, and when the schedules of a manifest come.

mod cron;

use std::time::Duration;

use jiff::tz::TimeZone;

pub use self::cron::Cron;
use crate::{clock::Timestamp, words::Invalid};

/// Which timer has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timer {
    /// The schedule of the manifest with this key.
    Regular(String),
    /// What the add-on planned under this key.
    Once(String),
}

/// A time that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The same when it is delivered again.
    pub id: String,
    /// Which timer.
    pub timer: Timer,
    /// For when it was planned.
    pub due: Timestamp,
    /// What the add-on gave along.
    pub data: Vec<u8>,
}

/// How close two times of a schedule may be.
pub const CLOSEST: Duration = Duration::from_secs(5 * 60);
/// The longest pause that `every` may say.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

/// When a schedule comes, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rhythm {
    /// With this pause, from the installation on.
    Every(Duration),
    /// At these minutes of the desk's clocks.
    Cron(Cron),
}

impl Rhythm {
    /// Reads `every`: a whole number of minutes, hours or days, such as `15m`, `2h` or `1d`.
    ///
    /// # Errors
    /// When it is no such time, shorter than [`CLOSEST`] or longer than 31 days.
    pub fn every(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("expected 5 minutes to 31 days, such as `15m`, `2h` or `1d`");
        let unit = match text.chars().last() {
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 24 * 3600,
            _ => return Err(RULE),
        };
        let digits = text.trim_end_matches(['m', 'h', 'd']);
        if digits.len() + 1 != text.len() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RULE);
        }
        let count: u64 = digits.parse().map_err(|_| RULE)?;
        let every = Duration::from_secs(count.saturating_mul(unit));
        if (CLOSEST..=LONGEST).contains(&every) { Ok(Self::Every(every)) } else { Err(RULE) }
    }

    /// Reads `cron`.
    ///
    /// # Errors
    /// When it is none, never comes, or comes more often than [`CLOSEST`].
    pub fn cron(text: &str) -> Result<Self, Invalid> {
        let cron: Cron = text.parse()?;
        if u64::from(cron.closest()) * 60 < CLOSEST.as_secs() {
            return Err(Invalid("it comes more often than every 5 minutes"));
        }
        if cron.next(Timestamp(0), &TimeZone::UTC).is_none() {
            return Err(Invalid("it never comes"));
        }
        Ok(Self::Cron(cron))
    }

    /// The first time after `now`. Of a pause: counted from the time that came last, so that a late call moves nothing; what was
    /// missed meanwhile is left out. `None`: it never comes.
    #[must_use]
    pub fn next(&self, last: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Cron(cron) => cron.next(now, zone),
            Self::Every(every) => {
                let pause = i64::try_from(every.as_millis()).ok()?.max(1);
                let missed = now.0.saturating_sub(last.0).max(0) / pause;
                Some(Timestamp(last.0.saturating_add(pause.saturating_mul(missed + 1))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_five_minutes_to_a_month() {
        for (text, seconds) in [("5m", 300), ("90m", 5400), ("2h", 7200), ("31d", 31 * 86400)] {
            assert_eq!(Rhythm::every(text), Ok(Rhythm::Every(Duration::from_secs(seconds))), "{text}");
        }
        for wrong in ["", "m", "4m", "1s", "300", "5mm", "-5m", "5 m", "32d", "99999999999999999999d", "5M", "5ü"] {
            assert!(Rhythm::every(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cron_comes_at_most_every_five_minutes_and_at_some_time() {
        assert!(Rhythm::cron("*/5 * * * *").is_ok());
        for wrong in ["* * * * *", "*/4 * * * *", "0 0 31 2 *", "never"] {
            assert!(Rhythm::cron(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_missed_is_left_out_and_a_late_call_moves_nothing() {
        let rhythm = Rhythm::every("5m").unwrap();
        let next = |last, now| rhythm.next(Timestamp(last), Timestamp(now), &TimeZone::UTC).unwrap().0;
        assert_eq!(next(0, 0), 300_000);
        assert_eq!(next(0, 20_000), 300_000);
        assert_eq!(next(0, 3_000_001), 3_300_000);
    }
}
