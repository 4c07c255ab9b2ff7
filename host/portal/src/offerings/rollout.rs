use annex_desk::Wrong;
use annex_domain::{
    addon::{AddonId, Version},
    audit::Action,
    publisher::Deed,
    reach::{Reach, Rollout},
};
use annex_store::catalog;
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule};

/// Says to how many desks of a hundred a version is offered, or that those that do not have it yet wait. The percentage rises only:
/// what a desk was offered it may have taken.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`]; [`annex_desk::Refusal::Invalid`] for a `percent` that is not 1 to 100;
/// [`Rule::RolloutShrinks`]; [`Rule::AddonEnds`].
pub async fn set_rollout(
    portal: &Portal,
    by: &Member,
    addon: &AddonId,
    version: &Version,
    rollout: Rollout,
) -> Result<(), Refusal> {
    by.require(Deed::Publish)?;
    if !(1..=100).contains(&rollout.percent) {
        return Err(Refusal::field("percent", Wrong::OutOfRange(1, 100)));
    }
    let (mut tx, _) = super::begin_going_on(portal, by, Deed::Publish, addon).await?;
    let row = catalog::version(&mut tx, addon, version).await?.ok_or_else(|| Refusal::not_found("version"))?;
    // Before it is for everyone, nobody was offered it.
    if row.reach == Reach::Everyone && rollout.percent < row.rollout.percent {
        return Err(Rule::RolloutShrinks.into());
    }
    catalog::set_rollout(&mut tx, addon, version, rollout, by.now).await?;
    let facts = json!({ "version": version.to_string(), "percent": rollout.percent, "paused": rollout.paused });
    by.record_of(&mut tx, Action::CatalogRollout, addon, &facts).await?;
    portal.commit(tx, "roll-out").await
}
