use annex_domain::addon::AddonId;
use annex_lifecycle::{Lifecycle, SigningSecrets};

use super::{may, refusal};
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
    may(portal, by, addon).await?;
    given.check(portal, by.account).await?;
    lifecycle.endpoint_secrets(addon).await.map_err(refusal)
}
