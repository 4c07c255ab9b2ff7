//! Payments that their payer confirms at their bank (3-D Secure): where they stand, and asking the gateway again.

use annex_domain::ids::{DeskId, InstallationId};
use annex_store::billing::orders::{self, Order};

use super::OrderEnd;
use crate::{Lifecycle, LifecycleError, saga::describe};

impl Lifecycle {
    /// The last order of an installation, and what became of it so far.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_order(
        &self,
        desk: DeskId,
        id: InstallationId,
    ) -> Result<Option<(Order, OrderEnd)>, LifecycleError> {
        let all = orders::of_installation(&mut self.db.read().await?, desk, id).await?;
        let Some(last) = all.into_iter().next() else { return Ok(None) };
        let end = self.order_end(desk, last.id).await?;
        Ok(Some((last, end)))
    }

    /// Asks the gateway about the last order of an installation, while its payer has to confirm at their bank or the
    /// money is being taken. What they confirmed goes on by itself. A gateway that does not answer changes nothing.
    ///
    /// # Errors
    /// [`LifecycleError::Billing`] when the gateway answers something that cannot be; when the database fails.
    pub async fn look_at_bank(&self, desk: DeskId, id: InstallationId) -> Result<(), LifecycleError> {
        let Some((_, OrderEnd::Due(due))) = self.last_order(desk, id).await? else { return Ok(()) };
        if due.action_url.is_none() && !due.is_under_way() {
            return Ok(());
        }
        match self.billing.look_again(desk, due.invoice).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_passing() => {
                let error = describe(&error);
                tracing::info!(%desk, invoice = %due.invoice, error, "a confirmed payment is looked at later");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
