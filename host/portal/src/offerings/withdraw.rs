use annex_domain::{
    addon::{AddonId, Version},
    audit::Action,
    publisher::Deed,
};
use annex_store::catalog::{self, VersionStatus, YankedBy};
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule};

/// Withdraws a version: nobody installs it any more, and what runs it goes on.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`]; [`Rule::VersionBlocked`], [`Rule::WithdrawnByPlatform`].
pub async fn withdraw(portal: &Portal, by: &Member, addon: &AddonId, version: &Version) -> Result<(), Refusal> {
    set(portal, by, addon, version, VersionStatus::Yanked).await
}

/// Offers a version again that its publisher withdrew. What the platform has withdrawn or blocked stays so.
///
/// # Errors
/// As [`withdraw`].
pub async fn give_back(portal: &Portal, by: &Member, addon: &AddonId, version: &Version) -> Result<(), Refusal> {
    set(portal, by, addon, version, VersionStatus::Available).await
}

async fn set(
    portal: &Portal,
    by: &Member,
    addon: &AddonId,
    version: &Version,
    status: VersionStatus,
) -> Result<(), Refusal> {
    let (mut tx, _) = super::begin(portal, by, Deed::Publish, addon).await?;
    let row = catalog::version(&mut tx, addon, version).await?.ok_or_else(|| Refusal::not_found("version"))?;
    match row.status {
        VersionStatus::Blocked => return Err(Rule::VersionBlocked.into()),
        VersionStatus::Yanked if row.yanked_by != Some(YankedBy::Publisher) => {
            return Err(Rule::WithdrawnByPlatform.into());
        }
        VersionStatus::Yanked | VersionStatus::Available => {}
    }
    catalog::set_version_status(&mut tx, addon, version, status, YankedBy::Publisher, by.now).await?;
    let facts = json!({ "version": version.to_string(), "status": status });
    by.record_of(&mut tx, Action::CatalogVersionStatus, addon, &facts).await?;
    Ok(tx.commit().await?)
}
