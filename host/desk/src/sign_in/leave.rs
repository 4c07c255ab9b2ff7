use annex_store::sessions;

use crate::{Desk, Refusal};

/// Ends the session with this secret, if there is one.
///
/// # Errors
/// When the store fails.
pub async fn leave(desk: &Desk, secret: &str) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    sessions::revoke_secret(&mut tx, secret).await?;
    Ok(tx.commit().await?)
}
