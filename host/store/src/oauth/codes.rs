//! Codes of single sign-on: good once, and for a short time. Whoever brings one a second time may have stolen it, so what it
//! gave ends then.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OauthClientId, OperatorId},
};
use serde_json::Value;

use crate::{
    StoreError, Tx,
    db::query::{At, execute, fetch_optional},
    secret,
};

/// What a code is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// The desk.
    pub desk: DeskId,
    /// Who may use it.
    pub client: OauthClientId,
    /// Who signed in.
    pub operator: OperatorId,
    /// Redirect URI, nonce, challenge and scopes, as the caller wrote them.
    pub request: Value,
}

/// What becomes of a code.
#[derive(Debug, Clone, PartialEq)]
pub enum Used {
    /// It works, this time.
    Now(Grant),
    /// It was used before: what it gave has ended.
    Before,
    /// It was never given out, or is too old.
    Unknown,
}

/// Gives a code out.
pub async fn put(tx: &mut Tx, code: &str, grant: &Grant, expires_at: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_codes (code_hash, desk_id, client_id, operator_id, request, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let request = grant.request.to_string();
    execute!(tx, sql, secret::hash(code), grant.desk, grant.client, grant.operator, request, expires_at).map(drop)
}

/// Uses a code of a client. Commit whatever comes of it.
pub async fn take(tx: &mut Tx, client: OauthClientId, code: &str, now: Timestamp) -> Result<Used, StoreError> {
    let hash = secret::hash(code);
    let sql = "UPDATE oauth_codes SET used_at = $3
               WHERE code_hash = $1 AND client_id = $2 AND used_at IS NULL AND expires_at > $3
               RETURNING desk_id, operator_id, request";
    let row = fetch_optional!(tx, (String, String, String), sql, hash.as_str(), client, now)?;
    if let Some((desk, operator, request)) = row {
        let at = At::new("oauth_codes", &hash);
        return Ok(Used::Now(Grant {
            desk: at.parse("desk_id", &desk)?,
            client,
            operator: at.parse("operator_id", &operator)?,
            request: at.json("request", &request)?,
        }));
    }
    let sql = "SELECT code_hash FROM oauth_codes WHERE code_hash = $1 AND used_at IS NOT NULL";
    if fetch_optional!(tx, (String,), sql, hash.as_str())?.is_none() {
        return Ok(Used::Unknown);
    }
    execute!(tx, "DELETE FROM oauth_tokens WHERE code_hash = $1", hash)?;
    Ok(Used::Before)
}
