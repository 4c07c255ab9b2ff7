use annex_domain::ids::AccountId;
use annex_store::billing::methods::{self, Method, NewMethod};

use crate::{Billing, BillingError, Caller, charge::retry};

/// What cards there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// All of them, the default one first.
    pub cards: Vec<Method>,
    /// One of them was not there before.
    pub added: bool,
}

/// Takes over the cards as the gateway has them, such as after one was added there.
///
/// # Errors
/// [`BillingError::Forbidden`], [`BillingError::Login`]; when the gateway does not answer.
pub async fn refresh(billing: &Billing, by: &Caller) -> Result<Refreshed, BillingError> {
    let mut conn = billing.db().read().await?;
    let account = by.account(&mut conn).await?;
    let before = methods::list(&mut conn, account).await?;
    drop(conn);
    let cards = billing.refresh_methods(account).await?;
    let added = cards.iter().any(|card| before.iter().all(|known| known.id != card.id));
    Ok(Refreshed { cards, added })
}

impl Billing {
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
}
