//! API tokens: `annex_` and 64 hexadecimal digits, stored hashed. A token acts as the operator who made it, with what
//! their roles allow at that moment.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, TokenId},
    operator::Operator,
};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::StoreError,
    operators, secret,
};

/// How every token starts, so that scanners for leaked secrets can find it.
pub const PREFIX: &str = "annex_";
/// The last use is written at most this often.
const PRECISION: Duration = Duration::from_secs(60);

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id; not the secret.
    pub id: TokenId,
    /// The desk.
    pub desk: DeskId,
    /// As whom it acts.
    pub operator: OperatorId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not work.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A token just made. No `Debug`: it holds the secret.
pub struct NewToken {
    /// As it is listed.
    pub token: Token,
    /// `annex_…`; cannot be had again.
    pub secret: String,
}

/// Makes a token.
///
/// # Errors
/// [`StoreError::Invalid`] for the name; [`StoreError::Reference`] when the operator is not of this desk.
pub async fn create(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    name: &str,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<NewToken, StoreError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::Invalid { field: "name", problem: "is empty" });
    }
    StoreError::text("name", name, 100)?;
    if expires_at.is_some_and(|at| at <= now) {
        return Err(StoreError::Invalid { field: "expires_at", problem: "is in the past" });
    }
    let (secret, hash) = secret::make(PREFIX)?;
    let token = Token {
        id: TokenId::new(),
        desk,
        operator,
        name: name.into(),
        created_at: now,
        expires_at,
        last_used_at: None,
    };
    execute!(
        tx,
        "INSERT INTO tokens (id, desk_id, operator_id, name, secret_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        token.id,
        desk,
        operator,
        name,
        hash,
        now,
        expires_at
    )?;
    Ok(NewToken { token, secret })
}

/// As whom a bearer of the secret acts. `None` when it is unknown, revoked or expired, or its operator is inactive.
///
/// # Errors
/// When the database fails.
pub async fn authenticate(db: &Db, secret: &str, now: Timestamp) -> Result<Option<(Token, Operator)>, StoreError> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let mut conn = db.read().await?;
    let sql = "SELECT * FROM tokens WHERE secret_hash = $1 AND revoked_at IS NULL
               AND (expires_at IS NULL OR expires_at > $2)";
    let Some(row) = fetch_optional!(conn, TokenRow, sql, secret::hash(secret), now)? else { return Ok(None) };
    let token = Token::try_from(row)?;
    let operator = operators::get(&mut conn, token.desk, token.operator).await?;
    drop(conn);
    if !operator.active {
        return Ok(None);
    }
    if token.last_used_at.is_none_or(|used| now.since(used) >= PRECISION) {
        let mut tx = db.begin().await?;
        execute!(tx, "UPDATE tokens SET last_used_at = $2 WHERE id = $1", token.id, now)?;
        tx.commit().await?;
    }
    Ok(Some((token, operator)))
}

/// Tokens that are not revoked, newest first: of one operator, or of the whole desk.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, desk: DeskId, operator: Option<OperatorId>) -> Result<Vec<Token>, StoreError> {
    let sql = "SELECT * FROM tokens WHERE desk_id = $1 AND ($2 IS NULL OR operator_id = $2) AND revoked_at IS NULL
               ORDER BY created_at DESC, id DESC";
    all(fetch_all!(conn, TokenRow, sql, desk, operator)?)
}

/// A token of the desk that is not revoked.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: TokenId) -> Result<Token, StoreError> {
    let sql = "SELECT * FROM tokens WHERE desk_id = $1 AND id = $2 AND revoked_at IS NULL";
    fetch_optional!(conn, TokenRow, sql, desk, id)?.ok_or(StoreError::NotFound("token"))?.try_into()
}

/// Ends a token; its row stays, so that the audit log's mentions of it can be explained.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or it is revoked already.
pub async fn revoke(tx: &mut Tx, desk: DeskId, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE tokens SET revoked_at = $3 WHERE desk_id = $1 AND id = $2 AND revoked_at IS NULL";
    match execute!(tx, sql, desk, id, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("token")),
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    desk_id: String,
    operator_id: String,
    name: String,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl TryFrom<TokenRow> for Token {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let at = At::new("tokens", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            operator: at.parse("operator_id", &row.operator_id)?,
            name: row.name,
            created_at: Timestamp(row.created_at),
            expires_at: row.expires_at.map(Timestamp),
            last_used_at: row.last_used_at.map(Timestamp),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, on_both};

    const NOW: Timestamp = Timestamp(1_000_000);

    #[tokio::test]
    async fn a_token_works_until_it_expires_or_is_revoked() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, agent, .. } = Fixture::make(&mut tx).await;
            let end = Timestamp(NOW.0 + 1000);
            let short = create(&mut tx, desk, agent, "short", Some(end), NOW).await.unwrap();
            let long = create(&mut tx, desk, agent, " long ", None, NOW).await.unwrap();
            assert!(create(&mut tx, desk, agent, "late", Some(NOW), NOW).await.is_err());
            assert!(create(&mut tx, desk, agent, " ", None, NOW).await.is_err());
            tx.commit().await.unwrap();
            assert!(long.secret.starts_with("annex_") && long.secret.len() == 70);
            let (token, operator) = authenticate(&db, &short.secret, NOW).await.unwrap().unwrap();
            assert_eq!((token.id, operator.id), (short.token.id, agent));
            assert!(authenticate(&db, &short.secret, end).await.unwrap().is_none());
            assert!(authenticate(&db, "annex_00", NOW).await.unwrap().is_none());
            assert!(authenticate(&db, &long.secret, NOW).await.unwrap().is_some());

            let mut tx = db.begin().await.unwrap();
            assert!(matches!(revoke(&mut tx, other_desk, long.token.id, NOW).await, Err(StoreError::NotFound(_))));
            assert!(get(&mut tx, other_desk, long.token.id).await.is_err());
            assert_eq!(list(&mut tx, other_desk, None).await.unwrap(), []);
            let listed = list(&mut tx, desk, Some(agent)).await.unwrap();
            assert_eq!(listed.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["long", "short"]);
            assert_eq!(listed[0].last_used_at, Some(NOW));
            assert_eq!(list(&mut tx, desk, Some(OperatorId::new())).await.unwrap(), []);
            revoke(&mut tx, desk, long.token.id, NOW).await.unwrap();
            assert!(revoke(&mut tx, desk, long.token.id, NOW).await.is_err());
            tx.commit().await.unwrap();
            assert!(authenticate(&db, &long.secret, NOW).await.unwrap().is_none());
        })
        .await;
    }
}
