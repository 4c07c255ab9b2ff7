use annex_domain::{
    ids::ProjectVersionId,
    review::{Outcome, Track},
};
use annex_store::projects::notes;

use super::Table;
use crate::{Portal, Refusal, Rule, Staff};

/// Rejects a version for the blockers that are open, which the mail contains.
///
/// # Errors
/// [`Refusal::Staff`]; [`Rule::OwnPublisher`], [`Rule::NotInReview`], [`Rule::BlockerNeeded`]; [`annex_store::StoreError::Stale`] when
/// somebody else changed it since.
pub async fn reject(portal: &Portal, by: &Staff, id: ProjectVersionId, track: Track, seen: i64) -> Result<(), Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    table.as_seen(seen)?;
    let notes = notes::list(&mut table.tx, id, track).await?;
    if !notes.iter().any(notes::Note::blocks) {
        return Err(Rule::BlockerNeeded.into());
    }
    table.decide(by, Outcome::Rejected, &notes).await?;
    Ok(table.tx.commit().await?)
}
