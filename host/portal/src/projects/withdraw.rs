use annex_domain::{
    addon::AddonId,
    audit::Action,
    ids::ProjectVersionId,
    publisher::Deed,
    review::{Outcome, Step, Track},
};
use annex_store::projects::{reviews, rounds};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Takes a version back from a review, at any time before that is decided.
///
/// # Errors
/// [`Refusal::Role`]; [`Refusal::Review`] unless it is in review; [`annex_desk::Refusal::NotFound`].
pub async fn withdraw(
    portal: &Portal,
    by: &Member,
    project: &AddonId,
    id: ProjectVersionId,
    track: Track,
) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Submit).await?;
    let version = super::version(&mut tx, by, project, id).await?;
    let stored = *reviews::both(&mut tx, id).await?.of(track);
    super::step(&mut tx, id, &stored, Step::Withdraw, by.now).await?;
    rounds::close(&mut tx, id, track, stored.round, Outcome::Withdrawn, by.account, by.now).await?;
    let facts = json!({ "project": version.project, "version_id": id, "track": track });
    by.record(&mut tx, Action::ProjectWithdraw, &facts).await?;
    Ok(tx.commit().await?)
}
