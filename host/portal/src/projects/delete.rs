use annex_domain::{addon::AddonId, audit::Action, publisher::Deed};
use annex_store::{catalog, projects};
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule};

/// Deletes a project that has no package yet, with all that is written about its versions. Its id may be used again. What has packages
/// is ended instead, with notice where desks run it: [`crate::offerings::announce_end`].
///
/// # Errors
/// [`Refusal::Role`]; [`Rule::HasPackages`]; [`annex_desk::Refusal::NotFound`].
pub async fn delete(portal: &Portal, by: &Member, project: &AddonId) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Organisation).await?;
    let project = projects::get(&mut tx, &by.publisher, project).await?;
    if catalog::offering(&mut tx, &project.id).await?.is_some() {
        return Err(Rule::HasPackages.into());
    }
    projects::delete(&mut tx, &project.id).await?;
    by.record(&mut tx, Action::ProjectDelete, &json!({ "project": project.id, "names": project.names })).await?;
    Ok(tx.commit().await?)
}
