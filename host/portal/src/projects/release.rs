use annex_domain::{
    addon::AddonId,
    audit::Action,
    ids::ProjectVersionId,
    publisher::Deed,
    review::{Step, Track},
};
use annex_store::{
    catalog::{self, Reach, VersionStatus},
    projects::{self, reviews, versions},
};
use serde_json::json;

use super::listing;
use crate::{Member, Portal, Refusal, Rule, documents::must_be_accepted};

/// Makes a version available whose technical review is approved: from now on help desks may install it (R42, R43), a pre-release those
/// that take such. While its own listing is not approved, they are shown the one that was approved last. Icon and plans are locked again.
///
/// # Errors
/// [`Refusal::Role`]; [`Rule::DocumentsMissing`]; [`Refusal::Review`] unless it is approved; [`Rule::VersionBlocked`];
/// [`annex_desk::Refusal::NotFound`].
pub async fn release(portal: &Portal, by: &Member, project: &AddonId, id: ProjectVersionId) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Publish).await?;
    must_be_accepted(&mut tx, &by.publisher).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    let version = super::version(&mut tx, by, &project.id, id).await?;
    let stored = *reviews::both(&mut tx, id).await?.of(Track::Technical);
    super::step(&mut tx, id, &stored, Step::Release, by.now).await?;
    let package = version.package.as_ref().ok_or_else(|| Refusal::not_found("package"))?;
    let row = catalog::version(&mut tx, &project.id, &package.version).await?;
    if row.is_some_and(|row| row.status == VersionStatus::Blocked) {
        return Err(Rule::VersionBlocked.into());
    }
    catalog::set_reach(&mut tx, &project.id, &package.version, Reach::Everyone, by.now).await?;
    let both = reviews::both(&mut tx, id).await?;
    listing::show(&mut tx, &project, &version, &both, by.now).await?;
    versions::set_unlocked(&mut tx, id, false).await?;
    let facts = json!({ "project": project.id, "version_id": id, "version": package.version.to_string() });
    by.record(&mut tx, Action::ProjectRelease, &facts).await?;
    portal.commit(tx, "release").await
}
