use annex_domain::{addon::AddonId, audit::Action, publisher::Deed};
use annex_store::catalog;
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Takes an add-on out of the grid and the search of the marketplace; its page stays. It is advertised again with its next
/// marketplace review.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`].
pub async fn unlist(portal: &Portal, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let (mut tx, before) = super::begin(portal, by, Deed::Publish, addon).await?;
    if !before.listed {
        return Ok(());
    }
    catalog::set_listed(&mut tx, addon, false).await?;
    by.record_of(&mut tx, Action::CatalogAccess, addon, &json!({ "listed": false })).await?;
    Ok(tx.commit().await?)
}
