//! Sessions at the built-in client area, apart from those of the panel but under the same rules: a cookie with a 256-bit
//! secret that is stored hashed, which ends after 30 minutes without a request and after 12 hours in any case.

use annex_domain::{clock::Timestamp, ids::AccountId};

use crate::{
    Db, Result, Tx,
    db::query::{At, execute, fetch_optional},
    secret,
    sessions::{ABSOLUTE, IDLE, PRECISION},
};

/// Begins a session for who has just signed in. The secret is for the cookie; it cannot be had again.
///
/// # Errors
/// [`crate::StoreError::Reference`] for an unknown account.
pub async fn create(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<String> {
    let (secret, hash) = secret::make("")?;
    let sql = "INSERT INTO client_sessions (token_hash, account_id, created_at, seen_at, expires_at)
               VALUES ($1, $2, $3, $3, $4)";
    execute!(tx, sql, hash, account, now, now.after(ABSOLUTE))?;
    Ok(secret)
}

/// Who is signed in, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub account: AccountId,
    /// When the password was given.
    pub at: Timestamp,
}

/// Who comes with a cookie's secret, and keeps the session alive. `None` when it has ended.
pub async fn authenticate(db: &Db, secret: &str, now: Timestamp) -> Result<Option<SignedIn>> {
    let sql = "SELECT account_id, created_at, seen_at FROM client_sessions WHERE token_hash = $1 AND expires_at > $2";
    let hash = secret::hash(secret);
    let row = fetch_optional!(db.read().await?, (String, i64, i64), sql, hash.as_str(), now)?;
    let Some((account, created_at, written)) = row else { return Ok(None) };
    let seen_at = db.seen().of_client(&hash).map_or(Timestamp(written), |noted| noted.max(Timestamp(written)));
    if seen_at <= now.before(IDLE) {
        return Ok(None);
    }
    if now.since(seen_at) >= PRECISION {
        db.seen().client(&hash, now);
    }
    let account = At::new("client_sessions", &hash).parse("account_id", &account)?;
    Ok(Some(SignedIn { account, at: Timestamp(created_at) }))
}

/// Ends the session with this secret, if there is one.
pub async fn revoke(tx: &mut Tx, secret: &str) -> Result<()> {
    execute!(tx, "DELETE FROM client_sessions WHERE token_hash = $1", secret::hash(secret)).map(drop)
}

/// Ends all sessions of an account; answers how many.
pub async fn revoke_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    execute!(tx, "DELETE FROM client_sessions WHERE account_id = $1", account)
}

/// Removes those that have ended.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM client_sessions WHERE seen_at <= $1 OR expires_at <= $2";
    execute!(tx, sql, now.before(IDLE), now)
}
