use annex_domain::{
    ids::ProjectVersionId,
    review::{Outcome, Track},
};
use annex_store::projects::notes;

use super::{Remark, Table};
use crate::{Portal, Refusal, Rule, Staff};

/// Rejects a version for the blockers that are open, which the mail contains, with a last note where the reviewer wrote one: refused,
/// neither is there.
///
/// # Errors
/// [`Refusal::Staff`]; [`Rule::OwnPublisher`], [`Rule::NotInReview`], [`Rule::BlockerNeeded`]; [`annex_store::StoreError::Stale`] when
/// somebody else changed it since; what is wrong with the note, as [`super::note()`] says it.
pub async fn reject(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    seen: i64,
    last: Option<&Remark>,
) -> Result<(), Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    table.as_seen(seen)?;
    if let Some(remark) = last {
        table.write(by, remark).await?;
    }
    let notes = notes::list(&mut table.tx, id, track).await?;
    if !notes.iter().any(notes::Note::blocks) {
        return Err(Rule::BlockerNeeded.into());
    }
    table.decide(by, Outcome::Rejected, &notes).await?;
    Ok(table.tx.commit().await?)
}
