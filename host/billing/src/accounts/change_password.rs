use annex_domain::{ids::AccountId, operator::Actor};
use annex_store::{
    StoreError,
    logins::{self, Trying},
};

use super::{session::begin_in, set_password::set_in};
use crate::Billing;

/// Gives an account the password that whoever is signed in with it chose. All its sessions end, and another begins for this
/// browser: its secret.
///
/// # Errors
/// [`StoreError::NotFound`] unless it is an account of the built-in client area.
pub async fn change_password(
    billing: &Billing,
    account: AccountId,
    hash: &str,
    trying: Trying<'_>,
) -> Result<String, StoreError> {
    let mut tx = billing.db().begin().await?;
    set_in(billing, &mut tx, account, hash, Actor::Account(account)).await?;
    logins::succeeded(&mut tx, trying).await?;
    let secret = begin_in(billing, &mut tx, account, None).await?;
    tx.commit().await?;
    Ok(secret)
}
