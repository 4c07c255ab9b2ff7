//! Paying publishers out: one run for a month, which decides once who gets what and to which bank account; then the file for the
//! bank is written of it, as often as somebody wants it, and always the same.

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    earnings::{Month, PayoutState},
    money::Money,
};

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// The payouts of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What was earned until its end is paid out.
    pub month: Month,
    /// How far it is.
    pub state: PayoutState,
    /// When it was decided who gets what.
    pub made_at: Timestamp,
}

/// What one publisher gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// 1, 2, … of each month.
    pub number: u32,
    /// Who.
    pub publisher: PublisherSlug,
    /// How much: more than nothing.
    pub amount: Money,
    /// To which bank account, sealed.
    pub sealed: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct PayoutSql {
    month: String,
    number: i64,
    publisher: String,
    amount: i64,
    currency: String,
    sealed: Vec<u8>,
}

impl TryFrom<PayoutSql> for Payout {
    type Error = StoreError;
    fn try_from(row: PayoutSql) -> Result<Self> {
        let at = At::new("payouts", &row.month);
        Ok(Self {
            number: at.number("number", row.number)?,
            publisher: at.parse("publisher", &row.publisher)?,
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            sealed: row.sealed,
        })
    }
}

/// Begins the run of a month. False: there is one already, perhaps made by somebody else just now.
pub async fn begin(tx: &mut Tx, month: Month, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO payout_runs (month, state, made_at, updated_at) VALUES ($1, 'made', $2, $2)
               ON CONFLICT (month) DO NOTHING";
    Ok(execute!(tx, sql, month, now)? == 1)
}

/// Writes what a publisher gets into a run that was begun in the same transaction.
pub async fn insert(tx: &mut Tx, month: Month, new: &Payout) -> Result<()> {
    let sql =
        "INSERT INTO payouts (month, number, publisher, amount, currency, sealed) VALUES ($1, $2, $3, $4, $5, $6)";
    let (cents, currency) = (new.amount.cents, new.amount.currency);
    execute!(tx, sql, month, new.number, &new.publisher, cents, currency, &new.sealed).map(drop)
}

/// The run of a month.
pub async fn run(conn: &mut Conn, month: Month) -> Result<Option<Run>> {
    let sql = "SELECT state, made_at FROM payout_runs WHERE month = $1";
    let Some((state, made_at)) = fetch_optional!(conn, (String, i64), sql, month)? else { return Ok(None) };
    let name = month.to_string();
    Ok(Some(Run { month, state: At::new("payout_runs", &name).parse("state", &state)?, made_at: Timestamp(made_at) }))
}

/// The payouts of a run, by number.
pub async fn of(conn: &mut Conn, month: Month) -> Result<Vec<Payout>> {
    all(fetch_all!(conn, PayoutSql, "SELECT * FROM payouts WHERE month = $1 ORDER BY number", month)?)
}

/// Notes how far a run has come.
///
/// # Errors
/// [`StoreError::Stale`] when it is not where it was thought to be.
pub async fn come_to(tx: &mut Tx, run: &mut Run, state: PayoutState, now: Timestamp) -> Result<()> {
    let sql = "UPDATE payout_runs SET state = $3, updated_at = $4 WHERE month = $1 AND state = $2";
    saved(execute!(tx, sql, run.month, run.state, state, now)?, "the payouts of the month")?;
    run.state = state;
    Ok(())
}
