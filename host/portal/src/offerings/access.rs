use annex_domain::{addon::AddonId, audit::Action, publisher::Deed, reach::Audience};
use annex_store::catalog;
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Says which desks may have an add-on (R45). Those that run it go on; those that came by links before keep their access while it is
/// for named desks.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`]; [`crate::Rule::AddonEnds`].
pub async fn set_audience(portal: &Portal, by: &Member, addon: &AddonId, audience: Audience) -> Result<(), Refusal> {
    let (mut tx, before) = super::begin_going_on(portal, by, Deed::Publish, addon).await?;
    catalog::set_audience(&mut tx, addon, audience).await?;
    let facts = json!({ "audience": audience, "before": before.audience });
    by.record_of(&mut tx, Action::CatalogAccess, addon, &facts).await?;
    Ok(tx.commit().await?)
}
