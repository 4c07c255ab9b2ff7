//! When a declined month is tried again by itself.

use std::time::Duration;

use annex_domain::clock::Timestamp;

const DAY: Duration = Duration::from_hours(24);
/// Days after it was declined, all of them within the days of grace.
pub const RETRIES: [u32; 6] = [1, 3, 5, 7, 10, 13];
/// So many days before the end of the grace the payer is told of it, whatever the tries come to.
pub const WARNED: u32 = 2;

/// The next try of a month that is due since `since`, after `now`: days that went by without a try are left out.
#[must_use]
pub fn next_try(since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    RETRIES.into_iter().map(|days| since.after(DAY * days)).find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entitlement::GRACE;

    #[test]
    fn each_day_is_tried_once_and_missed_days_are_left_out() {
        let since = Timestamp(1_000);
        let (mut now, mut days) = (since, Vec::new());
        while let Some(next) = next_try(since, now) {
            days.push(next.since(since).as_secs() / 86_400);
            now = next;
        }
        assert_eq!(days, [1, 3, 5, 7, 10, 13]);
        assert_eq!(next_try(since, since.after(DAY * 6)), Some(since.after(DAY * 7)));
        assert_eq!(next_try(since, since.after(GRACE)), None);
        assert!(RETRIES.iter().all(|days| DAY * *days < GRACE) && DAY * WARNED < GRACE);
    }
}
