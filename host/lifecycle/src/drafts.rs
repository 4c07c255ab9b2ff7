//! What an operator has chosen so far on the way to a plan: kept between the steps, so that they can be left and taken up
//! again (R15).

use annex_domain::{
    addon::AddonId,
    ids::{DeskId, OperatorId},
};
use annex_store::{
    StoreError,
    billing::drafts::{self, Draft},
};
use serde_json::Value;

use crate::Lifecycle;

impl Lifecycle {
    /// Changes what an operator has chosen for an add-on. `change` is given what is kept, and returns what is kept from here
    /// on, with the key of the one click at the end; none: nothing.
    ///
    /// # Errors
    /// When the database fails or the row is malformed.
    pub async fn change_draft(
        &self,
        desk: DeskId,
        operator: OperatorId,
        addon: &AddonId,
        change: impl FnOnce(Option<Draft>) -> Option<(Value, String)>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let kept = drafts::get(&mut tx, desk, addon, operator).await?;
        match change(kept) {
            Some((draft, key)) => {
                drafts::put(&mut tx, desk, addon, operator, &draft, &key, self.clock.now()).await?;
            }
            None => {
                drafts::delete(&mut tx, desk, addon, operator).await?;
            }
        }
        tx.commit().await
    }
}
