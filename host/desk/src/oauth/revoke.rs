use annex_domain::ids::OauthClientId;
use annex_store::{StoreError, oauth::tokens};

use crate::Desk;

/// Ends a token of a client, if it is one of its own.
///
/// # Errors
/// When the store fails.
pub async fn revoke(desk: &Desk, client: OauthClientId, token: &str) -> Result<(), StoreError> {
    let mut tx = desk.db.begin().await?;
    tokens::revoke(&mut tx, client, token).await?;
    tx.commit().await
}
