use annex_domain::{ids::ProjectVersionId, review::Track};
use annex_store::{
    StoreError,
    projects::{reviews, rounds, versions},
};

use super::permission;
use crate::{Picture, Portal, Refusal, Staff};

/// A picture of what was handed in.
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
    which.of(&mut conn, &project.id, &round.version).await
}
