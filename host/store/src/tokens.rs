//! API tokens: `annex_` and 64 hexadecimal digits, stored hashed. A token acts as the operator who made it, with its scopes
//! as far as their roles allow them at that moment. Every token ends.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, TokenId},
    operator::Operator,
    permission::Permissions,
};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::{Result, StoreError},
    operators, secret,
};

/// How every token starts, so that scanners for leaked secrets can find it.
pub const PREFIX: &str = "annex_";
/// How long a token works when nobody says how long.
pub const LIFE_DAYS: u32 = 90;
/// How long at most.
pub const MOST_DAYS: u32 = 365;
/// A token that ends sooner is marked in the list.
pub const ENDS_SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// The last use is noted at most this often.
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
    /// What it may do at most.
    pub scopes: Permissions,
    /// From when on it does not work.
    pub expires_at: Timestamp,
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

/// A token to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInput {
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub scopes: Permissions,
    /// 1 to [`MOST_DAYS`].
    pub days: u32,
}

/// Stores a token whose name, scopes and days are checked already.
///
/// # Errors
/// [`StoreError::Reference`] when the operator is not of this desk.
pub async fn create(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    wanted: &TokenInput,
    now: Timestamp,
) -> Result<NewToken> {
    let TokenInput { name, scopes, days } = wanted;
    let expires_at = now.after(Duration::from_secs(u64::from(*days) * 24 * 60 * 60));
    let (secret, hash) = secret::make(PREFIX)?;
    let token = Token {
        id: TokenId::new(),
        desk,
        operator,
        name: name.clone(),
        created_at: now,
        scopes: scopes.clone(),
        expires_at,
        last_used_at: None,
    };
    execute!(
        tx,
        "INSERT INTO tokens (id, desk_id, operator_id, name, secret_hash, created_at, scopes, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token.id,
        desk,
        operator,
        name,
        hash,
        now,
        serde_json::to_string(scopes)?,
        expires_at
    )?;
    Ok(NewToken { token, secret })
}

/// As whom a bearer of the secret acts, with the permissions that the scopes leave them. `None` when it is unknown, revoked
/// or expired, or its operator is inactive.
///
/// # Errors
/// When the database fails.
pub async fn authenticate(db: &Db, secret: &str, now: Timestamp) -> Result<Option<(Token, Operator)>> {
    let found = known(db, secret, now).await?;
    if let Some((token, _)) = &found
        && token.last_used_at.is_none_or(|used| now.since(used) >= PRECISION)
    {
        db.seen().token(token.id, now);
    }
    Ok(found)
}

/// The same, which is no use of it.
///
/// # Errors
/// As [`authenticate`].
pub async fn known(db: &Db, secret: &str, now: Timestamp) -> Result<Option<(Token, Operator)>> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let hash = secret::hash(secret);
    let found = db.caches().tokens.find(db, hash.clone(), || read(db, &hash)).await?;
    let Some((mut token, operator)) = found.filter(|(token, operator)| token.expires_at > now && operator.active)
    else {
        return Ok(None);
    };
    token.last_used_at = token.last_used_at.max(db.seen().of_token(token.id));
    Ok(Some((token, operator)))
}

async fn read(db: &Db, hash: &str) -> Result<Option<(Token, Operator)>> {
    let mut conn = db.read().await?;
    let sql = "SELECT * FROM tokens WHERE secret_hash = $1 AND revoked_at IS NULL";
    let Some(row) = fetch_optional!(conn, TokenRow, sql, hash)? else { return Ok(None) };
    let token = Token::try_from(row)?;
    let mut operator = operators::get(&mut conn, token.desk, token.operator).await?;
    operator.permissions = operator.permissions.within(&token.scopes);
    Ok(Some((token, operator)))
}

/// Tokens that are not revoked, newest first: of one operator, or of the whole desk.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, desk: DeskId, operator: Option<OperatorId>) -> Result<Vec<Token>> {
    let sql = "SELECT * FROM tokens WHERE desk_id = $1 AND ($2 IS NULL OR operator_id = $2) AND revoked_at IS NULL
               ORDER BY created_at DESC, id DESC";
    all(fetch_all!(conn, TokenRow, sql, desk, operator)?)
}

/// A token of the desk that is not revoked.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: TokenId) -> Result<Token> {
    let sql = "SELECT * FROM tokens WHERE desk_id = $1 AND id = $2 AND revoked_at IS NULL";
    fetch_optional!(conn, TokenRow, sql, desk, id)?.ok_or(StoreError::NotFound("token"))?.try_into()
}

/// Ends a token; its row stays, so that the audit log's mentions of it can be explained.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or it is revoked already.
pub async fn revoke(tx: &mut Tx, desk: DeskId, id: TokenId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE tokens SET revoked_at = $3 WHERE desk_id = $1 AND id = $2 AND revoked_at IS NULL";
    match execute!(tx, sql, desk, id, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("token")),
    }
}

/// Ends all tokens of an operator; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all(tx: &mut Tx, desk: DeskId, operator: OperatorId, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE tokens SET revoked_at = $3 WHERE desk_id = $1 AND operator_id = $2 AND revoked_at IS NULL";
    execute!(tx, sql, desk, operator, now)
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    desk_id: String,
    operator_id: String,
    name: String,
    created_at: i64,
    scopes: String,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl TryFrom<TokenRow> for Token {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self> {
        let at = At::new("tokens", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            operator: at.parse("operator_id", &row.operator_id)?,
            name: row.name,
            created_at: Timestamp(row.created_at),
            scopes: at.json("scopes", &row.scopes)?,
            expires_at: Timestamp(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp),
        })
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::permission::Permission;

    use super::*;
    use crate::{
        roles::{self, Builtin},
        testing::{Fixture, on_both},
    };

    const NOW: Timestamp = Timestamp(1_000_000);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn wanted(name: &str, days: u32) -> TokenInput {
        TokenInput { name: name.into(), scopes: Permissions::agent(), days }
    }

    #[tokio::test]
    async fn a_token_works_until_it_expires_or_is_revoked() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, agent, .. } = Fixture::make(&mut tx).await;
            let short = create(&mut tx, desk, agent, &wanted("short", 1), NOW).await.unwrap();
            let long = create(&mut tx, desk, agent, &wanted("long", MOST_DAYS), NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert!(long.secret.starts_with("annex_") && long.secret.len() == 70);
            let (token, operator) = authenticate(&db, &short.secret, NOW).await.unwrap().unwrap();
            assert_eq!((token.id, operator.id), (short.token.id, agent));
            assert!(authenticate(&db, &short.secret, NOW.after(DAY)).await.unwrap().is_none());
            assert!(authenticate(&db, "annex_00", NOW).await.unwrap().is_none());
            assert!(authenticate(&db, &long.secret, NOW).await.unwrap().is_some());

            crate::seen::write(&db).await.unwrap();
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

    #[tokio::test]
    async fn a_token_may_do_what_its_scopes_and_its_operator_allow() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, admin, agent, .. } = Fixture::make(&mut tx).await;
            let scopes = Permissions([Permission::TicketsView, Permission::TicketsReply].into());
            let few = TokenInput { scopes: scopes.clone(), ..wanted("few", 90) };
            let made = create(&mut tx, desk, agent, &few, NOW).await.unwrap();
            let all = TokenInput { scopes: Permissions::admin(), ..wanted("all", 90) };
            let all = create(&mut tx, desk, admin, &all, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let may = async |secret: &str| authenticate(&db, secret, NOW).await.unwrap().unwrap().1.permissions;
            assert_eq!((may(&made.secret).await, may(&all.secret).await), (scopes, Permissions::admin()));

            let mut tx = db.begin().await.unwrap();
            let role = roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap();
            let view = Permissions([Permission::TicketsView, Permission::DeskManage].into());
            roles::update(&mut tx, desk, role.id, "Agent", &view).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(may(&made.secret).await, Permissions([Permission::TicketsView].into()), "as the roles are now");

            let mut tx = db.begin().await.unwrap();
            assert_eq!(revoke_all(&mut tx, desk, agent, NOW).await.unwrap(), 1);
            tx.commit().await.unwrap();
            assert!(authenticate(&db, &made.secret, NOW).await.unwrap().is_none());
            assert!(authenticate(&db, &all.secret, NOW).await.unwrap().is_some(), "of somebody else");
        })
        .await;
    }
}
