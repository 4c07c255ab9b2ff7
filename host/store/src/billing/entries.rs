//! The ledger: double entry, only ever added to. Debits are positive, credits negative, and the entries of a transaction
//! sum to zero.

use annex_domain::{
    billing::LedgerAccount,
    clock::Timestamp,
    ids::{DeskId, InvoiceId},
    money::Currency,
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one},
};

/// What to write: each transaction once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting<'a> {
    /// Of this desk.
    pub desk: DeskId,
    /// Names what happened, such as `invoice:…:issued`: the same again is not written again.
    pub transaction: &'a str,
    /// Cents by account: each account once, none of them zero, and in sum zero.
    pub amounts: &'a [(LedgerAccount, i64)],
    /// Of all of them.
    pub currency: Currency,
    /// The invoice that it is about.
    pub invoice: Option<InvoiceId>,
    /// For statements, such as `invoice 12`.
    pub note: &'a str,
    /// What of the entry of the credit earns whoever is paid with it, with its sign: a card paid for it, and no publisher has its share.
    pub earns: i64,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Rises with each entry.
    pub id: i64,
    /// What happened.
    pub transaction: String,
    /// The account.
    pub account: LedgerAccount,
    /// In cents: debits are positive.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The invoice that it is about.
    pub invoice: Option<InvoiceId>,
    /// For statements.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct EntrySql {
    id: i64,
    transaction_id: String,
    account: String,
    amount: i64,
    currency: String,
    invoice_id: Option<String>,
    note: String,
    made_at: i64,
}

impl TryFrom<EntrySql> for Entry {
    type Error = StoreError;
    fn try_from(row: EntrySql) -> Result<Self> {
        let id = row.id.to_string();
        let at = At::new("entries", &id);
        Ok(Self {
            id: row.id,
            account: at.parse("account", &row.account)?,
            amount: row.amount,
            currency: at.parse("currency", &row.currency)?,
            invoice: at.parse_some("invoice_id", row.invoice_id.as_deref())?,
            at: Timestamp(row.made_at),
            transaction: row.transaction_id,
            note: row.note,
        })
    }
}

/// Writes the entries of a transaction. False: they are there already.
///
/// # Errors
/// [`StoreError::Invalid`] when they do not sum to zero, or name an account twice or for nothing; [`StoreError::Taken`]
/// when a transaction of this name has other entries.
pub async fn post(tx: &mut Tx, posting: &Posting<'_>, now: Timestamp) -> Result<bool> {
    check(posting.amounts)?;
    let mut written = 0;
    for &(account, amount) in posting.amounts {
        let sql =
            "INSERT INTO entries (desk_id, transaction_id, account, amount, currency, invoice_id, note, made_at, earns)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (transaction_id, account) DO NOTHING";
        let Posting { desk, transaction, currency, invoice, note, .. } = *posting;
        let earns = if account == LedgerAccount::Credit { posting.earns } else { 0 };
        written += execute!(tx, sql, desk, transaction, account, amount, currency, invoice, note, now, earns)?;
        if written == 0 {
            return Ok(false);
        }
    }
    if usize::try_from(written).is_ok_and(|written| written == posting.amounts.len()) {
        Ok(true)
    } else {
        Err(StoreError::Taken("the ledger's transaction"))
    }
}

fn check(amounts: &[(LedgerAccount, i64)]) -> Result<()> {
    let wrong = |problem| Err(StoreError::Invalid { field: "entries", problem });
    let sum = amounts.iter().try_fold(0i64, |sum, (_, amount)| sum.checked_add(*amount));
    if sum != Some(0) {
        return wrong("do not sum to zero");
    }
    let twice = |at: usize, account| amounts.iter().skip(at + 1).any(|(other, _)| *other == account);
    if amounts.iter().enumerate().any(|(at, (account, amount))| *amount == 0 || twice(at, *account)) {
        return wrong("name an account twice or for nothing");
    }
    if amounts.is_empty() { wrong("are empty") } else { Ok(()) }
}

/// What an account of a desk stands at, in cents. The credit a desk has is minus the balance of
/// [`LedgerAccount::Credit`].
pub async fn balance(conn: &mut Conn, desk: DeskId, account: LedgerAccount, currency: Currency) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM entries
               WHERE desk_id = $1 AND account = $2 AND currency = $3";
    Ok(fetch_one!(conn, (i64,), sql, desk, account, currency)?.0)
}

/// What an account of a desk stands at, by currency; currencies in which it stands at nothing are left out.
pub async fn balances(conn: &mut Conn, desk: DeskId, account: LedgerAccount) -> Result<Vec<(Currency, i64)>> {
    let sql = "SELECT currency, CAST(SUM(amount) AS BIGINT) FROM entries WHERE desk_id = $1 AND account = $2
               GROUP BY currency HAVING SUM(amount) <> 0 ORDER BY currency";
    let rows = fetch_all!(conn, (String, i64), sql, desk, account)?;
    rows.iter().map(|(currency, sum)| Ok((At::new("entries", currency).parse("currency", currency)?, *sum))).collect()
}

/// What of a desk's credit earns whoever is paid with it, in cents.
pub async fn earning(conn: &mut Conn, desk: DeskId, currency: Currency) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(-earns), 0) AS BIGINT) FROM entries
               WHERE desk_id = $1 AND account = 'credit' AND currency = $2";
    Ok(fetch_one!(conn, (i64,), sql, desk, currency)?.0)
}

/// What of the credit that an invoice has used, and did not give back, earns whom it pays, in cents.
pub async fn earning_of(conn: &mut Conn, desk: DeskId, invoice: InvoiceId) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(earns), 0) AS BIGINT) FROM entries WHERE desk_id = $1 AND invoice_id = $2";
    Ok(fetch_one!(conn, (i64,), sql, desk, invoice)?.0)
}

/// What came to the credit of a desk after an entry, in cents, without what went back to cards again: none of it is about the
/// invoice `but`. What there is in credit is the newest of it, as the oldest is used first.
pub async fn credited_after(
    conn: &mut Conn,
    desk: DeskId,
    currency: Currency,
    after: i64,
    but: InvoiceId,
) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(-amount), 0) AS BIGINT) FROM entries
               WHERE desk_id = $1 AND account = 'credit' AND currency = $2 AND id > $3
                   AND (invoice_id IS NULL OR invoice_id <> $4) AND (amount < 0 OR transaction_id LIKE 'refund:%')";
    Ok(fetch_one!(conn, (i64,), sql, desk, currency, after, but)?.0)
}

/// What last came to the credit of a desk, or left it, the newest first; at most `limit`.
pub async fn latest_of_credit(conn: &mut Conn, desk: DeskId, limit: u32) -> Result<Vec<Entry>> {
    let sql = "SELECT id, transaction_id, account, amount, currency, invoice_id, note, made_at FROM entries
               WHERE desk_id = $1 AND account = 'credit' ORDER BY id DESC LIMIT $2";
    all(fetch_all!(conn, EntrySql, sql, desk, limit)?)
}

/// The entries of a desk after one, in order; at most `limit`.
pub async fn list(conn: &mut Conn, desk: DeskId, after: i64, limit: u32) -> Result<Vec<Entry>> {
    let sql = "SELECT id, transaction_id, account, amount, currency, invoice_id, note, made_at FROM entries
               WHERE desk_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    all(fetch_all!(conn, EntrySql, sql, desk, after, limit)?)
}

/// The entries about an invoice, in order.
pub async fn of_invoice(conn: &mut Conn, desk: DeskId, invoice: InvoiceId) -> Result<Vec<Entry>> {
    let sql = "SELECT id, transaction_id, account, amount, currency, invoice_id, note, made_at FROM entries
               WHERE desk_id = $1 AND invoice_id = $2 ORDER BY id";
    all(fetch_all!(conn, EntrySql, sql, desk, invoice)?)
}

/// Transactions of all desks whose entries do not sum to zero. Never any; for checks.
pub async fn unbalanced(conn: &mut Conn) -> Result<Vec<String>> {
    let sql = "SELECT transaction_id FROM entries GROUP BY transaction_id, desk_id, currency
               HAVING SUM(amount) <> 0 ORDER BY transaction_id";
    Ok(fetch_all!(conn, (String,), sql)?.into_iter().map(|(transaction,)| transaction).collect())
}
