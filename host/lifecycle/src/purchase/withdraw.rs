//! Giving up what was ordered for an installation and is not paid, and nothing else: what runs goes on as it is.

use annex_domain::{
    audit::Action,
    billing::{AttemptState, OrderPurpose, OrderState},
    ids::{DeskId, InstallationId, InvoiceId, OperatorId},
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self, attempts, invoices,
        orders::{self, Order},
    },
    installations, sagas,
};
use serde_json::json;

use super::Purchase;
use crate::{
    Lifecycle, LifecycleError,
    billing_state::is_withdrawable,
    saga::{Saga as _, describe},
    terms::Deed,
};

impl Lifecycle {
    /// Gives up the plan or the licences that were ordered for an installation and are not paid: their invoice is void, and
    /// the plan that runs goes on. An installation that waits for its first payment is given up by [`Self::cancel`].
    ///
    /// # Errors
    /// [`LifecycleError::NotFound`]; [`LifecycleError::NothingToWithdraw`]; [`LifecycleError::PaymentUnderWay`] while money
    /// is on its way; [`LifecycleError::Login`].
    pub async fn withdraw_order(&self, desk: DeskId, id: InstallationId, by: OperatorId) -> Result<(), LifecycleError> {
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        self.check_login(&mut tx, desk, Deed::Spends).await?;
        installations::get(&mut tx, desk, id).await?.ok_or(LifecycleError::NotFound("installation"))?;
        let order = orders::live_of(&mut tx, desk, id).await?.filter(is_withdrawable);
        let order = order.ok_or(LifecycleError::NothingToWithdraw)?;
        if is_being_paid(&mut tx, &order).await? {
            return Err(LifecycleError::PaymentUnderWay);
        }
        let invoice = self.withdraw_in(&mut tx, &order, Actor::Operator(by), "withdrawn").await?;
        tx.commit().await?;
        self.withdrawn(desk, invoice).await;
        Ok(())
    }

    /// Gives up the licences that a desk ordered and did not pay while their days lasted: the month that has begun is billed
    /// without them, so that what is paid for them now would have to go back. What is being paid goes back by itself.
    pub(crate) async fn withdraw_late(&self, desk: DeskId) -> Result<(), StoreError> {
        let mut withdrawn = Vec::new();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        for order in orders::live_of_desk(&mut tx, desk).await? {
            let late = order.purpose == OrderPurpose::Licences
                && self.billing.is_over_in(&mut tx, &order, self.clock.now()).await?
                && !is_being_paid(&mut tx, &order).await?;
            if late {
                withdrawn.push(self.withdraw_in(&mut tx, &order, Actor::System, "too-late").await?);
            }
        }
        tx.commit().await?;
        for invoice in withdrawn {
            self.withdrawn(desk, invoice).await;
        }
        Ok(())
    }

    async fn withdraw_in(
        &self,
        tx: &mut Tx,
        order: &Order,
        actor: Actor,
        reason: &str,
    ) -> Result<InvoiceId, StoreError> {
        let (desk, addon, now) = (order.desk, order.addon.as_str(), self.clock.now());
        let invoice = self.billing.release_in(tx, desk, order.id, reason).await?;
        let detail = json!({ "installation": order.installation, "order": order.id, "purpose": order.purpose,
            "plan": order.plan.id, "quantity": order.quantity, "amount": order.amount, "reason": reason });
        audit::append(tx, desk, actor, Action::AddonWithdrawOrder, addon, &detail, now).await?;
        Ok(invoice)
    }

    /// Tells whoever waits, and the gateway.
    async fn withdrawn(&self, desk: DeskId, invoice: InvoiceId) {
        self.settled.notify_waiters();
        if let Err(error) = self.billing.finish(desk, invoice).await {
            tracing::warn!(%desk, %invoice, error = describe(&error), "an order is taken back by the reconciler");
        }
    }
}

/// True when the money of an order is there or may be on its way. One that only waits for its payer, at their bank or
/// anywhere, is not.
async fn is_being_paid(tx: &mut Tx, order: &Order) -> Result<bool, StoreError> {
    let live = sagas::live(tx, order.desk, order.installation).await?;
    if order.state == OrderState::Paid || live.is_some_and(|live| live.kind == Purchase::KIND) {
        return Ok(true);
    }
    let Some(invoice) = invoices::of_order(tx, order.desk, order.id).await? else { return Ok(false) };
    let attempt = attempts::live_of(tx, invoice.id).await?;
    let moving = [AttemptState::New, AttemptState::Created, AttemptState::Confirming, AttemptState::Succeeded];
    Ok(attempt.is_some_and(|attempt| moving.contains(&attempt.state)))
}
