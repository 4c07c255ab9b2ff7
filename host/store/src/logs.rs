//! Lines that add-ons and the host wrote about an installation: capped by number and by age.

pub use annex_domain::log::Level;
use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, InstallationId},
};

use crate::{
    Conn, Result, Signal, StoreError, Tx,
    db::query::{At, all, execute, fetch_all},
};

/// How many lines each installation keeps.
pub const LINES_KEPT: u32 = 2000;

/// A line to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// In which call; `None` for the host's own lines.
    pub call: Option<CallId>,
    /// How important.
    pub level: Level,
    /// One line.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Rises with each line.
    pub id: i64,
    /// In which call; `None` for the host's own lines.
    pub call: Option<CallId>,
    /// How important.
    pub level: Level,
    /// One line.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// This level and more important ones.
    pub level: Option<Level>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// 0: 100; at most 500.
    pub limit: u32,
}

/// A page of lines, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The lines.
    pub lines: Vec<Line>,
    /// Pass it for the next page.
    pub next: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LineSql {
    id: i64,
    call_id: Option<String>,
    level: String,
    message: String,
    made_at: i64,
}

impl TryFrom<LineSql> for Line {
    type Error = StoreError;
    fn try_from(row: LineSql) -> Result<Self> {
        let id = row.id.to_string();
        let at = At::new("addon_logs", &id);
        Ok(Self {
            id: row.id,
            call: at.parse_some("call_id", row.call_id.as_deref())?,
            level: at.parse("level", &row.level)?,
            message: row.message,
            at: Timestamp(row.made_at),
        })
    }
}

/// Writes lines and keeps the newest [`LINES_KEPT`].
pub async fn append(tx: &mut Tx, desk: DeskId, installation: InstallationId, lines: &[NewLine]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    for line in lines {
        execute!(
            tx,
            "INSERT INTO addon_logs (desk_id, installation_id, call_id, level, message, made_at) VALUES ($1, $2, $3, $4, $5, $6)",
            desk,
            installation,
            line.call,
            line.level.as_str(),
            line.message.replace('\0', "\u{fffd}"),
            line.at
        )?;
    }
    execute!(
        tx,
        "DELETE FROM addon_logs WHERE desk_id = $1 AND installation_id = $2 AND id <= (SELECT id FROM addon_logs
             WHERE desk_id = $1 AND installation_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)",
        desk,
        installation,
        LINES_KEPT
    )?;
    tx.signal(Signal::Logs { desk, installation }).await
}

/// A page of lines, newest first.
///
/// # Errors
/// [`StoreError::Invalid`] for a malformed cursor; when the database fails or a row is malformed.
pub async fn page(conn: &mut Conn, desk: DeskId, installation: InstallationId, query: &Query) -> Result<Page> {
    let limit = if query.limit == 0 { 100 } else { query.limit.min(500) };
    let before = query.before.as_deref().map(str::parse::<i64>).transpose();
    let before = before.map_err(|_| StoreError::Invalid { field: "before", problem: "is not a cursor" })?;
    let lowest = query.level.unwrap_or(Level::Debug);
    let levels = Level::ALL.map(|level| if level >= lowest { level.as_str() } else { "" });
    let [debug, info, warn, error] = levels;
    let rows = fetch_all!(
        conn,
        LineSql,
        "SELECT id, call_id, level, message, made_at FROM addon_logs
         WHERE desk_id = $1 AND installation_id = $2 AND id < $3 AND level IN ($4, $5, $6, $7)
         ORDER BY id DESC LIMIT $8",
        desk,
        installation,
        before.unwrap_or(i64::MAX),
        debug,
        info,
        warn,
        error,
        limit + 1
    )?;
    let mut lines: Vec<Line> = all(rows)?;
    let more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = if more { lines.last().map(|line| line.id.to_string()) } else { None };
    Ok(Page { lines, next })
}

/// Removes lines written before `before`.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM addon_logs WHERE made_at < $1", before)
}

#[cfg(test)]
mod tests;
