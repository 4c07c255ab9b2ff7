//! Cards: added on a page of the gateway, shown as the gateway shows them. No card data comes here. What is done to a card
//! stands in the audit log of each desk that its account pays for.

mod add;
mod make_default;
mod refresh;
mod remove;

use annex_domain::{
    ids::{AccountId, PaymentMethodId},
    money::Money,
};
use annex_store::{StoreError, Tx, billing::methods};

pub use self::{
    add::add,
    make_default::make_default,
    refresh::{Refreshed, refresh},
    remove::remove,
};
use crate::{
    Billing, NewOrder, OrderError,
    credit::{self, is_unseen},
};

/// How an entry of the audit log names a card.
fn object(id: PaymentMethodId) -> String {
    format!("payment-method:{id}")
}

impl Billing {
    /// The card that an order is charged to: it stays the same whatever becomes the default one. None where the credit pays.
    /// What a page showed of it is compared here, in the transaction that orders.
    pub(crate) async fn card_in(
        &self,
        tx: &mut Tx,
        new: &NewOrder,
        account: AccountId,
        amount: Money,
    ) -> Result<Option<PaymentMethodId>, OrderError> {
        let gateway = self.gateway_name();
        let now = credit::of_card(tx, new.desk, amount, self.gateway().least(amount.currency)).await?;
        let card = match new.method {
            Some(chosen) => match methods::get(tx, account, chosen).await {
                Ok(card) if card.gateway == gateway => chosen,
                Ok(_) | Err(StoreError::NotFound(_)) => return Err(OrderError::OtherCard),
                Err(error) => return Err(error.into()),
            },
            None if now.is_zero() => return Ok(None),
            None => methods::default(tx, account, gateway).await?.ok_or(OrderError::NoCard)?.id,
        };
        if new.shown_of_card.is_some_and(|shown| is_unseen(new.method.is_some(), shown, now)) {
            return Err(OrderError::CardAmount { now });
        }
        Ok(Some(card))
    }
}
