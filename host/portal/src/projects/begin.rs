use annex_domain::{
    addon::AddonId,
    audit::Action,
    ids::ProjectVersionId,
    listing_draft::{ListingDraft, Texts},
    publisher::Deed,
    review::{Step, Track},
};
use annex_store::{
    Tx,
    projects::{
        self, Project, reviews,
        versions::{self, ProjectVersion},
    },
};
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule};

/// Begins the next version of a project, with what is written about the last one. One at a time is without a package that was
/// approved or waits for its review.
///
/// # Errors
/// [`Refusal::Role`]; [`Rule::DraftOpen`]; [`annex_desk::Refusal::NotFound`].
pub async fn begin(portal: &Portal, by: &Member, project: &AddonId) -> Result<ProjectVersionId, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    let all = versions::list(&mut tx, &by.publisher, &project.id).await?;
    if open(&mut tx, &all).await?.is_some() {
        return Err(Rule::DraftOpen.into());
    }
    let id = insert(&mut tx, by, &project, all.first()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The version whose package may be replaced.
pub(super) async fn open(tx: &mut Tx, all: &[ProjectVersion]) -> Result<Option<ProjectVersion>, Refusal> {
    for version in all {
        if reviews::both(tx, version.id).await?.of(Track::Technical).review.allows(Step::Edit) {
            return Ok(Some(version.clone()));
        }
    }
    Ok(None)
}

/// Writes the next version down.
pub(super) async fn insert(
    tx: &mut Tx,
    by: &Member,
    project: &Project,
    last: Option<&ProjectVersion>,
) -> Result<ProjectVersionId, Refusal> {
    let named = || {
        let name: Texts = project.names.iter().map(|(code, text)| (code.to_owned(), text.to_owned())).collect();
        ListingDraft { name, ..ListingDraft::default() }
    };
    let draft = last.map_or_else(named, |last| last.draft.for_next());
    let id = versions::insert(tx, &project.id, &draft, by.now).await?;
    by.record(tx, Action::ProjectVersion, &json!({ "project": project.id, "version_id": id })).await?;
    Ok(id)
}
