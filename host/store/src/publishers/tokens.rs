//! Tokens of publishers: `annp_` and 64 hexadecimal digits, stored hashed. A token works while the member who made it belongs to
//! the publisher, and does of its scopes what their role allows at that moment. Every token ends.

use std::{collections::BTreeSet, time::Duration};

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    ids::{AccountId, PublisherTokenId},
    publisher::PublisherScope,
};

use crate::{
    Conn, Db, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    secret,
};

/// How every token starts, so that scanners for leaked secrets can find it.
pub const PREFIX: &str = "annp_";
/// The last use is noted at most this often.
const PRECISION: Duration = Duration::from_secs(60);

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherToken {
    /// Its id; not the secret.
    pub id: PublisherTokenId,
    /// Whose.
    pub publisher: PublisherSlug,
    /// Who made it.
    pub account: AccountId,
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub scopes: BTreeSet<PublisherScope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not work.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A token just made. No `Debug`: it holds the secret.
pub struct NewToken {
    /// As it is listed.
    pub token: PublisherToken,
    /// `annp_…`; cannot be had again.
    pub secret: String,
}

#[derive(sqlx::FromRow)]
struct TokenSql {
    id: String,
    publisher: String,
    account_id: String,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl TryFrom<TokenSql> for PublisherToken {
    type Error = StoreError;
    fn try_from(row: TokenSql) -> Result<Self, StoreError> {
        let at = At::new("publisher_tokens", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            publisher: at.parse("publisher", &row.publisher)?,
            account: at.parse("account_id", &row.account_id)?,
            scopes: at.json("scopes", &row.scopes)?,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp),
            name: row.name,
        })
    }
}

/// Stores a token whose name, scopes and days are checked already.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown publisher or account.
pub async fn create(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    account: AccountId,
    name: &str,
    scopes: &BTreeSet<PublisherScope>,
    days: u32,
    now: Timestamp,
) -> Result<NewToken, StoreError> {
    let (secret, hash) = secret::make(PREFIX)?;
    let token = PublisherToken {
        id: PublisherTokenId::new(),
        publisher: publisher.clone(),
        account,
        name: name.to_owned(),
        scopes: scopes.clone(),
        created_at: now,
        expires_at: now.after(Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        last_used_at: None,
    };
    let sql =
        "INSERT INTO publisher_tokens (id, publisher, account_id, name, scopes, secret_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let words = serde_json::to_string(scopes)?;
    execute!(tx, sql, token.id, publisher, account, name, words, hash, now, token.expires_at)?;
    Ok(NewToken { token, secret })
}

/// Whose program comes with a secret, and notes the use of it. `None` when it is unknown, revoked or expired, the publisher is
/// suspended, or who made it belongs to the publisher no more. Its scopes are those that their role still allows.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn authenticate(db: &Db, secret: &str, now: Timestamp) -> Result<Option<PublisherToken>, StoreError> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let sql = "SELECT t.* FROM publisher_tokens t JOIN publishers p ON p.slug = t.publisher
               WHERE t.secret_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.status = 'active'";
    let mut conn = db.read().await?;
    let Some(row) = fetch_optional!(conn, TokenSql, sql, secret::hash(secret), now)? else { return Ok(None) };
    let mut token = PublisherToken::try_from(row)?;
    let Some(role) = super::members::role(&mut conn, &token.publisher, token.account).await? else { return Ok(None) };
    drop(conn);
    token.scopes.retain(|scope| role.may(scope.deed()));
    if token.last_used_at.is_none_or(|used| now.since(used) >= PRECISION) {
        let mut tx = db.begin().await?;
        execute!(tx, "UPDATE publisher_tokens SET last_used_at = $2 WHERE id = $1", token.id, now)?;
        tx.commit().await?;
    }
    Ok(Some(token))
}

/// The tokens of a publisher that are not revoked, the newest first.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Vec<PublisherToken>, StoreError> {
    let sql = "SELECT * FROM publisher_tokens WHERE publisher = $1 AND revoked_at IS NULL
               ORDER BY created_at DESC, id DESC";
    all(fetch_all!(conn, TokenSql, sql, publisher)?)
}

/// Ends a token of a publisher, and answers which; its row stays, so that the audit log's mentions of it can be explained.
///
/// # Errors
/// [`StoreError::NotFound`] when the publisher has none, or it is revoked already.
pub async fn revoke(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    id: PublisherTokenId,
    now: Timestamp,
) -> Result<PublisherToken, StoreError> {
    let sql = "UPDATE publisher_tokens SET revoked_at = $3
               WHERE publisher = $1 AND id = $2 AND revoked_at IS NULL RETURNING *";
    fetch_optional!(tx, TokenSql, sql, publisher, id, now)?.ok_or(StoreError::NotFound("token"))?.try_into()
}

/// Ends all tokens that a member has made for a publisher.
///
/// # Errors
/// When the database fails.
pub async fn revoke_of(
    tx: &mut Tx,
    publisher: &PublisherSlug,
    account: AccountId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let sql = "UPDATE publisher_tokens SET revoked_at = $3
               WHERE publisher = $1 AND account_id = $2 AND revoked_at IS NULL";
    execute!(tx, sql, publisher, account, now)
}
