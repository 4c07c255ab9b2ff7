//! Billing accounts, and which of them holds the licence of a desk (R6).
//!
//! An account is known by issuer and subject, never by its e-mail address. Those of the built-in client area have the
//! issuer [`BUILT_IN_ISSUER`] whatever the host's address is, so that a host may move.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId},
};

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
    text,
};

/// The issuer of accounts of the built-in client area; their subject is their id.
pub const BUILT_IN_ISSUER: &str = "client-area";

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Who vouches for it: [`BUILT_IN_ISSUER`], or the issuer's URL.
    pub issuer: String,
    /// Its name there.
    pub subject: String,
    /// Where invoices are mailed to. Not an identity.
    pub email: String,
    /// A person's or a company's name.
    pub name: String,
    /// When it was made, or seen first.
    pub created_at: Timestamp,
}

impl Account {
    /// True for an account of the built-in client area.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.issuer == BUILT_IN_ISSUER
    }
}

/// What a sign-in at the built-in client area is checked against. No `Debug`: it holds a password's hash.
pub struct Credentials {
    /// Who it is.
    pub account: Account,
    /// In PHC format.
    pub password_hash: String,
}

/// An account of the built-in client area to make. No `Debug`: it holds a password's hash.
pub struct NewAccount {
    /// Where invoices are mailed to.
    pub email: String,
    /// A person's or a company's name.
    pub name: String,
    /// In PHC format.
    pub password_hash: String,
}

#[derive(sqlx::FromRow)]
struct AccountSql {
    id: String,
    issuer: String,
    subject: String,
    email: String,
    name: String,
    password_hash: Option<String>,
    created_at: i64,
}

impl TryFrom<AccountSql> for Account {
    type Error = StoreError;
    fn try_from(row: AccountSql) -> Result<Self> {
        let id = At::new("billing_accounts", &row.id).parse("id", &row.id)?;
        Ok(Self {
            id,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            name: row.name,
            created_at: Timestamp(row.created_at),
        })
    }
}

/// Makes an account of the built-in client area.
///
/// # Errors
/// [`StoreError::Taken`] when the e-mail address has one; [`StoreError::Invalid`].
pub async fn insert(tx: &mut Tx, new: &NewAccount, now: Timestamp) -> Result<Account> {
    let id = AccountId::new();
    let account = Account {
        id,
        issuer: BUILT_IN_ISSUER.into(),
        subject: id.to_string(),
        email: text::email(&new.email)?,
        name: checked_name(&new.name)?.into(),
        created_at: now,
    };
    let sql = "INSERT INTO billing_accounts (id, issuer, subject, email, name, password_hash, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    let (issuer, subject, email) = (&account.issuer, &account.subject, &account.email);
    execute!(tx, sql, id, issuer, subject, email, &account.name, &new.password_hash, now)
        .map_err(|error| error.on("billing_accounts_issuer_email_key", "the e-mail address"))?;
    Ok(account)
}

/// The account of a foreign issuer's subject: made when it is seen first, else with the name and address it has now.
///
/// # Errors
/// [`StoreError::Invalid`] for the built-in issuer, or a subject or address that cannot be stored.
pub async fn upsert_foreign(
    tx: &mut Tx,
    issuer: &str,
    subject: &str,
    email: &str,
    name: &str,
    now: Timestamp,
) -> Result<Account> {
    if issuer == BUILT_IN_ISSUER || issuer.is_empty() {
        return Err(StoreError::Invalid { field: "issuer", problem: "is not that of another billing system" });
    }
    if subject.is_empty() {
        return Err(StoreError::Invalid { field: "subject", problem: "is empty" });
    }
    StoreError::text("issuer", issuer, 500)?;
    StoreError::text("subject", subject, 255)?;
    let (email, name) = (text::email(email)?, text::cut(name, 200));
    let sql = "INSERT INTO billing_accounts (id, issuer, subject, email, name, password_hash, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, NULL, $6, $6)
               ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email, name = excluded.name,
                    updated_at = excluded.updated_at
               RETURNING *";
    fetch_one!(tx, AccountSql, sql, AccountId::new(), issuer, subject, email, name, now)?.try_into()
}

/// An account.
///
/// # Errors
/// [`StoreError::NotFound`]; when the database fails or the row is malformed.
pub async fn get(conn: &mut Conn, id: AccountId) -> Result<Account> {
    fetch_optional!(conn, AccountSql, "SELECT * FROM billing_accounts WHERE id = $1", id)?
        .ok_or(StoreError::NotFound("billing account"))?
        .try_into()
}

/// All accounts, oldest first: for the command line.
pub async fn list(conn: &mut Conn) -> Result<Vec<Account>> {
    all(fetch_all!(conn, AccountSql, "SELECT * FROM billing_accounts ORDER BY created_at, id")?)
}

/// The account of the built-in client area with an e-mail address.
pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Credentials>> {
    let Ok(email) = text::email(email) else { return Ok(None) };
    let sql = "SELECT * FROM billing_accounts WHERE issuer = $1 AND email = $2 AND password_hash IS NOT NULL";
    let Some(mut row) = fetch_optional!(conn, AccountSql, sql, BUILT_IN_ISSUER, email)? else { return Ok(None) };
    let Some(password_hash) = row.password_hash.take() else { return Ok(None) };
    Ok(Some(Credentials { account: row.try_into()?, password_hash }))
}

/// The account of an issuer's subject.
pub async fn by_subject(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<Account>> {
    let sql = "SELECT * FROM billing_accounts WHERE issuer = $1 AND subject = $2";
    fetch_optional!(conn, AccountSql, sql, issuer, subject)?.map(TryInto::try_into).transpose()
}

/// Holds an account, until the transaction ends, whose password was checked while none was open.
///
/// # Errors
/// [`StoreError::Stale`] when it has another password by now.
pub async fn hold_checked(tx: &mut Tx, checked: &Credentials) -> Result<()> {
    let sql = "UPDATE billing_accounts SET password_hash = password_hash WHERE id = $1 AND password_hash = $2";
    saved(execute!(tx, sql, checked.account.id, &checked.password_hash)?, "the password")
}

/// Stores another password's hash, and ends the account's sessions at the client area.
///
/// # Errors
/// [`StoreError::NotFound`] unless it is an account of the built-in client area.
pub async fn set_password(tx: &mut Tx, id: AccountId, hash: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE billing_accounts SET password_hash = $2, updated_at = $3 WHERE id = $1 AND issuer = $4";
    if execute!(tx, sql, id, hash, now, BUILT_IN_ISSUER)? != 1 {
        return Err(StoreError::NotFound("billing account"));
    }
    super::client_sessions::revoke_all(tx, id).await?;
    Ok(())
}

/// Which account holds the licence of a desk, if one does.
pub async fn licence_holder(conn: &mut Conn, desk: DeskId) -> Result<Option<AccountId>> {
    let text = desk.to_string();
    fetch_optional!(conn, (String,), "SELECT account_id FROM desk_licences WHERE desk_id = $1", desk)?
        .map(|(account,)| At::new("desk_licences", &text).parse("account_id", &account))
        .transpose()
}

/// Makes an account the holder of a desk's licence. Nothing happens when it is that already.
///
/// # Errors
/// [`StoreError::Taken`] when another account holds it; [`StoreError::Reference`] for an unknown desk or account.
pub async fn hold_licence(tx: &mut Tx, desk: DeskId, account: AccountId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO desk_licences (desk_id, account_id, since) VALUES ($1, $2, $3)
               ON CONFLICT (desk_id) DO NOTHING";
    if execute!(tx, sql, desk, account, now)? == 0 && licence_holder(tx, desk).await? != Some(account) {
        return Err(StoreError::Taken("the licence of this help desk"));
    }
    Ok(())
}

/// Gives the licence of a desk to an account, whoever held it: the login of another account is the wrong one from here on.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown desk or account.
pub async fn move_licence(tx: &mut Tx, desk: DeskId, account: AccountId, now: Timestamp) -> Result<()> {
    super::lock(tx, desk).await?;
    let sql = "INSERT INTO desk_licences (desk_id, account_id, since) VALUES ($1, $2, $3)
               ON CONFLICT (desk_id) DO UPDATE SET account_id = excluded.account_id, since = excluded.since
               WHERE desk_licences.account_id <> excluded.account_id";
    execute!(tx, sql, desk, account, now)?;
    let sql =
        "UPDATE billing_logins SET holds_licence = CASE WHEN account_id = $2 THEN 1 ELSE 0 END WHERE desk_id = $1";
    execute!(tx, sql, desk, account)?;
    move_debts(tx, desk, account).await
}

/// Who holds the licence of a desk owes what is unpaid of it: nobody pays with the card of an earlier holder. What a gateway
/// works on already ends as it was begun.
async fn move_debts(tx: &mut Tx, desk: DeskId, account: AccountId) -> Result<()> {
    let sql =
        "UPDATE invoices SET account_id = $2 WHERE desk_id = $1 AND account_id <> $2 AND state IN ('open', 'due')";
    execute!(tx, sql, desk, account)?;
    execute!(
        tx,
        "UPDATE orders SET account_id = $2 WHERE desk_id = $1 AND account_id <> $2 AND state = 'open'",
        desk,
        account
    )?;
    Ok(())
}

/// The desks whose licence an account holds, those it has longest first.
pub async fn desks_of(conn: &mut Conn, account: AccountId) -> Result<Vec<DeskId>> {
    let sql = "SELECT desk_id FROM desk_licences WHERE account_id = $1 ORDER BY since, desk_id";
    let rows = fetch_all!(conn, (String,), sql, account)?;
    rows.iter().map(|(desk,)| At::new("desk_licences", desk).parse("desk_id", desk)).collect()
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::Invalid { field: "name", problem: "is empty" });
    }
    StoreError::text("name", name, 200)?;
    Ok(name)
}
