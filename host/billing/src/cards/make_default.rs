use annex_domain::{
    audit::Action,
    ids::{AccountId, PaymentMethodId},
};
use annex_store::{
    StoreError, Tx,
    billing::methods::{self, Method},
};
use serde_json::json;

use crate::{Billing, BillingError, Caller, charge::retry};

/// Lets a card be the one that is charged. Answers all of them.
///
/// # Errors
/// [`BillingError::Forbidden`], [`BillingError::Login`]; [`StoreError::NotFound`] for a card of somebody else.
pub async fn make_default(billing: &Billing, by: &Caller, card: PaymentMethodId) -> Result<Vec<Method>, BillingError> {
    let mut tx = billing.db().begin().await?;
    let account = by.account(&mut tx).await?;
    billing.make_default_in(&mut tx, account, card).await?;
    let object = super::object(card);
    by.record(&mut tx, account, Action::BillingMethodDefault, &object, &json!({}), billing.now()).await?;
    let cards = methods::list(&mut tx, account).await?;
    tx.commit().await?;
    Ok(cards)
}

impl Billing {
    /// Lets a card be the one that pays. What is due of the account's months is tried with it at once.
    pub(crate) async fn make_default_in(
        &self,
        tx: &mut Tx,
        account: AccountId,
        method: PaymentMethodId,
    ) -> Result<(), StoreError> {
        retry::lock_debts(tx, account).await?;
        let before = methods::default(tx, account, self.gateway_name()).await?;
        methods::make_default(tx, account, method).await?;
        if before.is_none_or(|before| before.id != method) {
            retry::at_once_in(tx, account, self.now()).await?;
        }
        Ok(())
    }
}
