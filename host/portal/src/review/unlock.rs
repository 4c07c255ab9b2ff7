use annex_domain::{audit::Action, ids::ProjectVersionId, review::Track};
use annex_store::projects::versions;
use serde_json::json;

use super::Table;
use crate::{Portal, Refusal, Staff};

/// Lets icon and plans of a version differ from what was published before, until it is published itself (R41).
///
/// # Errors
/// [`Refusal::Staff`]; [`crate::Rule::OwnPublisher`]; [`annex_desk::Refusal::NotFound`].
pub async fn unlock(portal: &Portal, by: &Staff, id: ProjectVersionId) -> Result<(), Refusal> {
    let mut table = Table::open(portal, by, id, Track::Marketplace).await?;
    versions::set_unlocked(&mut table.tx, id, true).await?;
    table.record(by, Action::ReviewUnlock, json!({})).await?;
    Ok(table.tx.commit().await?)
}
