use annex_domain::{audit::Action, ids::PaymentMethodId};
use annex_store::{StoreError, billing::methods};
use serde_json::json;

use crate::{Billing, BillingError, Caller};

/// Forgets a card, at the gateway and here. There first: a card that is still there would come back with the next look, and
/// detaching it again, when this stops between the two, is no error.
///
/// # Errors
/// [`BillingError::Forbidden`], [`BillingError::Login`]; [`StoreError::NotFound`] for a card of somebody else; when the gateway
/// does not answer.
pub async fn remove(billing: &Billing, by: &Caller, card: PaymentMethodId) -> Result<(), BillingError> {
    let mut conn = billing.db().read().await?;
    let account = by.account(&mut conn).await?;
    let known = methods::get(&mut conn, account, card).await?;
    drop(conn);
    billing.gateway_of(&known.gateway)?.detach(&known.gateway_id).await?;
    let mut tx = billing.db().begin().await?;
    match methods::remove(&mut tx, account, card).await {
        // An event of the gateway was faster.
        Ok(()) | Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let object = super::object(card);
    by.record(&mut tx, account, Action::BillingMethodRemoved, &object, &json!({}), billing.now()).await?;
    Ok(tx.commit().await?)
}
