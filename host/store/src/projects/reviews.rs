//! Where both reviews of a version stand, the queues of the platform's people, and how long reviews take.

use std::collections::{BTreeMap, HashMap};

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug, Version},
    clock::Timestamp,
    ids::{AccountId, ProjectVersionId},
    localized::Localized,
    review::{Review, Standing, Track},
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one},
};

/// Of so many reviews that ended last it is told how long they took.
const RECENT: u32 = 20;

/// A review as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// The state machine.
    pub review: Review,
    /// Rises with each change; for compare-and-set.
    pub rev: i64,
    /// How often it was handed in.
    pub round: i64,
    /// Since when it is in review.
    pub submitted_at: Option<Timestamp>,
    /// Who approved it already, where two have to.
    pub first_approval: Option<AccountId>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Both reviews of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Both {
    /// Of its package.
    pub technical: Stored,
    /// Of its listing.
    pub marketplace: Stored,
}

impl Both {
    /// One of them.
    #[must_use]
    pub fn of(&self, track: Track) -> &Stored {
        match track {
            Track::Technical => &self.technical,
            Track::Marketplace => &self.marketplace,
        }
    }

    /// What customers see.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing::of(self.technical.review.state(), self.marketplace.review.state())
    }
}

#[derive(sqlx::FromRow)]
struct ReviewSql {
    version_id: String,
    track: String,
    state: String,
    rev: i64,
    round: i64,
    submitted_at: Option<i64>,
    first_approval: Option<String>,
    changed_at: i64,
}

impl TryFrom<ReviewSql> for Stored {
    type Error = StoreError;
    fn try_from(row: ReviewSql) -> Result<Self, StoreError> {
        let at = At::new("version_reviews", &row.version_id);
        Ok(Self {
            review: Review::from_stored(at.parse("track", &row.track)?, at.parse("state", &row.state)?),
            rev: row.rev,
            round: row.round,
            submitted_at: row.submitted_at.map(Timestamp),
            first_approval: at.parse_some("first_approval", row.first_approval.as_deref())?,
            changed_at: Timestamp(row.changed_at),
        })
    }
}

/// Both reviews of a version.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown version.
pub async fn both(conn: &mut Conn, version: ProjectVersionId) -> Result<Both, StoreError> {
    let rows: Vec<Stored> =
        all(fetch_all!(conn, ReviewSql, "SELECT * FROM version_reviews WHERE version_id = $1", version)?)?;
    let of = |track| rows.iter().find(|row| row.review.track() == track).copied();
    match (of(Track::Technical), of(Track::Marketplace)) {
        (Some(technical), Some(marketplace)) => Ok(Both { technical, marketplace }),
        _ => Err(StoreError::NotFound("version")),
    }
}

/// Both reviews of each version of a project.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn of_project(conn: &mut Conn, project: &AddonId) -> Result<HashMap<ProjectVersionId, Both>, StoreError> {
    let sql = "SELECT r.* FROM version_reviews r JOIN project_versions v ON v.id = r.version_id WHERE v.project = $1";
    let mut found: HashMap<ProjectVersionId, [Option<Stored>; 2]> = HashMap::new();
    for row in fetch_all!(conn, ReviewSql, sql, project)? {
        let id = At::new("version_reviews", &row.version_id).parse("version_id", &row.version_id)?;
        let stored = Stored::try_from(row)?;
        let [technical, marketplace] = found.entry(id).or_default();
        match stored.review.track() {
            Track::Technical => *technical = Some(stored),
            Track::Marketplace => *marketplace = Some(stored),
        }
    }
    let both = |(id, both): (ProjectVersionId, [Option<Stored>; 2])| {
        let [technical, marketplace] = both;
        Some((id, Both { technical: technical?, marketplace: marketplace? }))
    };
    Ok(found.into_iter().filter_map(both).collect())
}

/// What customers see of the newest version of each project of a publisher that has one.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn standings(conn: &mut Conn, publisher: &PublisherSlug) -> Result<BTreeMap<AddonId, Standing>, StoreError> {
    let sql = "SELECT p.id, t.state, m.state FROM projects p
               JOIN version_reviews t ON t.track = 'technical'
                   AND t.version_id = (SELECT MAX(v.id) FROM project_versions v WHERE v.project = p.id)
               JOIN version_reviews m ON m.track = 'marketplace' AND m.version_id = t.version_id
               WHERE p.publisher = $1";
    let rows = fetch_all!(conn, (String, String, String), sql, publisher)?;
    let standing = |(id, technical, marketplace): &(String, String, String)| -> Result<_, StoreError> {
        let at = At::new("version_reviews", id);
        let standing = Standing::of(at.parse("state", technical)?, at.parse("state", marketplace)?);
        Ok((at.parse("project", id)?, standing))
    };
    rows.iter().map(standing).collect()
}

/// Saves a review that was changed since it was read; `stored.rev` is the one that was read.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else was faster.
pub async fn save(tx: &mut Tx, version: ProjectVersionId, stored: &Stored, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE version_reviews SET state = $3, rev = rev + 1, round = $4, submitted_at = $5, first_approval = $6,
                      changed_at = $7 WHERE version_id = $1 AND track = $2 AND rev = $8";
    let review = stored.review;
    let changed = execute!(
        tx,
        sql,
        version,
        review.track(),
        review.state(),
        stored.round,
        stored.submitted_at,
        stored.first_approval,
        now,
        stored.rev
    )?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale("the review")) }
}

/// A version that waits for its review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Which.
    pub version: ProjectVersionId,
    /// Of which project.
    pub project: AddonId,
    /// What that is called.
    pub names: Localized,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// Its publisher's name.
    pub publisher: String,
    /// Its release.
    pub number: Version,
    /// How often it was handed in.
    pub round: i64,
    /// Since when it waits.
    pub submitted_at: Timestamp,
    /// One of two has approved it.
    pub half_approved: bool,
}

#[derive(sqlx::FromRow)]
struct QueuedSql {
    id: String,
    project: String,
    names: String,
    kind: String,
    publisher: String,
    version: String,
    round: i64,
    submitted_at: i64,
    first_approval: Option<String>,
}

impl TryFrom<QueuedSql> for Queued {
    type Error = StoreError;
    fn try_from(row: QueuedSql) -> Result<Self, StoreError> {
        let at = At::new("version_reviews", &row.id);
        Ok(Self {
            version: at.parse("version_id", &row.id)?,
            project: at.parse("project", &row.project)?,
            names: at.json("names", &row.names)?,
            kind: at.parse("kind", &row.kind)?,
            number: at.parse("version", &row.version)?,
            round: row.round,
            submitted_at: Timestamp(row.submitted_at),
            half_approved: row.first_approval.is_some(),
            publisher: row.publisher,
        })
    }
}

/// What waits for a review, who waits longest first; at most `limit`.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn queue(conn: &mut Conn, track: Track, limit: u32) -> Result<Vec<Queued>, StoreError> {
    let sql = "SELECT v.id, v.project, p.names, p.kind, o.name AS publisher, v.version, r.round, r.submitted_at, r.first_approval
               FROM version_reviews r
               JOIN project_versions v ON v.id = r.version_id
               JOIN projects p ON p.id = v.project
               JOIN publishers o ON o.slug = p.publisher
               WHERE r.track = $1 AND r.state = 'in-review' ORDER BY r.submitted_at, r.version_id LIMIT $2";
    all(fetch_all!(conn, QueuedSql, sql, track, limit)?)
}

/// The place in the queue of what waits since then, from 1.
///
/// # Errors
/// When the database fails.
pub async fn place(
    conn: &mut Conn,
    track: Track,
    version: ProjectVersionId,
    submitted_at: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM version_reviews WHERE track = $1 AND state = 'in-review'
               AND (submitted_at < $2 OR (submitted_at = $2 AND version_id < $3))";
    Ok(fetch_one!(conn, (i64,), sql, track, submitted_at, version)?.0 + 1)
}

/// How long the reviews took that were decided last, in milliseconds: the median. `None` when there was none yet.
///
/// # Errors
/// When the database fails.
pub async fn usual_time(conn: &mut Conn, track: Track) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT decided_at - submitted_at FROM review_rounds
               WHERE track = $1 AND outcome IN ('approved', 'rejected') ORDER BY decided_at DESC LIMIT $2";
    let mut times: Vec<i64> = fetch_all!(conn, (i64,), sql, track, RECENT)?.into_iter().map(|(time,)| time).collect();
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied();
    let middle = times.len() / 2;
    Ok(match times.len() % 2 {
        0 => middle.checked_sub(1).and_then(at).zip(at(middle)).map(|(one, other)| one.midpoint(other)),
        _ => at(middle),
    })
}
