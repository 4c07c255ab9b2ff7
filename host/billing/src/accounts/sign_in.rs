use annex_store::{
    StoreError,
    billing::accounts::{self, Credentials},
    logins::{self, Trying},
};

use super::session::begin_in;
use crate::Billing;

/// Begins a session for who gave the password that it was `checked` against: its secret. Their attempts count no more. `before`
/// is the session that the browser had.
///
/// # Errors
/// [`StoreError::Stale`] when the account has another password by now.
pub async fn sign_in(
    billing: &Billing,
    checked: &Credentials,
    trying: Trying<'_>,
    before: Option<&str>,
) -> Result<String, StoreError> {
    let mut tx = billing.db().begin().await?;
    accounts::hold_checked(&mut tx, checked).await?;
    logins::succeeded(&mut tx, trying).await?;
    let secret = begin_in(billing, &mut tx, checked.account.id, before).await?;
    tx.commit().await?;
    Ok(secret)
}
