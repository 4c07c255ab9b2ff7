//! Accounts at the gateways, and the cards there: only what a gateway shows of a card, never its number.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, PaymentMethodId},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its id here.
    pub id: PaymentMethodId,
    /// Whose.
    pub account: AccountId,
    /// At which gateway.
    pub gateway: String,
    /// Its id there.
    pub gateway_id: String,
    /// Such as `visa`.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: u16,
    /// The one that is charged. An account with cards has exactly one.
    pub is_default: bool,
    /// When it was seen first.
    pub created_at: Timestamp,
}

/// A card as the gateway shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMethod {
    /// Its id at the gateway.
    pub gateway_id: String,
    /// Such as `visa`.
    pub brand: String,
    /// The last four digits.
    pub last4: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: u16,
}

#[derive(sqlx::FromRow)]
struct MethodSql {
    id: String,
    account_id: String,
    gateway: String,
    gateway_id: String,
    brand: String,
    last4: String,
    exp_month: i64,
    exp_year: i64,
    is_default: i64,
    created_at: i64,
}

impl TryFrom<MethodSql> for Method {
    type Error = StoreError;
    fn try_from(row: MethodSql) -> Result<Self> {
        let at = At::new("payment_methods", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            account: at.parse("account_id", &row.account_id)?,
            exp_month: at.number("exp_month", row.exp_month)?,
            exp_year: at.number("exp_year", row.exp_year)?,
            is_default: row.is_default != 0,
            created_at: Timestamp(row.created_at),
            gateway: row.gateway,
            gateway_id: row.gateway_id,
            brand: row.brand,
            last4: row.last4,
        })
    }
}

/// The account's id at a gateway, once it has one.
pub async fn customer(conn: &mut Conn, account: AccountId, gateway: &str) -> Result<Option<String>> {
    let sql = "SELECT customer_id FROM gateway_customers WHERE account_id = $1 AND gateway = $2";
    Ok(fetch_optional!(conn, (String,), sql, account, gateway)?.map(|(id,)| id))
}

/// Whose a gateway's customer is.
pub async fn account_of(conn: &mut Conn, gateway: &str, customer: &str) -> Result<Option<AccountId>> {
    let sql = "SELECT account_id FROM gateway_customers WHERE gateway = $1 AND customer_id = $2";
    fetch_optional!(conn, (String,), sql, gateway, customer)?
        .map(|(account,)| At::new("gateway_customers", customer).parse("account_id", &account))
        .transpose()
}

/// Stores the account's id at a gateway. The one that is stored already stays: two nodes may ask at once. Returns the one
/// that counts.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown account.
pub async fn set_customer(
    tx: &mut Tx,
    account: AccountId,
    gateway: &str,
    customer: &str,
    now: Timestamp,
) -> Result<String> {
    let sql = "INSERT INTO gateway_customers (account_id, gateway, customer_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (account_id, gateway) DO UPDATE SET customer_id = gateway_customers.customer_id
               RETURNING customer_id";
    Ok(fetch_one!(tx, (String,), sql, account, gateway, customer, now)?.0)
}

/// Forgets a customer whom the gateway does not know, and the cards that were theirs. Somebody may have replaced them.
pub async fn forget_customer(tx: &mut Tx, account: AccountId, gateway: &str, customer: &str) -> Result<()> {
    let sql = "DELETE FROM gateway_customers WHERE account_id = $1 AND gateway = $2 AND customer_id = $3";
    if execute!(tx, sql, account, gateway, customer)? == 1 {
        execute!(tx, "DELETE FROM payment_methods WHERE account_id = $1 AND gateway = $2", account, gateway)?;
    }
    Ok(())
}

/// The cards of an account at all gateways: the default first, then the newest.
pub async fn list(conn: &mut Conn, account: AccountId) -> Result<Vec<Method>> {
    let sql = "SELECT * FROM payment_methods WHERE account_id = $1 ORDER BY is_default DESC, created_at DESC, id DESC";
    all(fetch_all!(conn, MethodSql, sql, account)?)
}

/// A card of an account.
///
/// # Errors
/// [`StoreError::NotFound`], also for a card of another account.
pub async fn get(conn: &mut Conn, account: AccountId, id: PaymentMethodId) -> Result<Method> {
    let sql = "SELECT * FROM payment_methods WHERE account_id = $1 AND id = $2";
    fetch_optional!(conn, MethodSql, sql, account, id)?.ok_or(StoreError::NotFound("payment method"))?.try_into()
}

/// The card to charge at a gateway: the default one, else the newest there.
pub async fn default(conn: &mut Conn, account: AccountId, gateway: &str) -> Result<Option<Method>> {
    let sql = "SELECT * FROM payment_methods WHERE account_id = $1 AND gateway = $2
               ORDER BY is_default DESC, created_at DESC, id DESC LIMIT 1";
    fetch_optional!(conn, MethodSql, sql, account, gateway)?.map(TryInto::try_into).transpose()
}

/// Adds a card, or takes over what the gateway shows of it now. The first one of an account becomes the default.
///
/// # Errors
/// [`StoreError::Taken`] when it is another account's; [`StoreError::Reference`] for an unknown account.
pub async fn upsert(tx: &mut Tx, account: AccountId, gateway: &str, new: &NewMethod, now: Timestamp) -> Result<Method> {
    let sql = "INSERT INTO payment_methods (id, account_id, gateway, gateway_id, brand, last4, exp_month, exp_year,
                    is_default, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
               ON CONFLICT (gateway, gateway_id) DO UPDATE SET brand = excluded.brand, last4 = excluded.last4,
                    exp_month = excluded.exp_month, exp_year = excluded.exp_year
               WHERE payment_methods.account_id = excluded.account_id
               RETURNING *";
    let row = fetch_optional!(
        tx,
        MethodSql,
        sql,
        PaymentMethodId::new(),
        account,
        gateway,
        &new.gateway_id,
        &new.brand,
        &new.last4,
        new.exp_month,
        new.exp_year,
        now
    )?;
    let method = Method::try_from(row.ok_or(StoreError::Taken("the payment method"))?)?;
    a_default_is_left(tx, account).await?;
    get(tx, account, method.id).await
}

/// Removes a card; if it was the default, the newest other one becomes it.
///
/// # Errors
/// [`StoreError::NotFound`], also for a card of another account.
pub async fn remove(tx: &mut Tx, account: AccountId, id: PaymentMethodId) -> Result<()> {
    if execute!(tx, "DELETE FROM payment_methods WHERE account_id = $1 AND id = $2", account, id)? != 1 {
        return Err(StoreError::NotFound("payment method"));
    }
    a_default_is_left(tx, account).await
}

/// Makes a card the one that is charged.
///
/// # Errors
/// [`StoreError::NotFound`], also for a card of another account.
pub async fn make_default(tx: &mut Tx, account: AccountId, id: PaymentMethodId) -> Result<()> {
    // First none, then one: the unique index is looked at after each statement.
    let sql = "UPDATE payment_methods SET is_default = 0 WHERE account_id = $1 AND is_default = 1";
    execute!(tx, sql, account)?;
    let sql = "UPDATE payment_methods SET is_default = 1 WHERE account_id = $1 AND id = $2";
    if execute!(tx, sql, account, id)? == 1 { Ok(()) } else { Err(StoreError::NotFound("payment method")) }
}

async fn a_default_is_left(tx: &mut Tx, account: AccountId) -> Result<()> {
    let sql = "UPDATE payment_methods SET is_default = 1
               WHERE id = (SELECT id FROM payment_methods WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1)
                   AND NOT EXISTS (SELECT 1 FROM payment_methods WHERE account_id = $1 AND is_default = 1)";
    execute!(tx, sql, account)?;
    Ok(())
}
