use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    difference::{Change, Parts, Section},
    ids::ProjectVersionId,
    manifest::Manifest,
    review::Track,
};
use annex_store::{
    StoreError,
    projects::{
        Project,
        notes::{self, Note},
        reviews::{self, Stored},
        rounds::{self, Round},
        versions::{self, Package, ProjectVersion},
    },
};

use super::{parts, permission};
use crate::{Portal, Refusal, Staff, projects::manifest_of};

/// A version as a reviewer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The project.
    pub project: Project,
    /// The version.
    pub version: ProjectVersion,
    /// Where the review stands.
    pub stored: Stored,
    /// What was handed in.
    pub round: Round,
    /// What the package says.
    pub manifest: Manifest,
    /// The version that was approved last. None: nothing was approved before.
    pub since: Option<String>,
    /// What differs from it, by section. Before the first approval that is all there is: nobody has seen any of it yet.
    pub differences: Vec<(Section, Vec<Change>)>,
    /// All notes; whether the place of each has changed since it was written.
    pub notes: Vec<(Note, bool)>,
}

/// Shows what was handed in beside what was approved last, with the notes.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::NotFound`] for what was never handed in.
pub async fn look(portal: &Portal, by: &Staff, id: ProjectVersionId, track: Track) -> Result<Look, Refusal> {
    by.require(permission(track))?;
    let mut conn = portal.db.read().await?;
    let (project, version) = versions::of_anybody(&mut conn, id).await?;
    let stored = *reviews::both(&mut conn, id).await?.of(track);
    let round = rounds::get(&mut conn, id, track, stored.round).await?.ok_or(StoreError::NotFound("version"))?;
    let package = Package { version: round.version.clone(), digest: round.digest.clone(), blockers: None };
    let (manifest, _) = manifest_of(&mut conn, &project.id, &package).await?;
    let now = parts(&mut conn, &project, &round).await?;
    let before = rounds::last_approved(&mut conn, &project.id, track).await?;
    let approved = match &before {
        Some(before) => parts(&mut conn, &project, before).await?,
        None => Parts::default(),
    };
    let written = notes::list(&mut conn, id, track).await?;
    let numbers: BTreeSet<i64> =
        written.iter().map(|note| note.round).filter(|number| *number != stored.round).collect();
    let mut earlier = BTreeMap::new();
    for number in numbers {
        if let Some(then) = rounds::get(&mut conn, id, track, number).await? {
            earlier.insert(number, parts(&mut conn, &project, &then).await?);
        }
    }
    let with_change = |note: Note| {
        let changed = earlier.get(&note.round).is_some_and(|then| !now.same_at(&note.target, then));
        (note, changed)
    };
    let notes = written.into_iter().map(with_change).collect();
    Ok(Look {
        project,
        version,
        stored,
        round,
        manifest,
        since: before.map(|before| before.version.to_string()),
        differences: now.since(&approved),
        notes,
    })
}
