use annex_domain::{
    addon::{AddonId, Digest},
    ids::ProjectVersionId,
    publisher::Deed,
};
use annex_lifecycle::{Initiator, Lifecycle, Published};
use annex_store::projects::{self, versions};
use bytes::Bytes;

use super::attach;
use crate::{Member, Portal, Refusal};

/// A package in a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    /// The version.
    pub id: ProjectVersionId,
    /// The package.
    pub package: Published,
}

/// Takes a package in, and puts it into the version of the project that is worked on; where there is none, one begins.
/// No desk installs it before it is released. What cannot go into a version is not taken in.
///
/// # Errors
/// [`Refusal::Role`]; [`Refusal::Package`] with the code of the intake; as [`super::attach`].
pub async fn upload(
    portal: &Portal,
    lifecycle: &Lifecycle,
    by: &Member,
    project: &AddonId,
    bytes: Bytes,
) -> Result<Uploaded, Refusal> {
    // Asked for in a transaction once more, after the package was looked at: that takes a while.
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let kind = projects::get(&mut tx, &by.publisher, project).await?.kind;
    let all = versions::list(&mut tx, &by.publisher, project).await?;
    if attach::holder(&all, &Digest::of(&bytes)).is_none() {
        attach::place(&mut tx, &all).await?;
    }
    drop(tx);
    let package = lifecycle.publish_for_review(bytes, Initiator::account(by.account), project, kind).await?;
    let id = attach(portal, by, project, &package.version, &package.package_digest).await?;
    Ok(Uploaded { id, package })
}
