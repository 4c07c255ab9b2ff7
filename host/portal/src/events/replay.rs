use annex_domain::addon::AddonId;
use annex_lifecycle::{Lifecycle, Replay};

use super::{begin, refusal};
use crate::{Member, Portal, Refusal};

/// Puts events of an add-on in line again, with the ids that they have; answers how many.
///
/// # Errors
/// As [`super::pause()`]; [`annex_desk::Refusal::NotFound`] for an event that is kept no more.
pub async fn replay(
    portal: &Portal,
    lifecycle: &Lifecycle,
    by: &Member,
    addon: &AddonId,
    which: Replay,
) -> Result<u64, Refusal> {
    let (mut tx, initiator) = begin(portal, by, addon).await?;
    let count = lifecycle.replay_events(&mut tx, addon, which, initiator).await.map_err(refusal)?;
    tx.commit().await?;
    Ok(count)
}
