use annex_domain::oauth::SigningAlgorithm;
use annex_store::{StoreError, billing::issuer_keys};

use crate::Billing;

/// Keeps a sealed key of the issuer, unless another node was faster: the one that counts.
///
/// # Errors
/// When the database fails.
pub async fn keep_key(billing: &Billing, algorithm: SigningAlgorithm, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut tx = billing.db().begin().await?;
    issuer_keys::put_first(&mut tx, algorithm, sealed, billing.now()).await?;
    tx.commit().await?;
    let kept = issuer_keys::current(&mut billing.db().read().await?, algorithm).await?;
    kept.ok_or(StoreError::NotFound("key of the issuer"))
}
