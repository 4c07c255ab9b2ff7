use annex_domain::{clock::Timestamp, permission::Permissions};
use annex_store::{
    StoreError,
    oauth::{
        clients::Client,
        tokens::{self, NewToken},
    },
};

use crate::Desk;

/// Gives an access token to a service for itself.
///
/// # Errors
/// When the store fails.
pub async fn give(desk: &Desk, client: &Client, scopes: Permissions, now: Timestamp) -> Result<String, StoreError> {
    let mut tx = desk.db.begin().await?;
    let new = NewToken { client, operator: None, scopes, claims: Vec::new(), code: None };
    let token = tokens::create(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(token)
}
