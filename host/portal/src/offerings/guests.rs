use annex_desk::Wrong;
use annex_domain::{addon::AddonId, audit::Action, ids::DeskId, publisher::Deed};
use annex_store::{StoreError, catalog::access, desks};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Lets a desk have an add-on, by its id, which its admins can tell. Nothing happens when it may already.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`]; [`annex_desk::Refusal::Invalid`] for a `desk` that is not there;
/// [`crate::Rule::AddonEnds`].
pub async fn admit(portal: &Portal, by: &Member, addon: &AddonId, desk: DeskId) -> Result<(), Refusal> {
    let (mut tx, _) = super::begin_going_on(portal, by, Deed::Publish, addon).await?;
    match desks::get(&mut tx, desk).await {
        Err(StoreError::NotFound(_)) => return Err(Refusal::field("desk", Wrong::Unknown)),
        other => other?,
    };
    if access::admit(&mut tx, addon, desk, None, by.now).await? {
        by.record_of(&mut tx, Action::CatalogShare, addon, &json!({ "desk": desk })).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes access from a desk: it installs the add-on no more. What it runs goes on.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`].
pub async fn dismiss(portal: &Portal, by: &Member, addon: &AddonId, desk: DeskId) -> Result<(), Refusal> {
    let (mut tx, _) = super::begin(portal, by, Deed::Publish, addon).await?;
    access::dismiss(&mut tx, addon, desk).await?;
    by.record_of(&mut tx, Action::CatalogUnshare, addon, &json!({ "desk": desk })).await?;
    Ok(tx.commit().await?)
}
