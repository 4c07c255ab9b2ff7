//! Rounds of reviews: what was handed in, as it was, and how that ended. What follows is compared with it.

use annex_domain::{
    addon::{AddonId, Digest, Version},
    clock::Timestamp,
    ids::{AccountId, ProjectVersionId},
    listing_draft::ListingDraft,
    review::{Outcome, Track},
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// What was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The version of the package.
    pub version: Version,
    /// Of its bytes.
    pub digest: Digest,
    /// What was written about it.
    pub draft: ListingDraft,
    /// Who handed it in.
    pub submitted_by: AccountId,
    /// When.
    pub submitted_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct RoundSql {
    version_id: String,
    version: String,
    package_digest: String,
    draft: String,
    submitted_by: String,
    submitted_at: i64,
}

impl TryFrom<RoundSql> for Round {
    type Error = StoreError;
    fn try_from(row: RoundSql) -> Result<Self, StoreError> {
        let at = At::new("review_rounds", &row.version_id);
        Ok(Self {
            version: at.parse("version", &row.version)?,
            digest: at.parse("package_digest", &row.package_digest)?,
            draft: at.json("draft", &row.draft)?,
            submitted_by: at.parse("submitted_by", &row.submitted_by)?,
            submitted_at: Timestamp(row.submitted_at),
        })
    }
}

/// Writes down what is handed in, as the round of this number, with who belongs to the publisher: its lock is held.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown version or account.
pub async fn open(
    tx: &mut Tx,
    id: ProjectVersionId,
    track: Track,
    number: i64,
    round: &Round,
) -> Result<(), StoreError> {
    let sql = "SELECT m.account_id FROM publisher_members m
               JOIN projects p ON p.publisher = m.publisher
               JOIN project_versions v ON v.project = p.id WHERE v.id = $1 ORDER BY m.account_id";
    let members: Vec<String> = fetch_all!(tx, (String,), sql, id)?.into_iter().map(|(account,)| account).collect();
    let sql = "INSERT INTO review_rounds
                   (version_id, track, round, version, package_digest, draft, submitted_by, submitted_at, members)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (draft, members) = (serde_json::to_string(&round.draft)?, serde_json::to_string(&members)?);
    let Round { version, digest, submitted_by, submitted_at, .. } = round;
    execute!(tx, sql, id, track, number, version, digest, draft, *submitted_by, *submitted_at, members).map(drop)
}

/// True for who handed a version in, for either track, or belonged to its publisher when somebody did.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn took_part(conn: &mut Conn, id: ProjectVersionId, account: AccountId) -> Result<bool, StoreError> {
    let sql = "SELECT submitted_by, members FROM review_rounds WHERE version_id = $1";
    let (at, account) = (id.to_string(), account.to_string());
    for (submitted_by, members) in fetch_all!(conn, (String, Option<String>), sql, id)? {
        let members: Vec<String> = match members {
            Some(members) => At::new("review_rounds", &at).json("members", &members)?,
            None => Vec::new(),
        };
        if submitted_by == account || members.contains(&account) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the round of this number.
///
/// # Errors
/// [`StoreError::Stale`] when it has ended.
pub async fn close(
    tx: &mut Tx,
    id: ProjectVersionId,
    track: Track,
    number: i64,
    outcome: Outcome,
    by: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE review_rounds SET outcome = $4, decided_by = $5, decided_at = $6
               WHERE version_id = $1 AND track = $2 AND round = $3 AND outcome IS NULL";
    match execute!(tx, sql, id, track, number, outcome, by, now)? {
        1 => Ok(()),
        _ => Err(StoreError::Stale("the review")),
    }
}

/// What was handed in, in a round of a version.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn get(
    conn: &mut Conn,
    id: ProjectVersionId,
    track: Track,
    number: i64,
) -> Result<Option<Round>, StoreError> {
    let sql = "SELECT version_id, version, package_digest, draft, submitted_by, submitted_at FROM review_rounds
               WHERE version_id = $1 AND track = $2 AND round = $3";
    fetch_optional!(conn, RoundSql, sql, id, track, number)?.map(TryInto::try_into).transpose()
}

/// What was approved last of a project in a track.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn last_approved(conn: &mut Conn, project: &AddonId, track: Track) -> Result<Option<Round>, StoreError> {
    let sql = "SELECT r.version_id, r.version, r.package_digest, r.draft, r.submitted_by, r.submitted_at
               FROM review_rounds r JOIN project_versions v ON v.id = r.version_id
               WHERE v.project = $1 AND r.track = $2 AND r.outcome = 'approved' ORDER BY r.decided_at DESC, r.version_id DESC LIMIT 1";
    fetch_optional!(conn, RoundSql, sql, project, track)?.map(TryInto::try_into).transpose()
}

/// What is published of a project's newest version of which something is: made available, or advertised. Where another package came
/// after its listing was advertised: that one.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn last_published(conn: &mut Conn, project: &AddonId) -> Result<Option<Round>, StoreError> {
    let sql = "SELECT r.version_id, r.version, r.package_digest, r.draft, r.submitted_by, r.submitted_at
               FROM review_rounds r
               JOIN project_versions v ON v.id = r.version_id
               JOIN version_reviews s ON s.version_id = r.version_id AND s.track = r.track
               WHERE v.project = $1 AND r.outcome = 'approved' AND s.state IN ('available', 'advertised')
               ORDER BY r.version_id DESC, r.decided_at DESC, r.track DESC LIMIT 1";
    fetch_optional!(conn, RoundSql, sql, project)?.map(TryInto::try_into).transpose()
}

/// What was rejected last of a version in a track.
///
/// # Errors
/// When the database fails or the row is malformed.
pub async fn last_rejected(conn: &mut Conn, id: ProjectVersionId, track: Track) -> Result<Option<Round>, StoreError> {
    let sql = "SELECT version_id, version, package_digest, draft, submitted_by, submitted_at FROM review_rounds
               WHERE version_id = $1 AND track = $2 AND outcome = 'rejected' ORDER BY round DESC LIMIT 1";
    fetch_optional!(conn, RoundSql, sql, id, track)?.map(TryInto::try_into).transpose()
}
