//! Projects: the add-ons that a publisher works on, their versions with drafts, and the reviews of those.
//!
//! Members look things up with their publisher; the platform's people review those of all publishers, and find them by the id of
//! the version.

pub mod notes;
pub mod reviews;
pub mod rounds;
pub mod versions;

#[cfg(test)]
mod tests;

use annex_domain::{
    addon::{AddonId, Kind, PublisherSlug},
    clock::Timestamp,
    localized::Localized,
};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// An add-on that a publisher works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The add-on's id.
    pub id: AddonId,
    /// Whose.
    pub publisher: PublisherSlug,
    /// Plugin, channel or language.
    pub kind: Kind,
    /// What it is called. Its listing needs texts in these languages.
    pub names: Localized,
    /// Since when.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ProjectSql {
    id: String,
    publisher: String,
    kind: String,
    names: String,
    created_at: i64,
}

impl TryFrom<ProjectSql> for Project {
    type Error = StoreError;
    fn try_from(row: ProjectSql) -> Result<Self, StoreError> {
        let at = At::new("projects", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            publisher: at.parse("publisher", &row.publisher)?,
            kind: at.parse("kind", &row.kind)?,
            names: at.json("names", &row.names)?,
            created_at: Timestamp(row.created_at),
        })
    }
}

/// Makes a project of the publisher that its id names.
///
/// # Errors
/// [`StoreError::Taken`] when it exists; [`StoreError::Reference`] for an unknown publisher.
pub async fn create(
    tx: &mut Tx,
    id: &AddonId,
    kind: Kind,
    names: &Localized,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO projects (id, publisher, kind, names, created_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (id) DO NOTHING";
    match execute!(tx, sql, id, &id.publisher(), kind, serde_json::to_string(names)?, now)? {
        1 => Ok(()),
        _ => Err(StoreError::Taken("the project")),
    }
}

/// A project of a publisher.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, publisher: &PublisherSlug, id: &AddonId) -> Result<Project, StoreError> {
    fetch_optional!(conn, ProjectSql, "SELECT * FROM projects WHERE publisher = $1 AND id = $2", publisher, id)?
        .ok_or(StoreError::NotFound("project"))?
        .try_into()
}

/// A project of whichever publisher has it.
async fn of_anybody(conn: &mut Conn, id: &AddonId) -> Result<Project, StoreError> {
    fetch_optional!(conn, ProjectSql, "SELECT * FROM projects WHERE id = $1", id)?
        .ok_or(StoreError::NotFound("project"))?
        .try_into()
}

/// Makes the project of an add-on another publisher's. Nothing happens where the add-on has none.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown publisher.
pub async fn hand_over(tx: &mut Tx, id: &AddonId, to: &PublisherSlug) -> Result<(), StoreError> {
    execute!(tx, "UPDATE projects SET publisher = $2 WHERE id = $1", id, to).map(drop)
}

/// Deletes a project with its versions and all that was written about them. What the catalog has of it stays there.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, id: &AddonId) -> Result<(), StoreError> {
    let of_versions = [
        "DELETE FROM review_notes WHERE version_id IN (SELECT id FROM project_versions WHERE project = $1)",
        "DELETE FROM review_rounds WHERE version_id IN (SELECT id FROM project_versions WHERE project = $1)",
        "DELETE FROM version_reviews WHERE version_id IN (SELECT id FROM project_versions WHERE project = $1)",
    ];
    for sql in of_versions {
        execute!(tx, sql, id)?;
    }
    execute!(tx, "DELETE FROM project_versions WHERE project = $1", id)?;
    execute!(tx, "DELETE FROM projects WHERE id = $1", id).map(drop)
}

/// All projects of a publisher, by id.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<Project>, StoreError> {
    all(fetch_all!(conn, ProjectSql, "SELECT * FROM projects WHERE publisher = $1 ORDER BY id", publisher)?)
}
