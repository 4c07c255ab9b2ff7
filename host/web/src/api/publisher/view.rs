//! Versions and their reviews as programs of publishers read them.

use annex_domain::{ids::ProjectVersionId, listing_draft::ListingDraft, review::Track};
use annex_store::{
    Conn, catalog,
    projects::{
        notes::{self, Note},
        reviews,
        versions::ProjectVersion,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    problem::{Problem, ProblemField},
    reports::Report,
};

/// A version of a project.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Version {
    pub(super) id: String,
    #[schema(example = "acme.notes")]
    pub(super) project: String,
    /// Of its package; null before there is one.
    pub(super) version: Option<String>,
    /// SHA-256 of its package.
    pub(super) package_digest: Option<String>,
    /// In the catalog: `available`, `yanked` or `blocked`; null before there is a package.
    pub(super) status: Option<&'static str>,
    /// Both reviews together: `draft`, `under-review` or `published`.
    pub(super) standing: &'static str,
    pub(super) technical: Review,
    pub(super) marketplace: Review,
}

/// Where a review stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    /// `draft`, `in-review`, `approved`, `rejected`, `available` or `advertised`.
    pub(super) state: &'static str,
    /// How often it was submitted.
    pub(super) round: i64,
    /// While it waits: its place in the queue, from 1.
    pub(super) place: Option<i64>,
    /// How long the last reviews took, in milliseconds: the median.
    pub(super) usual_time: Option<i64>,
    /// What reviewers wrote; of a round that goes on it is told once they decide.
    pub(super) notes: Vec<ReviewNote>,
}

/// A note of a reviewer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewNote {
    pub(super) id: String,
    /// `blocker` or `suggestion`.
    pub(super) severity: &'static str,
    /// `at` is `whole`, `field`, `line` or `node`.
    #[schema(value_type = Object)]
    pub(super) target: serde_json::Value,
    pub(super) body: String,
    pub(super) settled: bool,
    /// Its place was the same in an earlier round.
    pub(super) omission: bool,
}

/// An item of the checklist, and how it stands with it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Requirement {
    #[schema(example = "single-sign-on")]
    pub(super) item: &'static str,
    /// `met`: the package shows it; `confirmed`: you say so; `missing`: the marketplace does not take it so.
    pub(super) standing: &'static str,
}

/// A version with its draft and what stands against submitting it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FullVersion {
    #[serde(flatten)]
    pub(super) version: Version,
    /// What is written about it.
    #[schema(value_type = Object)]
    pub(super) draft: ListingDraft,
    /// Rises with each change of the draft or the package.
    pub(super) draft_rev: i64,
    /// Paths of fields that are not filled in.
    pub(super) missing: Vec<String>,
    /// What is wrong, what the package says otherwise, and what is locked.
    pub(super) problems: Vec<ProblemField>,
    /// How it stands with what the marketplace asks for; empty before there is a package.
    pub(super) requirements: Vec<Requirement>,
    /// The automatic report of its package, as far as it is; null before there is a package.
    pub(super) report: Option<Report>,
}

async fn review_of(
    conn: &mut Conn,
    id: ProjectVersionId,
    both: &reviews::Both,
    track: Track,
) -> Result<Review, Problem> {
    let stored = both.of(track);
    let place = match stored.submitted_at {
        Some(since) => Some(reviews::place(conn, track, id, since).await?),
        None => None,
    };
    let note = |note: Note| ReviewNote {
        id: note.id.to_string(),
        severity: note.severity.as_str(),
        target: serde_json::to_value(&note.target).unwrap_or_default(),
        settled: note.settled_at.is_some(),
        omission: note.omission,
        body: note.body,
    };
    let notes = notes::told(conn, id, stored).await?.into_iter().map(note).collect();
    let usual_time = reviews::usual_time(conn, track).await?;
    Ok(Review { state: stored.review.state().as_str(), round: stored.round, place, usual_time, notes })
}

pub(super) async fn shown(conn: &mut Conn, version: &ProjectVersion) -> Result<Version, Problem> {
    let both = reviews::both(conn, version.id).await?;
    let package = version.package.as_ref();
    let row = match package {
        Some(own) => catalog::version(conn, &version.project, &own.version).await?,
        None => None,
    };
    Ok(Version {
        status: row.map(|row| row.status.as_str()),
        id: version.id.to_string(),
        project: version.project.to_string(),
        version: package.map(|own| own.version.to_string()),
        package_digest: package.map(|own| own.digest.to_string()),
        standing: both.standing().as_str(),
        technical: review_of(conn, version.id, &both, Track::Technical).await?,
        marketplace: review_of(conn, version.id, &both, Track::Marketplace).await?,
    })
}
