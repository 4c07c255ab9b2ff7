//! Cards: added on a page of the gateway, shown as the gateway shows them. No card data comes here.

use annex_domain::{
    ids::{AccountId, PaymentMethodId},
    money::Money,
    random,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        accounts,
        methods::{self, Method, NewMethod},
    },
};
use url::Url;

use crate::{
    Billing, BillingError, NewOrder, OrderError,
    charge::retry,
    credit,
    gateway::{GatewayError, NewCustomer},
    protocol,
};

impl Billing {
    /// The page of the gateway on which an account adds a card; the browser then goes to `return_url`, where
    /// [`Self::refresh_methods`] is to be called.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn set_up_page(&self, account: AccountId, return_url: &Url) -> Result<Url, BillingError> {
        let visit = random::token().map_err(StoreError::from)?;
        let key = format!("annex:{account}:set-up:{visit}");
        let customer = self.customer(account, &protocol::customer_key(account)).await?;
        match self.gateway().set_up_page(&key, &customer, return_url).await {
            // Deleted there, or the secret key is of another account or of the live mode now.
            Err(GatewayError::Refused { code, .. }) if code == "resource_missing" => {
                let mut tx = self.db().begin().await?;
                methods::forget_customer(&mut tx, account, self.gateway().name(), &customer).await?;
                tx.commit().await?;
                let customer = self.customer(account, &format!("{key}:customer")).await?;
                Ok(self.gateway().set_up_page(&format!("{key}:again"), &customer, return_url).await?)
            }
            page => Ok(page?),
        }
    }

    /// Takes over the cards of an account as the gateway has them.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn refresh_methods(&self, account: AccountId) -> Result<Vec<Method>, BillingError> {
        let gateway = self.gateway();
        let mut conn = self.db().read().await?;
        let customer = methods::customer(&mut conn, account, gateway.name()).await?;
        drop(conn);
        let Some(customer) = customer else { return Ok(Vec::new()) };
        let cards = gateway.methods(&customer).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        retry::lock_debts(&mut tx, account).await?;
        let known = methods::list(&mut tx, account).await?;
        for gone in known.iter().filter(|one| one.gateway == gateway.name()) {
            if !cards.iter().any(|card| card.id == gone.gateway_id) {
                methods::remove(&mut tx, account, gone.id).await?;
            }
        }
        let mut newest = None;
        for card in cards.iter().rev() {
            let is_new = !known.iter().any(|one| one.gateway_id == card.id);
            let new = NewMethod {
                gateway_id: card.id.clone(),
                brand: card.brand.clone(),
                last4: card.last4.clone(),
                exp_month: card.exp_month,
                exp_year: card.exp_year,
            };
            let method = methods::upsert(&mut tx, account, gateway.name(), &new, now).await?;
            newest = if is_new { Some(method.id) } else { newest };
        }
        // Who adds a card wants to pay with it.
        if let Some(newest) = newest {
            methods::make_default(&mut tx, account, newest).await?;
            retry::at_once_in(&mut tx, account, now).await?;
        }
        let list = methods::list(&mut tx, account).await?;
        tx.commit().await?;
        Ok(list)
    }

    /// Lets a card be the one that pays. What is due of the account's months is tried with it at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a card of somebody else.
    pub async fn make_default_in(
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

    /// Forgets a card, here and at the gateway.
    ///
    /// # Errors
    /// When the account has no such card, or the gateway does not answer.
    pub async fn remove_method(&self, account: AccountId, method: PaymentMethodId) -> Result<(), BillingError> {
        let mut conn = self.db().read().await?;
        let card = methods::get(&mut conn, account, method).await?;
        drop(conn);
        self.gateway_of(&card.gateway)?.detach(&card.gateway_id).await?;
        let mut tx = self.db().begin().await?;
        methods::remove(&mut tx, account, method).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The account at the gateway: made once, also by two at the same time.
    async fn customer(&self, account: AccountId, key: &str) -> Result<String, BillingError> {
        let gateway = self.gateway();
        let mut conn = self.db().read().await?;
        if let Some(known) = methods::customer(&mut conn, account, gateway.name()).await? {
            return Ok(known);
        }
        let row = accounts::get(&mut conn, account).await?;
        drop(conn);
        let new = NewCustomer { account, email: row.email, name: row.name };
        let made = gateway.customer(key, &new).await?;
        let mut tx = self.db().begin().await?;
        let customer = methods::set_customer(&mut tx, account, gateway.name(), &made, self.now()).await?;
        tx.commit().await?;
        Ok(customer)
    }
}

/// True when a card is charged more than a page showed, or is one that the page did not name.
pub(crate) fn is_unseen(named: bool, shown: Money, now: Money) -> bool {
    !now.is_zero() && (!named || now.currency != shown.currency || now.cents > shown.cents)
}
