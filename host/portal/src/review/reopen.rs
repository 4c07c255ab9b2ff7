use annex_domain::{
    audit::Action,
    ids::{NoteId, ProjectVersionId},
    review::Track,
};
use annex_store::projects::notes;
use serde_json::json;

use super::Table;
use crate::{Portal, Refusal, Staff};

/// Opens a note again that was settled by mistake, or too soon.
///
/// # Errors
/// [`Refusal::Staff`]; [`crate::Rule::OwnPublisher`], [`crate::Rule::NotInReview`]; [`annex_desk::Refusal::NotFound`] unless the
/// version has the note, and it is settled.
pub async fn reopen(
    portal: &Portal,
    by: &Staff,
    id: ProjectVersionId,
    track: Track,
    note: NoteId,
) -> Result<(), Refusal> {
    let mut table = Table::in_review(portal, by, id, track).await?;
    notes::reopen(&mut table.tx, id, track, note).await?;
    table.record(by, Action::ReviewReopen, json!({ "note": note })).await?;
    Ok(table.tx.commit().await?)
}
