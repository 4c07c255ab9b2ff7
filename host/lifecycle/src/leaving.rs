//! Why desks stop using add-ons, for the publishers of these: counted, and not kept with who said it.

use annex_domain::{
    addon::{AddonId, Version},
    figures::LeavingReason,
};
use annex_store::figures;

use crate::{Lifecycle, LifecycleError};

impl Lifecycle {
    /// Counts why somebody has cancelled or removed a version of an add-on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left_because(
        &self,
        addon: &AddonId,
        version: &Version,
        why: LeavingReason,
    ) -> Result<(), LifecycleError> {
        let mut tx = self.db.begin().await?;
        figures::left(&mut tx, addon, version, why, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}
