//! What services of publishers get from the issuer: [`clients`] with their secrets and keys, [`codes`] of single sign-on, and
//! access [`tokens`]. Each belongs to an installation and ends with it. Secrets, codes and tokens are kept as hashes.

pub mod clients;
pub mod codes;
pub mod tokens;

#[cfg(test)]
mod tests;

use std::time::Duration;

use annex_domain::{clock::Timestamp, ids::OauthClientId};

use crate::{StoreError, Tx, db::query::execute, secret};

/// How long an access token works.
pub const TOKEN_WORKS: Duration = Duration::from_secs(60 * 60);

/// Uses up the id of a client's proof that it is itself; false when it was used before.
pub async fn use_assertion(
    tx: &mut Tx,
    client: OauthClientId,
    id: &str,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO oauth_assertions (client_id, jti_hash, expires_at) VALUES ($1, $2, $3)
               ON CONFLICT (client_id, jti_hash) DO NOTHING";
    Ok(execute!(tx, sql, client, secret::hash(id), expires_at)? == 1)
}

/// Removes what has ended. A code that was used is kept for as long as what it gave works: using it again ends that.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM oauth_assertions WHERE expires_at <= $1", now)?;
    execute!(tx, "DELETE FROM oauth_tokens WHERE expires_at <= $1", now)?;
    execute!(tx, "DELETE FROM oauth_codes WHERE expires_at <= $1", now.before(TOKEN_WORKS))?;
    execute!(tx, "DELETE FROM oauth_secrets WHERE ends_at <= $1", now).map(drop)
}
