//! Paying by hand: a person has an invoice paid, on any later day, with the card that they name or else the default
//! one. For whoever saw on a page what a card is charged no card pays more than that, and none that it did not name.

use annex_domain::{
    audit::Action,
    billing::{AttemptState, InvoiceState},
    ids::{DeskId, InvoiceId, PaymentMethodId},
    money::Money,
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self as rows,
        attempts::{self, Attempt},
        invoices::{self, Invoice},
        methods::{self, Method},
    },
};
use serde_json::json;

use super::{PayOutcome, Wish, is_under_way, retry};
use crate::{
    Billing, BillingError,
    credit::{self, is_unseen},
    settle,
};

/// What a person says who has an invoice paid.
#[derive(Debug, Clone)]
pub(super) struct ByHand {
    /// With which card.
    card: Option<Method>,
    /// What their page showed that a card is charged. None: they saw none, and without a name it is the default card.
    shown: Option<Money>,
}

impl Billing {
    /// Pays an invoice by hand, on any later day, with a card or else the default one. It is attempt n+1, once
    /// attempt n reads back as cancelled. Who may do that is for the caller to check.
    ///
    /// # Errors
    /// As [`Self::charge`]; [`StoreError::NotFound`] for a card of somebody else.
    pub async fn pay(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        method: Option<PaymentMethodId>,
        by: Actor,
    ) -> Result<PayOutcome, BillingError> {
        Box::pin(self.pay_by_hand(desk, invoice, (method, None), by)).await
    }

    /// The same for whoever saw on a page what a card is charged: `of_card`, 0 where the credit pays. No other card is
    /// charged than the page named, and none more than that.
    ///
    /// # Errors
    /// As [`Self::pay`]; [`BillingError::CardAmount`].
    pub async fn pay_as_shown(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        method: Option<PaymentMethodId>,
        of_card: Money,
        by: Actor,
    ) -> Result<PayOutcome, BillingError> {
        Box::pin(self.pay_by_hand(desk, invoice, (method, Some(of_card)), by)).await
    }

    async fn pay_by_hand(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        (method, shown): (Option<PaymentMethodId>, Option<Money>),
        by: Actor,
    ) -> Result<PayOutcome, BillingError> {
        let mut tx = self.db().begin().await?;
        let row = invoices::get(&mut tx, desk, invoice).await?;
        let card = match method {
            Some(id) => Some(methods::get(&mut tx, row.account, id).await?),
            None => None,
        };
        let object = format!("invoice:{}", row.number);
        audit::append(&mut tx, desk, by, Action::BillingPay, &object, &json!({}), self.now()).await?;
        tx.commit().await?;
        // Whoever pays in the client area comes back there from their bank.
        let back = match by {
            Actor::Account(_) => Some(self.page(&format!("client-area/invoices/{}/returned", row.id))?),
            _ => None,
        };
        self.collect(desk, invoice, Wish::ByHand(ByHand { card, shown }), back.as_ref()).await
    }

    /// True when an attempt that is under way is what a person wishes: the same button, pressed twice at once, asks
    /// once.
    pub(super) async fn is_wished(&self, invoice: &Invoice, live: &Attempt, wish: &Wish) -> Result<bool, BillingError> {
        let Wish::ByHand(hand) = wish else { return Ok(false) };
        if !is_under_way(live) || live.gateway != self.gateway_name() || hand.has_not_seen(live.amount) {
            return Ok(false);
        }
        let card = match &hand.card {
            Some(card) => Some(card.clone()),
            None => methods::default(&mut self.db().read().await?, invoice.account, &live.gateway).await?,
        };
        Ok(card.is_some_and(|card| card.gateway_id == live.method))
    }

    /// Gives an attempt up that waits for its payer, when a person pays with another card, or would have more taken
    /// by it than their page showed, such as since there is credit; or when nobody has come for so long that the time
    /// for another try has come. True when it did. A payment that is refused, since a card has to pay more than the
    /// page showed, ends nothing.
    pub(super) async fn give_up_for(&self, waiting: &Attempt, wish: &Wish) -> Result<bool, BillingError> {
        let by = match wish {
            Wish::ByHand(hand) if hand.pays_otherwise(waiting) => Some(hand),
            Wish::Retry if self.now().since(waiting.updated_at) >= retry::WAITS_FOR_PAYER => None,
            Wish::Retry => {
                self.put_retry_off(waiting.desk, waiting.invoice, Some(retry::WAITS_FOR_PAYER)).await?;
                return Ok(false);
            }
            Wish::ByHand(_) | Wish::Automatic => return Ok(false),
        };
        let mut given_up = waiting.clone();
        given_up.state = AttemptState::Declined;
        given_up.error_code = Some(settle::SUPERSEDED.into());
        given_up.error_text = Some("it is paid in another way instead".into());
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, waiting.desk).await?;
        if let Some(hand) = by {
            let invoice = invoices::get(&mut tx, waiting.desk, waiting.invoice).await?;
            let now = credit::left_of(&mut tx, &invoice, self.gateway().least(invoice.total.currency)).await?;
            if matches!(invoice.state, InvoiceState::Open | InvoiceState::Due) && hand.has_not_seen(now) {
                return Err(BillingError::CardAmount { now });
            }
        }
        match attempts::save(&mut tx, &mut given_up, self.now()).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Stale(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }
}

impl ByHand {
    /// True when a person pays with another card than an attempt does, or did not see that a card is charged so much.
    fn pays_otherwise(&self, than: &Attempt) -> bool {
        self.card.as_ref().is_some_and(|card| card.gateway_id != than.method) || self.has_not_seen(than.amount)
    }

    /// True when `amount` of a card is more than the page showed, or the page named no card.
    fn has_not_seen(&self, amount: Money) -> bool {
        self.shown.is_some_and(|shown| is_unseen(self.card.is_some(), shown, amount))
    }

    /// The card that pays what the credit has left of an invoice.
    pub(super) async fn card_for(
        self,
        tx: &mut Tx,
        invoice: &Invoice,
        gateway: &str,
    ) -> Result<Option<Method>, BillingError> {
        let now = invoice.to_take();
        let unseen = self.has_not_seen(now);
        let card = match self.card {
            Some(card) => Some(card),
            None => methods::default(tx, invoice.account, gateway).await?,
        };
        if card.is_some() && unseen {
            return Err(BillingError::CardAmount { now });
        }
        Ok(card)
    }
}
