use annex_domain::{clock::Timestamp, ids::OauthClientId};
use annex_store::{StoreError, oauth};

use crate::Desk;

/// Takes a signed proof that a client is itself, by its id; false for one that was there before.
///
/// # Errors
/// When the store fails.
pub async fn prove(desk: &Desk, client: OauthClientId, id: &str, expires_at: Timestamp) -> Result<bool, StoreError> {
    let mut tx = desk.db.begin().await?;
    let first = oauth::use_assertion(&mut tx, client, id, expires_at).await?;
    tx.commit().await?;
    Ok(first)
}
