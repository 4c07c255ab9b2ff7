use annex_domain::{addon::AddonId, publisher::Deed};
use annex_lifecycle::{Lifecycle, SigningSecrets};

use super::{begin, refusal};
use crate::{GivenPassword, Member, Portal, Refusal};

/// What the service of an add-on checks events with, for who gives their password.
///
/// # Errors
/// As [`super::pause()`]; [`annex_desk::Refusal::Invalid`] for the `password`.
pub async fn secrets(
    portal: &Portal,
    lifecycle: &Lifecycle,
    by: &Member,
    addon: &AddonId,
    given: &GivenPassword<'_>,
) -> Result<SigningSecrets, Refusal> {
    by.require(Deed::Develop)?;
    given.check(portal, by.account).await?;
    let (mut tx, _) = begin(portal, by, addon).await?;
    let secrets = lifecycle.endpoint_secrets(&mut tx, addon).await.map_err(refusal)?;
    tx.commit().await?;
    Ok(secrets)
}
