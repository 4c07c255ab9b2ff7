use annex_store::{
    StoreError,
    logins::{self, Attempt, Trying},
};

use crate::Billing;

/// Counts an attempt before what was given is checked, whatever comes of it. Some: how many seconds to wait before the next.
///
/// # Errors
/// When the database fails.
pub async fn attempt(billing: &Billing, trying: Trying<'_>) -> Result<Option<u64>, StoreError> {
    let mut tx = billing.db().begin().await?;
    let attempt = logins::attempt(&mut tx, trying, billing.now()).await?;
    tx.commit().await?;
    Ok(match attempt {
        Attempt::Allowed => None,
        Attempt::Wait(wait) => Some(wait.as_secs().max(1)),
    })
}

/// What attempts to sign in to the client area are counted as. An operator and an account may share an address: what one
/// tries does not lock the other out.
#[must_use]
pub fn counted_as(email: &str) -> String {
    format!("client-area:{email}")
}
