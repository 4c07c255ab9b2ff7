use annex_domain::ids::AccountId;
use annex_store::{StoreError, billing::oidc};
use serde_json::Value;

use crate::Billing;

/// Uses a code up: whose it is, and what it is good for. None for one that was never given out, was used, or is too old.
/// Whatever is wrong with the rest of the request, it works no more.
///
/// # Errors
/// When the database fails.
pub async fn exchange(billing: &Billing, code: &str) -> Result<Option<(AccountId, Value)>, StoreError> {
    let mut tx = billing.db().begin().await?;
    let used = oidc::use_code(&mut tx, code, billing.now()).await?;
    tx.commit().await?;
    Ok(used)
}
