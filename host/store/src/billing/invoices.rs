//! Invoices with their lines: of an order, or the monthly one of a desk. Their numbers count up within a desk without gaps,
//! because the number is taken in the transaction of the invoice.

use annex_domain::{
    addon::AddonId,
    billing::{InvoiceState, TopUp},
    clock::Timestamp,
    ids::{AccountId, DeskId, InvoiceId, OrderId, SubscriptionId},
    money::{Currency, Money},
};
use jiff::civil::Date;

use super::{desks, saved};
use crate::{
    Conn, Result, Signal, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

mod lines;
mod parties;
mod top_ups;

pub use self::{
    lines::{Line, all_lines, lines, lines_in_use, lines_of, reduce},
    parties::{ADDRESS, Parties, Party, TAX_ID, buyer, parties, set_buyer, set_seller},
    top_ups::{by_top_up_key, insert_top_up, last_top_up},
};

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// Of this desk.
    pub desk: DeskId,
    /// Who pays.
    pub account: AccountId,
    /// What people know it by; counts up within the desk.
    pub number: i64,
    /// Of this order; none: the monthly one.
    pub order: Option<OrderId>,
    /// Credit is bought with it: who asked for that. It is neither of an order nor a monthly one.
    pub top_up: Option<TopUp>,
    /// Of a monthly one: its first day.
    pub period_from: Option<Date>,
    /// Of a monthly one: the first day after it.
    pub period_to: Option<Date>,
    /// The sum of its lines.
    pub total: Money,
    /// The part of it, in cents, that is paid out of credit.
    pub credit_used: i64,
    /// The part of it, in cents, that is not owed any more: days after a cancel.
    pub reduced: i64,
    /// Where it stands.
    pub state: InvoiceState,
    /// Since when it waits to be paid by hand.
    pub due_since: Option<Timestamp>,
    /// Of a monthly one that is due: when it is tried again by itself.
    pub retry_at: Option<Timestamp>,
    /// When its payer was told that what it pays for stops soon.
    pub warned_at: Option<Timestamp>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When it was made out.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set.
    pub rev: i64,
}

impl Invoice {
    /// What is owed, paid or not: the total without what was taken off it.
    #[must_use]
    pub fn owed(&self) -> i64 {
        self.total.cents - self.reduced
    }

    /// What a gateway has to take: what is owed without what credit pays.
    #[must_use]
    pub fn to_take(&self) -> Money {
        Money::new(self.owed() - self.credit_used, self.total.currency)
    }
}

/// An invoice to make out. Its total is the sum of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvoice {
    /// Its id.
    pub id: InvoiceId,
    /// Of this desk.
    pub desk: DeskId,
    /// Who pays.
    pub account: AccountId,
    /// Of this order; none: the monthly one.
    pub order: Option<OrderId>,
    /// Of a monthly one: its first day, and the first day after it.
    pub period: Option<(Date, Date)>,
    /// Of all lines.
    pub currency: Currency,
    /// In cents; at most the total.
    pub credit_used: i64,
    /// At least one.
    pub lines: Vec<Line>,
}

/// Which invoices of a desk or an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// In this state only.
    pub state: Option<InvoiceState>,
    /// Numbers below this one only, for the next page of a desk.
    pub below: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for Filter {
    fn default() -> Self {
        Self { state: None, below: None, limit: 100 }
    }
}

#[derive(sqlx::FromRow)]
struct InvoiceSql {
    id: String,
    desk_id: String,
    account_id: String,
    number: i64,
    order_id: Option<String>,
    top_up: Option<String>,
    period_from: Option<String>,
    period_to: Option<String>,
    currency: String,
    total: i64,
    credit_used: i64,
    reduced: i64,
    state: String,
    due_since: Option<i64>,
    retry_at: Option<i64>,
    warned_at: Option<i64>,
    paid_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<InvoiceSql> for Invoice {
    type Error = StoreError;
    fn try_from(row: InvoiceSql) -> Result<Self> {
        let at = At::new("invoices", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            account: at.parse("account_id", &row.account_id)?,
            number: row.number,
            order: at.parse_some("order_id", row.order_id.as_deref())?,
            top_up: at.parse_some("top_up", row.top_up.as_deref())?,
            period_from: at.parse_some("period_from", row.period_from.as_deref())?,
            period_to: at.parse_some("period_to", row.period_to.as_deref())?,
            total: Money::new(row.total, at.parse("currency", &row.currency)?),
            credit_used: row.credit_used,
            reduced: row.reduced,
            state: at.parse("state", &row.state)?,
            due_since: row.due_since.map(Timestamp),
            retry_at: row.retry_at.map(Timestamp),
            warned_at: row.warned_at.map(Timestamp),
            paid_at: row.paid_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
        })
    }
}

/// Makes an invoice out: open, with the desk's next number and its lines.
///
/// # Errors
/// [`StoreError::Taken`] when the order, or the desk for this currency and period, has one, or a line's subscription was
/// billed for the period; [`StoreError::NotFound`] before [`desks::ensure`]; [`StoreError::Invalid`] for no line, a
/// negative total or more credit than that.
pub async fn insert(tx: &mut Tx, new: &NewInvoice, now: Timestamp) -> Result<Invoice> {
    let total = new.lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.amount));
    let Some(total) = total.filter(|total| !new.lines.is_empty() && *total >= 0) else {
        return Err(StoreError::Invalid { field: "lines", problem: "must be there and not sum to less than nothing" });
    };
    if !(0..=total).contains(&new.credit_used) {
        return Err(StoreError::Invalid { field: "credit_used", problem: "is not a part of the total" });
    }
    let number = desks::next_number(tx, new.desk).await?;
    let sql =
        "INSERT INTO invoices (id, desk_id, account_id, number, order_id, period_from, period_to, currency, total,
                    credit_used, state, due_since, paid_at, created_at, updated_at, rev)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', NULL, NULL, $11, $11, 1) RETURNING *";
    let row = fetch_one!(
        tx,
        InvoiceSql,
        sql,
        new.id,
        new.desk,
        new.account,
        number,
        new.order,
        new.period.map(|(from, _)| from),
        new.period.map(|(_, to)| to),
        new.currency,
        total,
        new.credit_used,
        now
    )
    .map_err(|error| {
        error
            .on("invoices_order_id_key", "the invoice of this order")
            .on("invoices_desk_id_currency_period_from_key", "the invoice of this month")
    })?;
    for line in &new.lines {
        lines::insert(tx, new.desk, new.id, line).await?;
    }
    parties::keep(tx, new.desk, new.id).await?;
    row.try_into()
}

/// Saves state, credit, what is not owed any more, and times: nothing else of an invoice ever changes. Sets `updated_at`
/// and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Invoice, now: Timestamp) -> Result<()> {
    let sql =
        "UPDATE invoices SET state = $4, credit_used = $5, due_since = $6, paid_at = $7, updated_at = $8, reduced = $9,
                    retry_at = $10, warned_at = $11, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    let affected = execute!(
        tx,
        sql,
        changed.desk,
        changed.id,
        changed.rev,
        changed.state,
        changed.credit_used,
        changed.due_since,
        changed.paid_at,
        now,
        changed.reduced,
        changed.retry_at,
        changed.warned_at
    )?;
    saved(affected, "the invoice")?;
    changed.updated_at = now;
    changed.rev += 1;
    tx.signal(Signal::Attention { desk: changed.desk }).await
}

/// An invoice of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: InvoiceId) -> Result<Invoice> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND id = $2";
    fetch_optional!(conn, InvoiceSql, sql, desk, id)?.ok_or(StoreError::NotFound("invoice"))?.try_into()
}

/// The invoice of the desk with a number.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn by_number(conn: &mut Conn, desk: DeskId, number: i64) -> Result<Invoice> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND number = $2";
    fetch_optional!(conn, InvoiceSql, sql, desk, number)?.ok_or(StoreError::NotFound("invoice"))?.try_into()
}

/// The invoice of an order.
pub async fn of_order(conn: &mut Conn, desk: DeskId, order: OrderId) -> Result<Option<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND order_id = $2";
    fetch_optional!(conn, InvoiceSql, sql, desk, order)?.map(TryInto::try_into).transpose()
}

/// The numbers of all invoices of a desk, by id.
pub async fn numbers(conn: &mut Conn, desk: DeskId) -> Result<Vec<(InvoiceId, i64)>> {
    let rows = fetch_all!(conn, (String, i64), "SELECT id, number FROM invoices WHERE desk_id = $1", desk)?;
    rows.iter().map(|(id, number)| Ok((At::new("invoices", id).parse("id", id)?, *number))).collect()
}

/// The invoices of a desk, the newest first.
pub async fn list(conn: &mut Conn, desk: DeskId, filter: Filter) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND ($2 IS NULL OR state = $2) AND number < $3
               ORDER BY number DESC LIMIT $4";
    let below = filter.below.unwrap_or(i64::MAX);
    all(fetch_all!(conn, InvoiceSql, sql, desk, filter.state, below, filter.limit)?)
}

/// The invoices of an account over all desks, the newest first; `below` does not count.
pub async fn of_account(conn: &mut Conn, account: AccountId, filter: Filter) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE account_id = $1 AND ($2 IS NULL OR state = $2) ORDER BY id DESC LIMIT $3";
    all(fetch_all!(conn, InvoiceSql, sql, account, filter.state, filter.limit)?)
}

/// An invoice of an account, of whichever desk.
///
/// # Errors
/// [`StoreError::NotFound`], also for one of another account.
pub async fn get_of_account(conn: &mut Conn, account: AccountId, id: InvoiceId) -> Result<Invoice> {
    let sql = "SELECT * FROM invoices WHERE account_id = $1 AND id = $2";
    fetch_optional!(conn, InvoiceSql, sql, account, id)?.ok_or(StoreError::NotFound("invoice"))?.try_into()
}

/// A page of the invoices of an account over all desks, the newest first: those before `before`.
pub async fn page_of_account(
    conn: &mut Conn,
    account: AccountId,
    before: Option<InvoiceId>,
    limit: u32,
) -> Result<Vec<Invoice>> {
    // Ids rise with time; no id is above this text.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let sql = "SELECT * FROM invoices WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    all(fetch_all!(conn, InvoiceSql, sql, account, before, limit)?)
}

/// Invoices of a subscription that are not paid, the oldest first.
pub async fn unpaid_of_subscription(
    conn: &mut Conn,
    desk: DeskId,
    subscription: SubscriptionId,
) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND state IN ('open', 'due')
                   AND id IN (SELECT invoice_id FROM invoice_lines WHERE desk_id = $1 AND subscription_id = $2)
               ORDER BY number";
    all(fetch_all!(conn, InvoiceSql, sql, desk, subscription)?)
}

/// Monthly invoices of an add-on that are not paid, whatever became of its subscription, the oldest first.
pub async fn unpaid_of_addon(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND order_id IS NULL AND state IN ('open', 'due')
                   AND id IN (SELECT invoice_id FROM invoice_lines
                           WHERE desk_id = $1 AND addon_id = $2 AND amount > reduced)
               ORDER BY number";
    all(fetch_all!(conn, InvoiceSql, sql, desk, addon)?)
}

/// Monthly invoices of all desks that are open, last saved or looked at ([`looked_at`]) at `before` or earlier, those for
/// the longest time first.
pub async fn open_months(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE state = 'open' AND order_id IS NULL AND top_up IS NULL AND updated_at <= $1
               ORDER BY updated_at, id LIMIT $2";
    all(fetch_all!(conn, InvoiceSql, sql, before, limit)?)
}

/// Puts an invoice that was looked at behind the others of [`open_months`]. Nothing else of it changes.
pub async fn looked_at(tx: &mut Tx, id: InvoiceId, now: Timestamp) -> Result<()> {
    execute!(tx, "UPDATE invoices SET updated_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// Monthly invoices of all desks that are due since `before` or longer: for the end of the days of grace.
pub async fn overdue(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE state = 'due' AND order_id IS NULL AND top_up IS NULL AND due_since <= $1
               ORDER BY due_since, id LIMIT $2";
    all(fetch_all!(conn, InvoiceSql, sql, before, limit)?)
}

/// Monthly invoices of a desk that are due and whose time to be tried again has come, the oldest first.
pub async fn to_retry(conn: &mut Conn, desk: DeskId, now: Timestamp) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND state = 'due' AND order_id IS NULL AND retry_at <= $2
               ORDER BY number";
    all(fetch_all!(conn, InvoiceSql, sql, desk, now)?)
}

/// Monthly invoices of all desks that are due since `before` or longer, and of which nobody was told that the end is near.
pub async fn to_warn(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE state = 'due' AND order_id IS NULL AND top_up IS NULL AND due_since <= $1
                   AND warned_at IS NULL
               ORDER BY due_since, id LIMIT $2";
    all(fetch_all!(conn, InvoiceSql, sql, before, limit)?)
}

/// Never tries to charge a due invoice by itself: nobody has agreed to it. It can be paid by hand. Nothing else of it is
/// saved; sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn leave_to_hand(tx: &mut Tx, invoice: &mut Invoice, now: Timestamp) -> Result<()> {
    let sql = "UPDATE invoices SET by_hand = 1, retry_at = NULL, updated_at = $4, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    saved(execute!(tx, sql, invoice.desk, invoice.id, invoice.rev, now)?, "the invoice")?;
    (invoice.retry_at, invoice.updated_at) = (None, now);
    invoice.rev += 1;
    Ok(())
}

/// Monthly invoices of an account over all desks that are due, without those that are left to be paid by hand.
pub async fn due_months_of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE account_id = $1 AND state = 'due' AND order_id IS NULL AND top_up IS NULL
                   AND by_hand = 0
               ORDER BY id";
    all(fetch_all!(conn, InvoiceSql, sql, account)?)
}
