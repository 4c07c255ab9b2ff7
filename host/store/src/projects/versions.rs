//! Versions of projects: the draft, its package once there is one, and what checking that found.

use annex_domain::{
    addon::{AddonId, Digest, PublisherSlug, Version},
    clock::Timestamp,
    ids::ProjectVersionId,
    listing_draft::ListingDraft,
    review::Track,
};

use super::Project;
use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// The most bytes that a draft has as JSON.
pub const MOST_BYTES: usize = 200_000;

/// A package of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its release.
    pub version: Version,
    /// Of its bytes.
    pub digest: Digest,
    /// How many blockers the automatic check found; none: it was not checked yet.
    pub blockers: Option<u32>,
}

/// A version of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectVersion {
    /// Its id, from the first draft on.
    pub id: ProjectVersionId,
    /// Of which project.
    pub project: AddonId,
    /// What was uploaded last.
    pub package: Option<Package>,
    /// What is written about it.
    pub draft: ListingDraft,
    /// Rises with each change of the draft or the package.
    pub draft_rev: i64,
    /// Icon and plans may change though the project was published before.
    pub unlocked: bool,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the draft or the package last changed.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct VersionSql {
    id: String,
    project: String,
    version: Option<String>,
    package_digest: Option<String>,
    draft: String,
    draft_rev: i64,
    unlocked: i64,
    checked_digest: Option<String>,
    blockers: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<VersionSql> for ProjectVersion {
    type Error = StoreError;
    fn try_from(row: VersionSql) -> Result<Self, StoreError> {
        let at = At::new("project_versions", &row.id);
        let checked = row.blockers.filter(|_| row.checked_digest == row.package_digest);
        let package = match (row.version.as_deref(), row.package_digest.as_deref()) {
            (Some(version), Some(digest)) => Some(Package {
                version: at.parse("version", version)?,
                digest: at.parse("package_digest", digest)?,
                blockers: checked.map(|count| at.number("blockers", count)).transpose()?,
            }),
            _ => None,
        };
        Ok(Self {
            id: at.parse("id", &row.id)?,
            project: at.parse("project", &row.project)?,
            package,
            draft: at.json("draft", &row.draft)?,
            draft_rev: row.draft_rev,
            unlocked: row.unlocked == 1,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }
}

fn json(draft: &ListingDraft) -> Result<String, StoreError> {
    let json = serde_json::to_string(draft)?;
    if json.len() > MOST_BYTES {
        return Err(StoreError::Invalid { field: "draft", problem: "has more than 200000 bytes" });
    }
    Ok(json)
}

/// Begins a version of a project, with both of its reviews.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown project; [`StoreError::Invalid`] for a draft that is too large.
pub async fn insert(
    tx: &mut Tx,
    project: &AddonId,
    draft: &ListingDraft,
    now: Timestamp,
) -> Result<ProjectVersionId, StoreError> {
    let id = ProjectVersionId::new();
    let sql = "INSERT INTO project_versions (id, project, draft, draft_rev, unlocked, created_at, updated_at)
               VALUES ($1, $2, $3, 1, 0, $4, $4)";
    execute!(tx, sql, id, project, json(draft)?, now)?;
    for track in Track::ALL {
        let sql = "INSERT INTO version_reviews (version_id, track, state, rev, round, changed_at)
                   VALUES ($1, $2, 'draft', 1, 0, $3)";
        execute!(tx, sql, id, track, now)?;
    }
    Ok(id)
}

/// A version of a publisher's project.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(
    conn: &mut Conn,
    publisher: &PublisherSlug,
    project: &AddonId,
    id: ProjectVersionId,
) -> Result<ProjectVersion, StoreError> {
    let sql = "SELECT v.* FROM project_versions v JOIN projects p ON p.id = v.project
               WHERE p.publisher = $1 AND v.project = $2 AND v.id = $3";
    fetch_optional!(conn, VersionSql, sql, publisher, project, id)?.ok_or(StoreError::NotFound("version"))?.try_into()
}

/// A version of anybody's project, with the project: for the platform's people.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn of_anybody(conn: &mut Conn, id: ProjectVersionId) -> Result<(Project, ProjectVersion), StoreError> {
    let row = fetch_optional!(conn, VersionSql, "SELECT * FROM project_versions WHERE id = $1", id)?;
    let version: ProjectVersion = row.ok_or(StoreError::NotFound("version"))?.try_into()?;
    let project = super::of_anybody(conn, &version.project).await?;
    Ok((project, version))
}

/// The versions of a project, the newest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(
    conn: &mut Conn,
    publisher: &PublisherSlug,
    project: &AddonId,
) -> Result<Vec<ProjectVersion>, StoreError> {
    let sql = "SELECT v.* FROM project_versions v JOIN projects p ON p.id = v.project
               WHERE p.publisher = $1 AND v.project = $2 ORDER BY v.id DESC";
    all(fetch_all!(conn, VersionSql, sql, publisher, project)?)
}

/// Saves the draft, and answers its new number, when it is still as the writer has seen it.
///
/// # Errors
/// [`StoreError::Stale`]; [`StoreError::Invalid`] for a draft that is too large.
pub async fn save_draft(
    tx: &mut Tx,
    id: ProjectVersionId,
    seen: i64,
    draft: &ListingDraft,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "UPDATE project_versions SET draft = $3, draft_rev = draft_rev + 1, updated_at = $4
               WHERE id = $1 AND draft_rev = $2 RETURNING draft_rev";
    let saved = fetch_optional!(tx, (i64,), sql, id, seen, json(draft)?, now)?;
    saved.map(|(rev,)| rev).ok_or(StoreError::Stale("the draft"))
}

/// Puts a package in, in the place of the one before, and what the draft takes over from it.
///
/// # Errors
/// [`StoreError::Taken`] when another version of the project has this number; [`StoreError::NotFound`].
pub async fn set_package(
    tx: &mut Tx,
    id: ProjectVersionId,
    version: &Version,
    digest: &Digest,
    draft: &ListingDraft,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE project_versions
               SET version = $2, package_digest = $3, draft = $4, draft_rev = draft_rev + 1, updated_at = $5 WHERE id = $1";
    let changed = execute!(tx, sql, id, version, digest, json(draft)?, now)
        .map_err(|error| error.on("project_versions_project_version_key", "the version"))?;
    found(changed)
}

/// Lets icon and plans of a version change, or no more.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_unlocked(tx: &mut Tx, id: ProjectVersionId, unlocked: bool) -> Result<(), StoreError> {
    found(execute!(tx, "UPDATE project_versions SET unlocked = $2 WHERE id = $1", id, unlocked)?)
}

/// Notes what checking a package found. Nothing happens when no version has it any more.
///
/// # Errors
/// When the database fails.
pub async fn set_checked(tx: &mut Tx, project: &AddonId, digest: &Digest, blockers: u32) -> Result<(), StoreError> {
    let sql =
        "UPDATE project_versions SET checked_digest = $2, blockers = $3 WHERE project = $1 AND package_digest = $2";
    execute!(tx, sql, project, digest, blockers).map(drop)
}

fn found(affected: u64) -> Result<(), StoreError> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("version")) }
}
