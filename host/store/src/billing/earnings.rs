//! The book of the publishers: what each earned with which line of an invoice, what of it was taken back, and what was paid out.
//! Only ever added to; each transaction once. It has no desk in it, and stays when a desk is deleted.

use annex_domain::{
    addon::{AddonId, PublisherSlug},
    clock::Timestamp,
    earnings::{EarningKind, Share},
    ids::{DeskId, InstallationId, OrderId},
    money::{Currency, Money},
};
use jiff::civil::Date;

use super::invoices::Line;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// A line that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// The line of the invoice.
    pub line: i64,
    /// For this installation, which may be gone by now.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// The add-on's and the plan's name in English, as they were.
    pub description: String,
    /// The publisher's, as it was when it was paid.
    pub share: Share,
}

impl Sold {
    /// A line that is paid for now.
    #[must_use]
    pub fn of(line: &Line, share: Share) -> Self {
        Self {
            line: line.id,
            installation: line.installation,
            addon: line.addon.clone(),
            description: line.description.clone(),
            share,
        }
    }
}

/// A movement of a publisher's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// Rises with each movement.
    pub id: i64,
    /// Whose account it moved.
    pub publisher: PublisherSlug,
    /// What happened.
    pub kind: EarningKind,
    /// What it was about; none of a payout.
    pub sold: Option<Sold>,
    /// What was paid, or paid back, in cents: never less than nothing.
    pub gross: i64,
    /// What of it moves the account: never less than nothing, its kind says which way.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

impl Earning {
    /// What the publisher has more by it, in cents.
    #[must_use]
    pub fn moved(&self) -> i64 {
        self.kind.sign() * self.amount.cents
    }
}

/// A movement to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEarning<'a> {
    /// Names what happened, such as `line:12`: the same again is not written again.
    pub transaction: &'a str,
    /// Whose account it moves.
    pub publisher: &'a PublisherSlug,
    /// What happened.
    pub kind: EarningKind,
    /// What it is about; none of a payout.
    pub sold: Option<&'a Sold>,
    /// What was paid, or paid back, in cents.
    pub gross: i64,
    /// What of it moves the account; not less than nothing.
    pub amount: Money,
}

/// Days that are paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidDays {
    /// The line of the invoice.
    pub line: i64,
    /// The order that it is of; none: a month.
    pub order: Option<OrderId>,
    /// The first of them.
    pub from: Date,
    /// The first day after them.
    pub to: Date,
    /// What is left of what was paid by card, in cents.
    pub left: i64,
}

#[derive(sqlx::FromRow)]
struct EarningSql {
    id: i64,
    publisher: String,
    kind: String,
    amount: i64,
    currency: String,
    line_id: Option<i64>,
    addon_id: Option<String>,
    installation_id: Option<String>,
    description: Option<String>,
    gross: Option<i64>,
    share: Option<i64>,
    made_at: i64,
}

impl TryFrom<EarningSql> for Earning {
    type Error = StoreError;
    fn try_from(row: EarningSql) -> Result<Self> {
        let id = row.id.to_string();
        let at = At::new("earnings", &id);
        let share = row.share.and_then(Share::new);
        let sold = match (row.line_id, row.installation_id, row.addon_id, share) {
            (Some(line), Some(installation), Some(addon), Some(share)) => Some(Sold {
                line,
                installation: at.parse("installation_id", &installation)?,
                addon: at.parse("addon_id", &addon)?,
                description: row.description.unwrap_or_default(),
                share,
            }),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            publisher: at.parse("publisher", &row.publisher)?,
            kind: at.parse("kind", &row.kind)?,
            sold,
            gross: row.gross.unwrap_or(0),
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            at: Timestamp(row.made_at),
        })
    }
}

/// Keeps in a line what was paid for it and earns, and the share of it that is its publisher's.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn keep(tx: &mut Tx, line: i64, paid: i64, share: Share) -> Result<()> {
    let sql = "UPDATE invoice_lines SET paid = $2, share = $3 WHERE id = $1";
    match execute!(tx, sql, line, paid, share.percent())? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("line of the invoice")),
    }
}

/// Writes a movement. False: it is there already.
///
/// # Errors
/// When the amount is less than nothing, or the database fails.
pub async fn insert(tx: &mut Tx, new: &NewEarning<'_>, now: Timestamp) -> Result<bool> {
    let (debit, credit) = new.kind.accounts(new.publisher);
    let sold = new.sold;
    let sql =
        "INSERT INTO earnings (transaction_id, publisher, kind, debit, credit, amount, currency, line_id, addon_id,
                    installation_id, description, gross, share, made_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               ON CONFLICT (transaction_id) DO NOTHING";
    let written = execute!(
        tx,
        sql,
        new.transaction,
        new.publisher,
        new.kind,
        debit.to_string(),
        credit.to_string(),
        new.amount.cents,
        new.amount.currency,
        sold.map(|sold| sold.line),
        sold.map(|sold| &sold.addon),
        sold.map(|sold| sold.installation),
        sold.map(|sold| sold.description.as_str()),
        sold.map(|_| new.gross),
        sold.map(|sold| sold.share.percent()),
        now
    )?;
    Ok(written == 1)
}

/// The movement of a transaction.
pub async fn of_transaction(conn: &mut Conn, transaction: &str) -> Result<Option<Earning>> {
    let sql = "SELECT * FROM earnings WHERE transaction_id = $1";
    fetch_optional!(conn, EarningSql, sql, transaction)?.map(TryInto::try_into).transpose()
}

/// The movements of a line, the first one first: its sale, and what came of it.
pub async fn of_line(conn: &mut Conn, line: i64) -> Result<Vec<Earning>> {
    all(fetch_all!(conn, EarningSql, "SELECT * FROM earnings WHERE line_id = $1 ORDER BY id", line)?)
}

/// What cards have paid for the days of a desk's add-on and has not gone back, by line, the newest first; also of what it was replaced
/// by and what was cancelled.
pub async fn paid_days(conn: &mut Conn, desk: DeskId, addon: &AddonId, currency: Currency) -> Result<Vec<PaidDays>> {
    let sql = "SELECT l.id, i.order_id, l.period_from, l.period_to,
                   CAST(SUM(CASE WHEN e.kind = 'refund' THEN -e.gross ELSE e.gross END) AS BIGINT)
               FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id JOIN earnings e ON e.line_id = l.id
               WHERE l.desk_id = $1 AND l.addon_id = $2 AND i.currency = $3 AND l.period_to IS NOT NULL
               GROUP BY l.id, i.order_id, l.period_from, l.period_to ORDER BY l.id DESC";
    let rows = fetch_all!(conn, (i64, Option<String>, String, String, i64), sql, desk, addon, currency)?;
    rows.iter()
        .map(|(line, order, from, to, left)| {
            let id = line.to_string();
            let at = At::new("invoice_lines", &id);
            Ok(PaidDays {
                line: *line,
                order: at.parse_some("order_id", order.as_deref())?,
                from: at.parse("period_from", from)?,
                to: at.parse("period_to", to)?,
                left: *left,
            })
        })
        .collect()
}

/// The movements of a publisher's account from a moment to before another, in order.
pub async fn of_publisher(
    conn: &mut Conn,
    publisher: &PublisherSlug,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Earning>> {
    let sql = "SELECT * FROM earnings WHERE publisher = $1 AND made_at >= $2 AND made_at < $3 ORDER BY id";
    all(fetch_all!(conn, EarningSql, sql, publisher, from, to)?)
}

/// What is owed to a publisher before a moment, by currency, in cents; less than nothing where more was taken back than it has.
pub async fn balances(conn: &mut Conn, publisher: &PublisherSlug, before: Timestamp) -> Result<Vec<(Currency, i64)>> {
    let sql = "SELECT currency, CAST(SUM(CASE WHEN credit = $2 THEN amount ELSE -amount END) AS BIGINT) FROM earnings
               WHERE publisher = $1 AND made_at < $3 GROUP BY currency ORDER BY currency";
    let account = format!("publisher:{publisher}");
    let rows = fetch_all!(conn, (String, i64), sql, publisher, account, before)?;
    rows.iter().map(|(currency, sum)| Ok((At::new("earnings", currency).parse("currency", currency)?, *sum))).collect()
}

/// What may be paid out to a publisher of what it had sold before a moment, by currency, in cents: with what was taken back of those
/// sales, and came back again, at whatever time, and less all that was paid out. What became of later sales is a later month's.
pub async fn payable(conn: &mut Conn, publisher: &PublisherSlug, before: Timestamp) -> Result<Vec<(Currency, i64)>> {
    let sql = "SELECT currency, CAST(SUM(CASE WHEN credit = $2 THEN amount ELSE -amount END) AS BIGINT) FROM earnings e
               WHERE publisher = $1 AND (line_id IS NULL OR EXISTS (
                   SELECT 1 FROM earnings sold WHERE sold.line_id = e.line_id AND sold.kind = 'sale' AND sold.made_at < $3))
               GROUP BY currency ORDER BY currency";
    let account = format!("publisher:{publisher}");
    let rows = fetch_all!(conn, (String, i64), sql, publisher, account, before)?;
    rows.iter().map(|(currency, sum)| Ok((At::new("earnings", currency).parse("currency", currency)?, *sum))).collect()
}

/// What all accounts of the book stand at, by name and currency, in cents: credits are positive. For checks.
pub async fn accounts(conn: &mut Conn) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT account, currency, CAST(SUM(amount) AS BIGINT) FROM (
                   SELECT credit AS account, currency, amount FROM earnings
                   UNION ALL SELECT debit, currency, -amount FROM earnings) AS moved
               GROUP BY account, currency ORDER BY account, currency";
    fetch_all!(conn, (String, String, i64), sql)
}
