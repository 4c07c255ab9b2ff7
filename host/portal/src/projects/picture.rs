use annex_domain::{addon::AddonId, ids::ProjectVersionId, publisher::Deed};

use crate::{Member, Picture, Portal, Refusal};

/// A picture of the package that a version of theirs has now.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`], also while there is no package, and for a picture that it does not have.
pub async fn picture(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    id: ProjectVersionId,
    which: Picture,
) -> Result<Vec<u8>, Refusal> {
    by.require(Deed::Look)?;
    let mut conn = portal.db.read().await?;
    let version = super::version(&mut conn, by, project, id).await?;
    let package = version.package.ok_or_else(|| Refusal::not_found("package"))?;
    which.of(&mut conn, project, &package.version).await
}
