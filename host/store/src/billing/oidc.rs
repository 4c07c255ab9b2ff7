//! Logins that a browser was sent away for, and codes of the built-in issuer: each is good once and for a short time.
//! States and codes are random secrets of the caller; only their hashes are kept.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId, SessionId},
};
use serde_json::Value;

use crate::{
    Result, Tx,
    db::query::{At, execute, fetch_optional},
    secret,
};

/// A login that a browser was sent away for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcRequest {
    /// Which desk is to be logged in.
    pub desk: DeskId,
    /// In whose session it was begun: no other may end it.
    pub session: SessionId,
    /// Issuer, nonce, PKCE verifier and where to go after: sealed by the caller.
    pub sealed: Vec<u8>,
}

/// Remembers a login until it comes back or expires.
pub async fn put_request(
    tx: &mut Tx,
    state: &str,
    request: &OidcRequest,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO oidc_requests (state_hash, desk_id, session_id, sealed, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let sealed = request.sealed.as_slice();
    execute!(tx, sql, secret::hash(state), request.desk, request.session, sealed, now, expires_at)?;
    Ok(())
}

/// Takes out what was sealed with a login: it can come back once, and only into the session that began it; another one
/// does not use it up. `None` for one that was never begun, came back already, or is too old.
pub async fn take_request(
    tx: &mut Tx,
    state: &str,
    desk: DeskId,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Vec<u8>>> {
    let sql = "DELETE FROM oidc_requests WHERE state_hash = $1 AND desk_id = $2 AND session_id = $3 AND expires_at > $4
               RETURNING sealed";
    let row = fetch_optional!(tx, (Vec<u8>,), sql, secret::hash(state), desk, session, now)?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Gives a code out. `request` says to whom: client, redirect URI, nonce, challenge, scopes.
///
/// # Errors
/// [`crate::StoreError::Reference`] for an unknown account.
pub async fn put_code(
    tx: &mut Tx,
    code: &str,
    account: AccountId,
    request: &Value,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO oidc_codes (code_hash, account_id, request, created_at, expires_at, used_at)
               VALUES ($1, $2, $3, $4, $5, NULL)";
    execute!(tx, sql, secret::hash(code), account, request.to_string(), now, expires_at)?;
    Ok(())
}

/// Uses a code, for its first time only. `None` for one that was never given out, was used, or is too old. Commit whatever
/// comes of it, so that it stays used.
pub async fn use_code(tx: &mut Tx, code: &str, now: Timestamp) -> Result<Option<(AccountId, Value)>> {
    let sql = "UPDATE oidc_codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2
               RETURNING account_id, request";
    let hash = secret::hash(code);
    let row = fetch_optional!(tx, (String, String), sql, hash.as_str(), now)?;
    let at = At::new("oidc_codes", &hash);
    row.map(|(account, request)| Ok((at.parse("account_id", &account)?, at.json("request", &request)?))).transpose()
}

/// Removes what has expired.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let requests = execute!(tx, "DELETE FROM oidc_requests WHERE expires_at <= $1", now)?;
    let codes = execute!(tx, "DELETE FROM oidc_codes WHERE expires_at <= $1", now)?;
    Ok(requests + codes)
}
