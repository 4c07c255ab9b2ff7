use annex_domain::addon::AddonId;
use annex_lifecycle::{Lifecycle, Resumed};

use super::{begin, refusal};
use crate::{Member, Portal, Refusal, Rule};

/// Posts again to the service of an add-on; what waits is tried at once.
///
/// # Errors
/// As [`super::pause()`]; [`Rule::NoAddress`] while it is not said where it is.
pub async fn resume(portal: &Portal, lifecycle: &Lifecycle, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let (mut tx, initiator) = begin(portal, by, addon).await?;
    match lifecycle.resume_endpoint(&mut tx, addon, initiator).await.map_err(refusal)? {
        Resumed::Yes => Ok(tx.commit().await?),
        Resumed::NoAddress => Err(Rule::NoAddress.into()),
    }
}
