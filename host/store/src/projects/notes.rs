//! Notes of reviewers on a version.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, NoteId, ProjectVersionId},
    review::{Severity, State, Target, Track},
};

use super::reviews::Stored;
use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all},
};

/// What a reviewer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// In which round.
    pub round: i64,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub target: Target,
    /// What.
    pub body: String,
    /// Who wrote it.
    pub author: AccountId,
    /// Its place was the same in an earlier round: it could have been said then.
    pub omission: bool,
    /// When.
    pub created_at: Timestamp,
    /// When a reviewer found it done.
    pub settled_at: Option<Timestamp>,
}

impl Note {
    /// It stands against approval.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Blocker && self.settled_at.is_none()
    }
}

#[derive(sqlx::FromRow)]
struct NoteSql {
    id: String,
    round: i64,
    severity: String,
    target: String,
    body: String,
    author: String,
    omission: i64,
    created_at: i64,
    settled_at: Option<i64>,
}

impl TryFrom<NoteSql> for Note {
    type Error = StoreError;
    fn try_from(row: NoteSql) -> Result<Self, StoreError> {
        let at = At::new("review_notes", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            round: row.round,
            severity: at.parse("severity", &row.severity)?,
            target: at.json("target", &row.target)?,
            author: at.parse("author", &row.author)?,
            omission: row.omission == 1,
            created_at: Timestamp(row.created_at),
            settled_at: row.settled_at.map(Timestamp),
            body: row.body,
        })
    }
}

/// Writes a note down.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown version or account.
pub async fn insert(tx: &mut Tx, version: ProjectVersionId, track: Track, note: &Note) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO review_notes (id, version_id, track, round, severity, target, body, author, omission, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let target = serde_json::to_string(&note.target)?;
    execute!(
        tx,
        sql,
        note.id,
        version,
        track,
        note.round,
        note.severity,
        target,
        &note.body,
        note.author,
        note.omission,
        note.created_at
    )
    .map(drop)
}

/// The notes on a track of a version, in the order in which they were written.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, version: ProjectVersionId, track: Track) -> Result<Vec<Note>, StoreError> {
    let sql = "SELECT id, round, severity, target, body, author, omission, created_at, settled_at FROM review_notes
               WHERE version_id = $1 AND track = $2 ORDER BY id";
    all(fetch_all!(conn, NoteSql, sql, version, track)?)
}

/// The notes that the publisher is told: what is written while a round goes on is the reviewers' own until they decide.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn told(conn: &mut Conn, version: ProjectVersionId, stored: &Stored) -> Result<Vec<Note>, StoreError> {
    let waits = stored.review.state() == State::InReview;
    let mut notes = list(conn, version, stored.review.track()).await?;
    notes.retain(|note| !waits || note.round < stored.round);
    Ok(notes)
}

/// Notes that what a note asked for is done.
///
/// # Errors
/// [`StoreError::NotFound`] unless the track of the version has it, and it is open.
pub async fn settle(
    tx: &mut Tx,
    version: ProjectVersionId,
    track: Track,
    id: NoteId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE review_notes SET settled_at = $4
               WHERE version_id = $1 AND track = $2 AND id = $3 AND settled_at IS NULL";
    match execute!(tx, sql, version, track, id, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("note")),
    }
}

/// Takes that back.
///
/// # Errors
/// [`StoreError::NotFound`] unless the track of the version has it, and it is settled.
pub async fn reopen(tx: &mut Tx, version: ProjectVersionId, track: Track, id: NoteId) -> Result<(), StoreError> {
    let sql = "UPDATE review_notes SET settled_at = NULL
               WHERE version_id = $1 AND track = $2 AND id = $3 AND settled_at IS NOT NULL";
    match execute!(tx, sql, version, track, id)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("note")),
    }
}
