use annex_domain::{audit::Action, oauth::SigningAlgorithm, operator::Actor};
use annex_store::{StoreError, audit, billing::issuer_keys};
use serde_json::json;

use crate::Billing;

/// Signs with another sealed key from now on. Tokens of the one before verify for two days more.
///
/// # Errors
/// When the database fails.
pub async fn rotate_key(
    billing: &Billing,
    algorithm: SigningAlgorithm,
    sealed: &[u8],
    by: Actor,
) -> Result<(), StoreError> {
    let now = billing.now();
    let mut tx = billing.db().begin().await?;
    issuer_keys::replace(&mut tx, algorithm, sealed, now).await?;
    audit::append(&mut tx, None, by, Action::IssuerRotateKey, algorithm.as_str(), &json!({}), now).await?;
    tx.commit().await
}
