use annex_domain::ids::AccountId;
use annex_store::{
    StoreError,
    logins::{self, Trying},
};

use super::session::begin_in;
use crate::Billing;

/// Begins a session for who gave the right password: its secret. Their attempts count no more. `before` is the session that
/// the browser had.
///
/// # Errors
/// When the database fails.
pub async fn sign_in(
    billing: &Billing,
    account: AccountId,
    trying: Trying<'_>,
    before: Option<&str>,
) -> Result<String, StoreError> {
    let mut tx = billing.db().begin().await?;
    logins::succeeded(&mut tx, trying).await?;
    let secret = begin_in(billing, &mut tx, account, before).await?;
    tx.commit().await?;
    Ok(secret)
}
