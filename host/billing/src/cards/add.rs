use annex_domain::{ids::AccountId, random};
use annex_store::{
    StoreError,
    billing::{accounts, methods},
};
use url::Url;

use crate::{
    Billing, BillingError, Caller,
    gateway::{GatewayError, NewCustomer},
    protocol,
};

/// The page of the gateway on which a card is added; the browser then goes to `return_url`, where [`super::refresh()`] is to be
/// called.
///
/// # Errors
/// [`BillingError::Forbidden`], [`BillingError::Login`], [`BillingError::TooOften`]; when the gateway does not answer.
pub async fn add(billing: &Billing, by: &Caller, return_url: &Url) -> Result<Url, BillingError> {
    let account = by.account(&mut billing.db().read().await?).await?;
    if let Some(wait) = billing.payment_wait(account).await? {
        return Err(BillingError::TooOften { wait });
    }
    billing.set_up_page(account, return_url).await
}

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
