//! When an event that did not arrive is posted again: soon at first, then less and less often, for three days.

use std::time::Duration;

use crate::clock::Timestamp;

/// How long an event is tried, from when it was put in line.
pub const PATIENCE: Duration = Duration::from_hours(72);
/// The longest pause that a service may ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(24);
/// Seconds after each try; the last pause stays.
const PAUSES: [u64; 10] = [5, 30, 120, 300, 900, 1800, 3600, 7200, 14_400, 21_600];

/// When to post again what has failed `tries` times, as a service may have asked for with `Retry-After`. `None`: it is given up.
/// `dice` spreads those that failed together over a fifth of the pause.
///
/// The end of [`PATIENCE`] is tried itself, so a service that comes back in the third night misses nothing.
#[must_use]
pub fn next_try(
    tries: u32,
    in_line_since: Timestamp,
    now: Timestamp,
    asked: Option<Duration>,
    dice: u8,
) -> Option<Timestamp> {
    let end = in_line_since.after(PATIENCE);
    if now >= end {
        return None;
    }
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let pause = Duration::from_secs(PAUSES.get(index).copied().unwrap_or_default());
    let pause = pause + pause / 5 * u32::from(dice) / u32::from(u8::MAX);
    let own = now.after(pause).min(end);
    Some(asked.map_or(own, |asked| own.max(now.after(asked.min(LONGEST_ASKED)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn pauses_grow_and_end_after_three_days() {
        for dice in [0, 128, 255] {
            let (mut now, mut tries, mut pauses) = (BEGUN, 0, Vec::new());
            loop {
                tries += 1;
                let Some(next) = next_try(tries, BEGUN, now, None, dice) else { break };
                pauses.push(next.since(now));
                now = next;
            }
            assert_eq!(now, BEGUN.after(PATIENCE), "the end is tried");
            assert!((19..=21).contains(&tries), "{tries}");
            assert!(pauses.windows(2).take(10).all(|pair| pair[0] <= pair[1]), "{pauses:?}");
        }
        let (least, most) = (next_try(3, BEGUN, BEGUN, None, 0), next_try(3, BEGUN, BEGUN, None, 255));
        assert_eq!(least, Some(BEGUN.after(Duration::from_secs(120))));
        assert_eq!(most, Some(BEGUN.after(Duration::from_secs(144))));
    }

    #[test]
    fn who_asks_for_a_pause_gets_it_up_to_a_day() {
        let asked = |pause| next_try(1, BEGUN, BEGUN, Some(pause), 0).unwrap().since(BEGUN);
        assert_eq!(asked(Duration::from_secs(1)), Duration::from_secs(5), "not sooner than by itself");
        assert_eq!(asked(Duration::from_secs(600)), Duration::from_secs(600));
        assert_eq!(asked(Duration::from_hours(48)), Duration::from_hours(24));
    }
}
