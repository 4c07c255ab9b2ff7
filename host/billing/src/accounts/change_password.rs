use annex_domain::operator::Actor;
use annex_store::{
    StoreError,
    billing::accounts::{self, Credentials},
    logins::{self, Trying},
};

use super::{session::begin_in, set_password::set_in};
use crate::Billing;

/// Gives an account the password that whoever is signed in with it chose, and who gave the one that it was `checked` against.
/// All its sessions end, and another begins for this browser: its secret.
///
/// # Errors
/// [`StoreError::Stale`] when the account has another password by now.
pub async fn change_password(
    billing: &Billing,
    checked: &Credentials,
    hash: &str,
    trying: Trying<'_>,
) -> Result<String, StoreError> {
    let account = checked.account.id;
    let mut tx = billing.db().begin().await?;
    accounts::hold_checked(&mut tx, checked).await?;
    set_in(billing, &mut tx, account, hash, Actor::Account(account)).await?;
    logins::succeeded(&mut tx, trying).await?;
    let secret = begin_in(billing, &mut tx, account, None).await?;
    tx.commit().await?;
    Ok(secret)
}
