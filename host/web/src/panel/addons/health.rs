//! The health tab (R64): calls, errors, times, memory, the last error, and the last calls one by one.

use annex_domain::ids::{DeskId, InstallationId};
use annex_store::health::{Call, Health};

use super::errors::page_error;
use crate::{error::PageError, state::AppState};

/// Calls that are listed, and that the median is of.
const CALLS: u32 = 100;

/// The tab.
#[derive(Debug)]
pub(super) struct HealthTab {
    pub(super) health: Health,
    pub(super) calls: Vec<Call>,
    /// Half of the last calls took no longer than this, in microseconds.
    pub(super) median_micros: u64,
    pub(super) bars: Vec<Bar>,
}

/// An hour in the chart, in a box of 24 × 10 per bar and 40 in height.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) height: u64,
    pub(super) error_height: u64,
    pub(super) error_y: u64,
}

impl HealthTab {
    /// Errors in percent of the calls of the day.
    pub(super) fn error_rate(&self) -> u64 {
        let day = &self.health.day;
        if day.calls == 0 { 0 } else { (day.errors * 100).div_ceil(day.calls).min(100) }
    }

    /// What an error says, without the stack of calls that follows it: that is for authors, and in the logs.
    pub(super) fn first_line<'t>(&self, text: &'t str) -> &'t str {
        text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// The mean of the day.
    pub(super) fn mean_ms(&self) -> f64 {
        self.ms(&self.health.day.wall_micros_mean())
    }

    /// Milliseconds with one digit, for the translator.
    #[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
    pub(super) fn ms(&self, micros: &u64) -> f64 {
        (*micros as f64 / 100.0).round() / 10.0
    }
}

pub(super) async fn tab(state: &AppState, desk: DeskId, id: InstallationId) -> Result<HealthTab, PageError> {
    let health = state.lifecycle.health(desk, id).await.map_err(page_error)?;
    let calls = state.lifecycle.calls(desk, id, None, CALLS).await.map_err(page_error)?.calls;
    let mut times: Vec<u64> = calls.iter().map(|call| call.wall_micros).collect();
    times.sort_unstable();
    let median_micros = times.get(times.len() / 2).copied().unwrap_or(0);
    let now = annex_store::health::hour_of(state.clock.now()).0;
    let hours: Vec<_> = health.hours.iter().map(|hour| (hour.at.0, hour.totals.calls, hour.totals.errors)).collect();
    Ok(HealthTab { bars: bars(now, &hours), health, calls, median_micros })
}

/// One bar for each of the last 24 hours that had calls.
fn bars(now: i64, hours: &[(i64, u64, u64)]) -> Vec<Bar> {
    const HOUR: i64 = 3_600_000;
    const HEIGHT: u64 = 40;
    let most = hours.iter().map(|(_, calls, _)| *calls).max().unwrap_or(0).max(1);
    let bar = |(at, calls, errors): &(i64, u64, u64)| {
        let ago = usize::try_from((now - at) / HOUR).ok().filter(|ago| *ago < 24)?;
        let scaled = |count: u64| (count * HEIGHT).div_ceil(most).min(HEIGHT);
        let (height, error_height) = (scaled(*calls), scaled(*errors));
        Some(Bar { x: (23 - ago) * 10, y: HEIGHT - height, height, error_height, error_y: HEIGHT - error_height })
    };
    hours.iter().filter_map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fit_their_box_and_old_hours_are_left_out() {
        let hour = 3_600_000;
        let bars = bars(100 * hour, &[(100 * hour, 10, 1), (99 * hour, 5, 0), (50 * hour, 99, 0)]);
        assert_eq!(bars.len(), 2);
        assert_eq!(bars[0].x, 230);
        assert!(bars.iter().all(|bar| bar.y + bar.height == 40));
        assert!(bars[0].error_height >= 1, "a single error is seen");
    }
}
