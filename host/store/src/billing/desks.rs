//! When the bill of a desk is made out: on which day of the month, in which time zone, and up to which day it is done.

use annex_domain::{clock::Timestamp, ids::DeskId};
use jiff::civil::Date;

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// The bill of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingDesk {
    /// The desk.
    pub desk: DeskId,
    /// 1 to 31; in shorter months their last day.
    pub billing_day: u8,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The day that the next monthly invoice is made out.
    pub next_bill_on: Date,
    /// The moment that day begins.
    pub next_bill_at: Timestamp,
    /// Since when the desk is asked whether months that were missed are to be charged.
    pub asked_at: Option<Timestamp>,
    /// Bills up to this day may be made out, however many they are.
    pub confirmed_through: Option<Date>,
    /// Compare-and-set.
    pub rev: i64,
}

#[derive(sqlx::FromRow)]
struct DeskSql {
    desk_id: String,
    billing_day: i64,
    time_zone: String,
    next_bill_on: String,
    next_bill_at: i64,
    asked_at: Option<i64>,
    confirmed_through: Option<String>,
    rev: i64,
}

impl TryFrom<DeskSql> for BillingDesk {
    type Error = StoreError;
    fn try_from(row: DeskSql) -> Result<Self> {
        let at = At::new("billing_desks", &row.desk_id);
        Ok(Self {
            desk: at.parse("desk_id", &row.desk_id)?,
            billing_day: at.number("billing_day", row.billing_day)?,
            next_bill_on: at.parse("next_bill_on", &row.next_bill_on)?,
            next_bill_at: Timestamp(row.next_bill_at),
            asked_at: row.asked_at.map(Timestamp),
            confirmed_through: at.parse_some("confirmed_through", row.confirmed_through.as_deref())?,
            rev: row.rev,
            time_zone: row.time_zone,
        })
    }
}

/// The bill of a desk: made with its first purchase, and then the one that there is. `rev` of `new` does not matter.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown desk; [`StoreError::Database`] for a day of the month that there is not.
pub async fn ensure(tx: &mut Tx, new: &BillingDesk, now: Timestamp) -> Result<BillingDesk> {
    let sql = "INSERT INTO billing_desks (desk_id, billing_day, time_zone, next_bill_on, next_bill_at, last_number,
                    created_at, rev)
               VALUES ($1, $2, $3, $4, $5, 0, $6, 1) ON CONFLICT (desk_id) DO NOTHING";
    execute!(tx, sql, new.desk, new.billing_day, &new.time_zone, new.next_bill_on, new.next_bill_at, now)?;
    get(tx, new.desk).await?.ok_or(StoreError::NotFound("bill of the help desk"))
}

/// The bill of a desk, once something was bought.
pub async fn get(conn: &mut Conn, desk: DeskId) -> Result<Option<BillingDesk>> {
    fetch_optional!(conn, DeskSql, "SELECT * FROM billing_desks WHERE desk_id = $1", desk)?
        .map(TryInto::try_into)
        .transpose()
}

/// Desks whose monthly invoice is to be made out by now, or that have one to be tried again, the latest first in line. Those
/// that were asked after `asked` about months that were missed are left to answer.
pub async fn due(conn: &mut Conn, now: Timestamp, asked: Timestamp, limit: u32) -> Result<Vec<BillingDesk>> {
    let sql = "SELECT * FROM billing_desks WHERE next_bill_at <= $1 AND (asked_at IS NULL OR asked_at <= $3)
                   OR desk_id IN (SELECT i.desk_id FROM invoices i WHERE i.state = 'due' AND i.retry_at <= $1)
               ORDER BY next_bill_at, desk_id LIMIT $2";
    all(fetch_all!(conn, DeskSql, sql, now, limit, asked)?)
}

/// Saves everything of a bill: a day was made out, or the zone changed.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, bill: &mut BillingDesk) -> Result<()> {
    let sql =
        "UPDATE billing_desks SET billing_day = $3, time_zone = $4, next_bill_on = $5, next_bill_at = $6, asked_at = $7,
                    confirmed_through = $8, rev = rev + 1
               WHERE desk_id = $1 AND rev = $2";
    let (day, zone, asked, confirmed) = (bill.billing_day, &bill.time_zone, bill.asked_at, bill.confirmed_through);
    let (on, at) = (bill.next_bill_on, bill.next_bill_at);
    saved(execute!(tx, sql, bill.desk, bill.rev, day, zone, on, at, asked, confirmed)?, "the bill")?;
    bill.rev += 1;
    Ok(())
}

/// The day in `bill` was made out: the next one is `on`, which begins at `at`.
///
/// # Errors
/// [`StoreError::Stale`] when another worker made it out.
pub async fn advance(tx: &mut Tx, bill: &mut BillingDesk, on: Date, at: Timestamp) -> Result<()> {
    bill.next_bill_on = on;
    bill.next_bill_at = at;
    save(tx, bill).await
}

/// The next number of an invoice of the desk. Taken in the transaction of the invoice, so that none is left out.
pub(super) async fn next_number(tx: &mut Tx, desk: DeskId) -> Result<i64> {
    let sql = "UPDATE billing_desks SET last_number = last_number + 1 WHERE desk_id = $1 RETURNING last_number";
    let number = fetch_optional!(tx, (i64,), sql, desk)?;
    Ok(number.ok_or(StoreError::NotFound("bill of the help desk"))?.0)
}
