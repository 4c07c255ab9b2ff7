use annex_domain::{ids::ProjectVersionId, review::Track};
use annex_store::{
    StoreError, catalog,
    projects::{reviews, rounds, versions},
};

use super::permission;
use crate::{Portal, Refusal, Staff};

/// Which picture of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// What stands for the add-on in the grid.
    Icon,
    /// One of its listing, in the order of the manifest; from 1.
    Listed(u32),
}

/// A picture of what was handed in, as help desks would be shown it: a PNG that this host has drawn, never the file of the package.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::NotFound`] for what was never handed in, and for a picture that it does not have.
pub async fn picture(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    which: Picture,
) -> Result<Vec<u8>, Refusal> {
    by.require(permission(track))?;
    let mut conn = portal.db.read().await?;
    let (project, _) = versions::of_anybody(&mut conn, id).await?;
    let number = reviews::both(&mut conn, id).await?.of(track).round;
    let round = rounds::get(&mut conn, id, track, number).await?.ok_or(StoreError::NotFound("version"))?;
    let found = match which {
        Picture::Icon => catalog::icon(&mut conn, &project.id, &round.version).await?,
        Picture::Listed(position) => catalog::picture(&mut conn, &project.id, &round.version, position).await?,
    };
    found.ok_or_else(|| Refusal::not_found("picture"))
}
