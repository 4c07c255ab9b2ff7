use annex_store::{StoreError, billing::client_sessions};

use crate::Billing;

/// Ends the session with this secret, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(billing: &Billing, secret: &str) -> Result<(), StoreError> {
    let mut tx = billing.db().begin().await?;
    client_sessions::revoke(&mut tx, secret).await?;
    tx.commit().await
}
