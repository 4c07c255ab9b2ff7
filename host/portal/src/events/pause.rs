use annex_domain::addon::AddonId;
use annex_lifecycle::Lifecycle;

use super::{begin, refusal};
use crate::{Member, Portal, Refusal};

/// Posts nothing more to the service of an add-on until it is resumed; what happens meanwhile waits.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] for an add-on of somebody else.
pub async fn pause(portal: &Portal, lifecycle: &Lifecycle, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let (mut tx, initiator) = begin(portal, by, addon).await?;
    lifecycle.pause_endpoint(&mut tx, addon, initiator).await.map_err(refusal)?;
    Ok(tx.commit().await?)
}
