use annex_domain::addon::AddonId;
use annex_lifecycle::{Lifecycle, SigningSecrets};

use super::{begin, refusal};
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
    let (mut tx, initiator) = begin(portal, by, addon).await?;
    let secrets = lifecycle.rotate_endpoint(&mut tx, addon, initiator).await.map_err(refusal)?;
    tx.commit().await?;
    Ok(secrets)
}
