use annex_domain::addon::AddonId;
use annex_lifecycle::Lifecycle;

use super::{may, refusal};
use crate::{Member, Portal, Refusal};

/// Posts again to the service of an add-on; what waits is tried at once.
///
/// # Errors
/// As [`super::pause()`].
pub async fn resume(portal: &Portal, lifecycle: &Lifecycle, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let initiator = may(portal, by, addon).await?;
    lifecycle.resume_endpoint(addon, initiator).await.map_err(refusal)
}
