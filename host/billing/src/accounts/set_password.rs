use annex_domain::{audit::Action, ids::AccountId, operator::Actor};
use annex_store::{StoreError, Tx, audit, billing::accounts};
use serde_json::json;

use crate::Billing;

/// Gives an account another password, on the machine of the host, and signs it out of the client area everywhere.
///
/// # Errors
/// [`StoreError::NotFound`] unless it is an account of the built-in client area.
pub async fn set_password(billing: &Billing, account: AccountId, hash: &str) -> Result<(), StoreError> {
    let mut tx = billing.db().begin().await?;
    set_in(billing, &mut tx, account, hash, Actor::CommandLine).await?;
    tx.commit().await
}

pub(super) async fn set_in(
    billing: &Billing,
    tx: &mut Tx,
    account: AccountId,
    hash: &str,
    by: Actor,
) -> Result<(), StoreError> {
    let (now, object) = (billing.now(), super::object(account));
    accounts::set_password(tx, account, hash, now).await?;
    for desk in accounts::desks_of(tx, account).await? {
        audit::append(tx, desk, by, Action::BillingAccountPassword, &object, &json!({}), now).await?;
    }
    Ok(())
}
