//! The logs tab: what the add-on and the host wrote, newest first, by level or by call (R54).

use annex_domain::ids::{CallId, DeskId, InstallationId};
use annex_store::logs::{Level, Line, Query};

use serde::Deserialize;

use super::errors::page_error;
use crate::{error::PageError, state::AppState};

/// Lines of a page.
const LINES: u32 = 100;
/// Lines that are looked through for those of one call.
const LINES_OF_CALL: u32 = 500;

/// Which lines the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogsQuery {
    level: String,
    call: String,
    before: String,
}

/// The tab.
#[derive(Debug)]
pub(super) struct LogsTab {
    pub(super) level: Option<Level>,
    pub(super) call: Option<CallId>,
    pub(super) lines: Vec<Line>,
    pub(super) next: Option<String>,
    /// The newest lines are shown: new ones appear by themselves.
    pub(super) live: bool,
}

impl LogsTab {
    /// True for the level that is shown.
    pub(super) fn is_level(&self, level: &Level) -> bool {
        self.level == Some(*level)
    }
}

pub(super) async fn tab(
    state: &AppState,
    desk: DeskId,
    id: InstallationId,
    wanted: &LogsQuery,
) -> Result<LogsTab, PageError> {
    let level: Option<Level> = wanted.level.parse().ok();
    let call: Option<CallId> = wanted.call.parse().ok();
    let limit = if call.is_some() { LINES_OF_CALL } else { LINES };
    let before = (!wanted.before.is_empty()).then(|| wanted.before.clone());
    let page = state.lifecycle.logs(desk, id, &Query { level, before, limit }).await.map_err(page_error)?;
    let mut lines = page.lines;
    if call.is_some() {
        lines.retain(|line| line.call == call);
    }
    let live = wanted.before.is_empty() && call.is_none();
    Ok(LogsTab { level, call, live, lines, next: page.next.filter(|_| call.is_none()) })
}
