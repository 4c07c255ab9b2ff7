//! Access tokens: `annt_` and 64 hexadecimal digits, stored hashed. A service has one for itself, or one for an operator who
//! signed in through it. It opens what the client's scopes allow, and for an operator no more than their roles do, as both are at
//! that moment; and nothing while its installation does not run, or once the operator may not use it.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId, OauthClientId, OperatorId},
    operator::Operator,
    permission::Permissions,
};

use super::{
    TOKEN_WORKS,
    clients::{self, Client},
};
use crate::{
    db::{
        Db, Tx,
        query::{At, execute, fetch_optional},
    },
    error::StoreError,
    installations, operators, secret, users,
};

/// How every token starts.
pub const PREFIX: &str = "annt_";

/// A token to give out.
#[derive(Debug, Clone)]
pub struct NewToken<'a> {
    /// To whom.
    pub client: &'a Client,
    /// Who signed in; none: the service asks for itself.
    pub operator: Option<OperatorId>,
    /// What it may do at most.
    pub scopes: Permissions,
    /// Which parts of the operator's profile it opens: `openid`, `email`, `profile`.
    pub claims: Vec<String>,
    /// The code that it is given for.
    pub code: Option<&'a str>,
}

/// What a token opens now.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// Whose it is.
    pub client: OauthClientId,
    /// The desk, and no other.
    pub desk: DeskId,
    /// In whose name.
    pub installation: InstallationId,
    /// What the client is called.
    pub name: String,
    /// Who signed in; none: the service asks for itself.
    pub operator: Option<Operator>,
    /// What it may do.
    pub permissions: Permissions,
    /// Which parts of the operator's profile it opens.
    pub claims: Vec<String>,
    /// When it was given.
    pub created_at: Timestamp,
    /// From when on it does not work.
    pub expires_at: Timestamp,
}

/// Gives a token out; it works for [`TOKEN_WORKS`].
pub async fn create(tx: &mut Tx, new: &NewToken<'_>, now: Timestamp) -> Result<String, StoreError> {
    let (token, hash) = secret::make(PREFIX)?;
    execute!(
        tx,
        "INSERT INTO oauth_tokens
            (token_hash, desk_id, client_id, operator_id, scopes, claims, code_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        hash,
        new.client.desk,
        new.client.id,
        new.operator,
        serde_json::to_string(&new.scopes)?,
        serde_json::to_string(&new.claims)?,
        new.code.map(secret::hash),
        now,
        now.after(TOKEN_WORKS)
    )?;
    Ok(token)
}

/// What a bearer of the token may do. `None` when it is unknown, revoked or expired, its installation does not run, or its
/// operator may not use it any more.
///
/// # Errors
/// When the database fails.
pub async fn authenticate(db: &Db, token: &str, now: Timestamp) -> Result<Option<Access>, StoreError> {
    let Some((row, client)) = read(db, token, now).await? else { return Ok(None) };
    let at = At::new("oauth_tokens", &row.client_id);
    let scopes: Permissions = at.json("scopes", &row.scopes)?;
    let runs = installations::known_one(db, client.desk, client.installation).await?.is_some_and(|one| one.runs());
    let operator = match at.parse_some("operator_id", row.operator_id.as_deref())? {
        None => None,
        Some(id) => {
            if !users::known_of(db, client.desk, id).await?.contains(&client.installation) {
                return Ok(None);
            }
            Some(operators::known(db, client.desk, id).await?)
        }
    };
    let mut permissions = scopes.within(&client.scopes);
    if let Some(operator) = &operator {
        permissions = permissions.within(&operator.permissions);
    }
    Ok(runs.then_some(Access {
        client: client.id,
        desk: client.desk,
        installation: client.installation,
        name: client.name,
        operator,
        permissions,
        claims: at.json("claims", &row.claims)?,
        created_at: Timestamp(row.created_at),
        expires_at: Timestamp(row.expires_at),
    }))
}

async fn read(db: &Db, token: &str, now: Timestamp) -> Result<Option<(TokenRow, Client)>, StoreError> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let mut conn = db.read().await?;
    let sql = "SELECT client_id, operator_id, scopes, claims, created_at, expires_at FROM oauth_tokens
               WHERE token_hash = $1 AND expires_at > $2";
    let Some(row) = fetch_optional!(conn, TokenRow, sql, secret::hash(token), now)? else { return Ok(None) };
    let id = At::new("oauth_tokens", &row.client_id).parse("client_id", &row.client_id)?;
    Ok(clients::get(&mut conn, id).await?.map(|client| (row, client)))
}

/// Ends a token of a client; one that is not its own, or not there, is left as it is.
pub async fn revoke(tx: &mut Tx, client: OauthClientId, token: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM oauth_tokens WHERE client_id = $1 AND token_hash = $2";
    execute!(tx, sql, client, secret::hash(token)).map(drop)
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    client_id: String,
    operator_id: Option<String>,
    scopes: String,
    claims: String,
    created_at: i64,
    expires_at: i64,
}
