//! Money paid back: to the card of an attempt, or to the desk's credit. The sum never exceeds what was taken.

use std::collections::BTreeMap;

use annex_domain::{
    billing::RefundState,
    clock::Timestamp,
    ids::{AttemptId, DeskId, InvoiceId, RefundId},
    money::{Currency, Money},
};

use super::{by_invoice, saved};
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional, in_list, list},
    error::Forbidden,
};

/// Money paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id; the key at the gateway is made of it.
    pub id: RefundId,
    /// Of this desk.
    pub desk: DeskId,
    /// Of this invoice.
    pub invoice: InvoiceId,
    /// To the card of this attempt; none: to the desk's credit.
    pub attempt: Option<AttemptId>,
    /// How much.
    pub amount: Money,
    /// The part of it, in cents, that nobody owed: it was taken over what the invoice came to.
    pub not_owed: i64,
    /// A word that says why; once for each invoice.
    pub reason: String,
    /// The refund at the gateway, once its id is stored.
    pub gateway_id: Option<String>,
    /// Where it stands.
    pub state: RefundState,
    /// What the gateway said.
    pub error_text: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set.
    pub rev: i64,
}

/// A refund to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Of this desk.
    pub desk: DeskId,
    /// Of this invoice.
    pub invoice: InvoiceId,
    /// To the card of this attempt; none: to the desk's credit.
    pub attempt: Option<AttemptId>,
    /// How much: more than nothing.
    pub amount: Money,
    /// The part of it, in cents, that nobody owed: only the payment bounds it, and it falls on no line.
    pub not_owed: i64,
    /// A word that says why; once for each invoice.
    pub reason: String,
    /// The lines of the invoice that it falls on, each with its part. None of them: on nothing that was owed.
    pub lines: Vec<(i64, i64)>,
}

#[derive(sqlx::FromRow)]
struct RefundSql {
    id: String,
    desk_id: String,
    invoice_id: String,
    attempt_id: Option<String>,
    amount: i64,
    not_owed: i64,
    currency: String,
    reason: String,
    gateway_id: Option<String>,
    state: String,
    error_text: Option<String>,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<RefundSql> for Refund {
    type Error = StoreError;
    fn try_from(row: RefundSql) -> Result<Self> {
        let at = At::new("refunds", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            invoice: at.parse("invoice_id", &row.invoice_id)?,
            attempt: at.parse_some("attempt_id", row.attempt_id.as_deref())?,
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            not_owed: row.not_owed,
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
            reason: row.reason,
            gateway_id: row.gateway_id,
            error_text: row.error_text,
        })
    }
}

/// Decides a refund, in the state `new`. Failed ones do not count towards the sum.
///
/// # Errors
/// [`Forbidden::RefundTooHigh`] when more would be paid back than was taken, with the attempt or, without what nobody owed,
/// by the invoice as a whole; [`StoreError::Taken`] when the invoice has one for this reason.
pub async fn insert(tx: &mut Tx, new: &NewRefund, now: Timestamp) -> Result<Refund> {
    super::lock(tx, new.desk).await?;
    let owed = new.amount.cents - new.not_owed;
    let too_high = owed > left_of_invoice(tx, new).await?
        || match new.attempt {
            Some(attempt) => new.amount.cents > left_of_attempt(tx, new, attempt).await?,
            None => false,
        };
    if too_high {
        return Err(Forbidden::RefundTooHigh.into());
    }
    let sql = "INSERT INTO refunds (id, desk_id, invoice_id, attempt_id, amount, not_owed, currency, reason, state,
                    created_at, updated_at, rev)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', $9, $9, 1) RETURNING *";
    let refund: Refund = fetch_one!(
        tx,
        RefundSql,
        sql,
        RefundId::new(),
        new.desk,
        new.invoice,
        new.attempt,
        new.amount.cents,
        new.not_owed,
        new.amount.currency,
        &new.reason,
        now
    )
    .map_err(|error| error.on("refunds_invoice_id_reason_key", "the refund of this invoice"))?
    .try_into()?;
    for (line, cents) in new.lines.iter().filter(|(_, cents)| *cents > 0) {
        let sql = "INSERT INTO refund_lines (refund_id, line_id, amount) VALUES ($1, $2, $3)";
        execute!(tx, sql, refund.id, *line, *cents)?;
    }
    Ok(refund)
}

/// What was paid back of each line of an invoice, without refunds that failed: the line's id, and cents.
pub async fn by_line(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT l.line_id, CAST(SUM(l.amount) AS BIGINT) FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
               WHERE r.invoice_id = $1 AND r.state <> 'failed' GROUP BY l.line_id ORDER BY l.line_id";
    fetch_all!(conn, (i64, i64), sql, invoice)
}

/// The lines that a refund falls on, each with its part.
pub async fn lines(conn: &mut Conn, refund: RefundId) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT line_id, amount FROM refund_lines WHERE refund_id = $1 ORDER BY line_id";
    fetch_all!(conn, (i64, i64), sql, refund)
}

/// What was paid back of a line by refunds that are through.
pub async fn arrived_of_line(conn: &mut Conn, line: i64) -> Result<i64> {
    let sql =
        "SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
               WHERE l.line_id = $1 AND r.state = 'succeeded'";
    Ok(fetch_one!(conn, (i64,), sql, line)?.0)
}

/// What was paid back of an invoice by refunds that name no line, as those of earlier releases do.
pub async fn of_no_line(conn: &mut Conn, invoice: InvoiceId) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(r.amount - r.not_owed), 0) AS BIGINT) FROM refunds r
               WHERE r.invoice_id = $1 AND r.state <> 'failed' AND r.reason NOT LIKE 'late:%'
                   AND NOT EXISTS (SELECT 1 FROM refund_lines l WHERE l.refund_id = r.id)";
    Ok(fetch_one!(conn, (i64,), sql, invoice)?.0)
}

/// What nobody owed of refunds of a desk that are not through, in cents: it leaves the credit when they are.
pub async fn not_owed_on_its_way(conn: &mut Conn, desk: DeskId, currency: Currency) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(not_owed), 0) AS BIGINT) FROM refunds
               WHERE desk_id = $1 AND currency = $2 AND state IN ('new', 'requested')";
    Ok(fetch_one!(conn, (i64,), sql, desk, currency)?.0)
}

/// What may still be paid back of the invoice with the credit it used. What was taken over what is owed is in
/// credit already: it does not count, and neither does what was paid back of it.
async fn left_of_invoice(tx: &mut Tx, new: &NewRefund) -> Result<i64> {
    let currency = new.amount.currency;
    let sql = "SELECT CAST(COALESCE((SELECT SUM(a.amount) FROM attempts a
                    WHERE a.invoice_id = i.id AND a.state = 'succeeded'), 0) + i.credit_used AS BIGINT),
                 CASE WHEN i.state = 'paid' THEN i.total - i.reduced ELSE NULL END,
                 CAST(COALESCE((SELECT SUM(r.amount - r.not_owed) FROM refunds r
                    WHERE r.invoice_id = i.id AND r.state <> 'failed'), 0) AS BIGINT)
               FROM invoices i WHERE i.desk_id = $1 AND i.id = $2 AND i.currency = $3";
    let found = fetch_optional!(tx, (i64, Option<i64>, i64), sql, new.desk, new.invoice, currency)?;
    Ok(found.map_or(0, |(paid, owed, refunded)| owed.map_or(paid, |owed| paid.min(owed)) - refunded))
}

/// What may still be paid back to the card of the attempt.
async fn left_of_attempt(tx: &mut Tx, new: &NewRefund, attempt: AttemptId) -> Result<i64> {
    let sql = "SELECT CAST(a.amount - COALESCE((SELECT SUM(r.amount) FROM refunds r
                    WHERE r.attempt_id = a.id AND r.state <> 'failed'), 0) AS BIGINT)
               FROM attempts a WHERE a.desk_id = $1 AND a.id = $2 AND a.invoice_id = $3 AND a.currency = $4
                   AND a.state = 'succeeded'";
    let found = fetch_optional!(tx, (i64,), sql, new.desk, attempt, new.invoice, new.amount.currency)?;
    Ok(found.map_or(0, |(left,)| left))
}

/// Saves the gateway's id, the state and what the gateway said. Sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Refund, now: Timestamp) -> Result<()> {
    let sql = "UPDATE refunds SET gateway_id = $4, state = $5, error_text = $6, updated_at = $7, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    let affected = execute!(
        tx,
        sql,
        changed.desk,
        changed.id,
        changed.rev,
        changed.gateway_id.as_deref(),
        changed.state,
        changed.error_text.as_deref(),
        now
    )?;
    saved(affected, "the refund")?;
    changed.updated_at = now;
    changed.rev += 1;
    Ok(())
}

/// Puts a refund that was looked at behind the others of [`unfinished`]. Nothing else of it changes.
pub async fn looked_at(tx: &mut Tx, id: RefundId, now: Timestamp) -> Result<()> {
    execute!(tx, "UPDATE refunds SET updated_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// A refund of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: RefundId) -> Result<Refund> {
    let sql = "SELECT * FROM refunds WHERE desk_id = $1 AND id = $2";
    fetch_optional!(conn, RefundSql, sql, desk, id)?.ok_or(StoreError::NotFound("refund"))?.try_into()
}

/// The refunds of an invoice, the first one first.
pub async fn of_invoice(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<Refund>> {
    all(fetch_all!(conn, RefundSql, "SELECT * FROM refunds WHERE invoice_id = $1 ORDER BY created_at, id", invoice)?)
}

/// The refunds of several invoices, the first one first. No desk is asked for: the invoices were read as those of a
/// desk or of an account that may see them.
pub async fn of_invoices(conn: &mut Conn, invoices: &[InvoiceId]) -> Result<BTreeMap<InvoiceId, Vec<Refund>>> {
    let sql = in_list!(conn, "SELECT * FROM refunds WHERE invoice_id", "ORDER BY created_at, id");
    let refunds: Vec<Refund> = all(fetch_all!(conn, RefundSql, sql, list(invoices))?)?;
    Ok(by_invoice(refunds.into_iter().map(|refund| (refund.invoice, refund))))
}

/// The refund of an invoice for a reason.
pub async fn for_reason(conn: &mut Conn, invoice: InvoiceId, reason: &str) -> Result<Option<Refund>> {
    let sql = "SELECT * FROM refunds WHERE invoice_id = $1 AND reason = $2";
    fetch_optional!(conn, RefundSql, sql, invoice, reason)?.map(TryInto::try_into).transpose()
}

/// Refunds of all desks that are not through and were last saved at `before` or earlier.
pub async fn unfinished(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Refund>> {
    let sql = "SELECT * FROM refunds WHERE state IN ('new', 'requested') AND updated_at <= $1
               ORDER BY updated_at, id LIMIT $2";
    all(fetch_all!(conn, RefundSql, sql, before, limit)?)
}
