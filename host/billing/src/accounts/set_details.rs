use annex_domain::{audit::Action, ids::AccountId, operator::Actor};
use annex_store::{
    StoreError, audit,
    billing::{accounts, invoices},
};
use serde_json::json;

use crate::Billing;

/// Changes the address and the tax id of an account: invoices to come name them, those of before stay as they are.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for `address` or `tax_id`.
pub async fn set_details(billing: &Billing, account: AccountId, address: &str, tax_id: &str) -> Result<(), StoreError> {
    let (now, object, by) = (billing.now(), super::object(account), Actor::Account(account));
    let mut tx = billing.db().begin().await?;
    invoices::set_buyer(&mut tx, account, address.trim(), tax_id.trim(), now).await?;
    for desk in accounts::desks_of(&mut tx, account).await? {
        audit::append(&mut tx, desk, by, Action::BillingAccountDetails, &object, &json!({}), now).await?;
    }
    tx.commit().await
}
