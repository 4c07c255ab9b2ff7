//! Desks whose credit is topped up by itself when it falls below a threshold.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId},
    money::Money,
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_optional},
};

/// How the credit of a desk is topped up by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Of this desk.
    pub desk: DeskId,
    /// Who wants it, and pays.
    pub account: AccountId,
    /// What is bought at once.
    pub amount: Money,
    /// Less credit than this is topped up, in cents.
    pub threshold: i64,
}

#[derive(sqlx::FromRow)]
struct RuleSql {
    desk_id: String,
    account_id: String,
    currency: String,
    amount: i64,
    threshold: i64,
}

impl TryFrom<RuleSql> for Rule {
    type Error = StoreError;
    fn try_from(row: RuleSql) -> Result<Self> {
        let at = At::new("top_ups", &row.desk_id);
        Ok(Self {
            desk: at.parse("desk_id", &row.desk_id)?,
            account: at.parse("account_id", &row.account_id)?,
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            threshold: row.threshold,
        })
    }
}

/// The rule of a desk; none: nothing is bought by itself.
pub async fn get(conn: &mut Conn, desk: DeskId) -> Result<Option<Rule>> {
    let sql = "SELECT desk_id, account_id, currency, amount, threshold FROM top_ups WHERE desk_id = $1";
    fetch_optional!(conn, RuleSql, sql, desk)?.map(TryInto::try_into).transpose()
}

/// Puts a rule in the place of the one that there may be.
pub async fn set(tx: &mut Tx, rule: &Rule, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO top_ups (desk_id, account_id, currency, amount, threshold, since)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (desk_id) DO UPDATE SET account_id = $2, currency = $3, amount = $4, threshold = $5, since = $6";
    let (amount, currency) = (rule.amount.cents, rule.amount.currency);
    execute!(tx, sql, rule.desk, rule.account, currency, amount, rule.threshold, now).map(drop)
}

/// Buys nothing by itself any more. False when there was no rule.
pub async fn remove(tx: &mut Tx, desk: DeskId) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM top_ups WHERE desk_id = $1", desk)? == 1)
}
