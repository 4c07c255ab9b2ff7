use annex_domain::{
    addon::{AddonId, Digest, Version},
    audit::Action,
    ids::ProjectVersionId,
    publisher::Deed,
    review::{State, Track},
};
use annex_store::{
    StoreError,
    projects::{
        self, reviews,
        versions::{self, Package},
    },
};
use serde_json::json;

use super::begin;
use crate::{Member, Portal, Refusal, Rule};

/// Puts a package of the catalog into the version that is worked on, in the place of an earlier one; where none is worked on, one
/// begins. The draft takes over what is not written yet. The same package again: the version that has it.
///
/// # Errors
/// [`Refusal::Role`]; [`Refusal::Review`] while its listing is in review; [`Rule::VersionTaken`]; [`annex_desk::Refusal::NotFound`].
pub async fn attach(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    version: &Version,
    digest: &Digest,
) -> Result<ProjectVersionId, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    let all = versions::list(&mut tx, &by.publisher, &project.id).await?;
    let has_it = |known: &&versions::ProjectVersion| known.package.as_ref().is_some_and(|own| own.digest == *digest);
    if let Some(same) = all.iter().find(has_it) {
        return Ok(same.id);
    }
    let open = match begin::open(&mut tx, &all).await? {
        Some(open) => open,
        None => {
            let id = begin::insert(&mut tx, by, &project, all.first()).await?;
            super::version(&mut tx, by, &project.id, id).await?
        }
    };
    super::edit(&mut tx, open.id, Track::Technical, by.now).await?;
    // A listing that is advertised stays as it is; one that waits would change under its reviewer.
    if reviews::both(&mut tx, open.id).await?.of(Track::Marketplace).review.state() != State::Advertised {
        super::edit(&mut tx, open.id, Track::Marketplace, by.now).await?;
    }
    let package = Package { version: version.clone(), digest: digest.clone(), blockers: None };
    let (manifest, _) = super::manifest_of(&mut tx, &project.id, &package).await?;
    let mut draft = open.draft;
    draft.fill_from(&manifest);
    versions::set_package(&mut tx, open.id, version, digest, &draft, by.now).await.map_err(|error| match error {
        StoreError::Taken(_) => Refusal::from(Rule::VersionTaken),
        other => Refusal::from(other),
    })?;
    let facts =
        json!({ "project": project.id, "version_id": open.id, "version": version.to_string(), "digest": digest });
    by.record(&mut tx, Action::ProjectUpload, &facts).await?;
    tx.commit().await?;
    Ok(open.id)
}
