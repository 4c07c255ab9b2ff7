use annex_domain::addon::AddonId;
use annex_lifecycle::{Lifecycle, SigningSecrets};

use super::{may, refusal};
use crate::{Member, Portal, Refusal};

/// Makes another shared secret for the service of an add-on; those before hold for a day. Answers all that hold.
///
/// # Errors
/// As [`super::pause()`].
pub async fn rotate(
    portal: &Portal,
    lifecycle: &Lifecycle,
    by: &Member,
    addon: &AddonId,
) -> Result<SigningSecrets, Refusal> {
    let initiator = may(portal, by, addon).await?;
    lifecycle.rotate_endpoint(addon, initiator).await.map_err(refusal)
}
