use annex_domain::{addon::AddonId, ids::ProjectVersionId, publisher::Deed};
use annex_store::reports;

use crate::{Member, Portal, Refusal};

/// Has the package of a version checked once more, such as after the host could not. What the last report found counts until then.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`], also while there is no package.
pub async fn check_again(portal: &Portal, by: &Member, project: &AddonId, id: ProjectVersionId) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let version = super::version(&mut tx, by, project, id).await?;
    let package = version.package.ok_or_else(|| Refusal::not_found("package"))?;
    reports::order(&mut tx, project, &package.version, &package.digest, by.now).await?;
    Ok(tx.commit().await?)
}
