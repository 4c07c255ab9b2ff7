use annex_domain::{
    audit::Action,
    ids::{NoteId, ProjectVersionId},
    review::Track,
};
use annex_store::projects::notes;
use serde_json::json;

use super::Table;
use crate::{Portal, Refusal, Staff};

/// Notes that what a note asked for is done, or is no longer asked for.
///
/// # Errors
/// [`Refusal::Staff`]; [`crate::Rule::OwnPublisher`], [`crate::Rule::NotInReview`]; [`annex_desk::Refusal::NotFound`] unless the
/// version has the note, and it is open.
pub async fn settle(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    note: NoteId,
) -> Result<(), Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    notes::settle(&mut table.tx, id, track, note, by.now).await?;
    table.record(by, Action::ReviewSettle, json!({ "note": note })).await?;
    Ok(table.tx.commit().await?)
}
