//! Tries to take money. At most one is live for an invoice: the next one starts when the one before was read back as
//! cancelled at the gateway.

use annex_domain::{
    billing::AttemptState,
    clock::Timestamp,
    ids::{AccountId, AttemptId, DeskId, InvoiceId},
    money::Money,
};

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

/// A try to take money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id; keys at the gateway are made of it.
    pub id: AttemptId,
    /// Of this desk.
    pub desk: DeskId,
    /// For this invoice.
    pub invoice: InvoiceId,
    /// 1, 2, … of the invoice.
    pub number: u32,
    /// At this gateway.
    pub gateway: String,
    /// The account's id there.
    pub customer: String,
    /// The card's id there.
    pub method: String,
    /// What is to be taken.
    pub amount: Money,
    /// Nobody was at the page when it was begun.
    pub off_session: bool,
    /// The payment intent there, once its id is stored.
    pub intent: Option<String>,
    /// Where it stands.
    pub state: AttemptState,
    /// The gateway's word for what went wrong.
    pub error_code: Option<String>,
    /// The gateway's text for the payer.
    pub error_text: Option<String>,
    /// Where the payer confirms (3-D Secure).
    pub action_url: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set.
    pub rev: i64,
}

/// An attempt to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Of this desk.
    pub desk: DeskId,
    /// For this invoice.
    pub invoice: InvoiceId,
    /// At this gateway.
    pub gateway: String,
    /// The account's id there.
    pub customer: String,
    /// The card's id there.
    pub method: String,
    /// What is to be taken: more than nothing.
    pub amount: Money,
    /// Nobody is at the page.
    pub off_session: bool,
}

#[derive(sqlx::FromRow)]
struct AttemptSql {
    id: String,
    desk_id: String,
    invoice_id: String,
    number: i64,
    gateway: String,
    customer_id: String,
    method_id: String,
    amount: i64,
    currency: String,
    off_session: i64,
    intent_id: Option<String>,
    state: String,
    error_code: Option<String>,
    error_text: Option<String>,
    action_url: Option<String>,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<AttemptSql> for Attempt {
    type Error = StoreError;
    fn try_from(row: AttemptSql) -> Result<Self> {
        let at = At::new("attempts", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            invoice: at.parse("invoice_id", &row.invoice_id)?,
            number: at.number("number", row.number)?,
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            off_session: row.off_session != 0,
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
            gateway: row.gateway,
            customer: row.customer_id,
            method: row.method_id,
            intent: row.intent_id,
            error_code: row.error_code,
            error_text: row.error_text,
            action_url: row.action_url,
        })
    }
}

/// Begins an attempt, in the state `new` and with the invoice's next number.
///
/// # Errors
/// [`StoreError::Taken`] when the invoice has a live one.
pub async fn insert(tx: &mut Tx, new: &NewAttempt, now: Timestamp) -> Result<Attempt> {
    let sql =
        "INSERT INTO attempts (id, desk_id, invoice_id, number, gateway, customer_id, method_id, amount, currency,
                    state, created_at, updated_at, rev, off_session)
               VALUES ($1, $2, $3, (SELECT COALESCE(MAX(a.number), 0) + 1 FROM attempts a WHERE a.invoice_id = $3), $4,
                    $5, $6, $7, $8, 'new', $9, $9, 1, $10)
               RETURNING *";
    fetch_one!(
        tx,
        AttemptSql,
        sql,
        AttemptId::new(),
        new.desk,
        new.invoice,
        &new.gateway,
        &new.customer,
        &new.method,
        new.amount.cents,
        new.amount.currency,
        now,
        new.off_session
    )
    .map_err(|error| {
        error
            .on("attempts_invoice_id_key", "the payment of this invoice")
            .on("attempts_invoice_id_number_key", "the payment of this invoice")
    })?
    .try_into()
}

/// Saves the intent's id, the state and what the gateway said. Sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read; [`StoreError::Taken`] when the intent is another's.
pub async fn save(tx: &mut Tx, changed: &mut Attempt, now: Timestamp) -> Result<()> {
    let sql = "UPDATE attempts SET intent_id = $4, state = $5, error_code = $6, error_text = $7, action_url = $8,
                    updated_at = $9, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    let affected = execute!(
        tx,
        sql,
        changed.desk,
        changed.id,
        changed.rev,
        changed.intent.as_deref(),
        changed.state,
        changed.error_code.as_deref(),
        changed.error_text.as_deref(),
        changed.action_url.as_deref(),
        now
    )
    .map_err(|error| error.on("attempts_gateway_intent_id_key", "the payment intent"))?;
    saved(affected, "the payment")?;
    changed.updated_at = now;
    changed.rev += 1;
    Ok(())
}

/// Puts an attempt that was looked at behind the others of [`unfinished`]. Nothing else of it changes.
pub async fn looked_at(tx: &mut Tx, id: AttemptId, now: Timestamp) -> Result<()> {
    execute!(tx, "UPDATE attempts SET updated_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// An attempt of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: AttemptId) -> Result<Attempt> {
    let sql = "SELECT * FROM attempts WHERE desk_id = $1 AND id = $2";
    fetch_optional!(conn, AttemptSql, sql, desk, id)?.ok_or(StoreError::NotFound("payment"))?.try_into()
}

/// An attempt by its id alone: for what a gateway says of an intent that carries it. Its desk is in the row.
pub async fn find(conn: &mut Conn, id: AttemptId) -> Result<Option<Attempt>> {
    fetch_optional!(conn, AttemptSql, "SELECT * FROM attempts WHERE id = $1", id)?.map(TryInto::try_into).transpose()
}

/// The attempt of an invoice that is under way or has taken the money: any but a cancelled one.
pub async fn live_of(conn: &mut Conn, invoice: InvoiceId) -> Result<Option<Attempt>> {
    let sql = "SELECT * FROM attempts WHERE invoice_id = $1 AND state <> 'cancelled'";
    fetch_optional!(conn, AttemptSql, sql, invoice)?.map(TryInto::try_into).transpose()
}

/// All attempts of an invoice, the first one first.
pub async fn of_invoice(conn: &mut Conn, invoice: InvoiceId) -> Result<Vec<Attempt>> {
    all(fetch_all!(conn, AttemptSql, "SELECT * FROM attempts WHERE invoice_id = $1 ORDER BY number", invoice)?)
}

/// When the `count`th newest of an account's attempts that failed was begun, if there were as many after `since`.
pub async fn failed(conn: &mut Conn, account: AccountId, count: u32, since: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT attempts.created_at FROM attempts JOIN invoices ON invoices.id = attempts.invoice_id
               WHERE invoices.account_id = $1 AND attempts.created_at > $2
                   AND attempts.state IN ('declined', 'cancelled') AND attempts.error_code IS NOT NULL
               ORDER BY attempts.created_at DESC LIMIT 1 OFFSET $3";
    let begun = fetch_optional!(conn, (i64,), sql, account, since, count.saturating_sub(1))?;
    Ok(begun.map(|(at,)| Timestamp(at)))
}

/// The attempt of a gateway's payment intent.
pub async fn by_intent(conn: &mut Conn, gateway: &str, intent: &str) -> Result<Option<Attempt>> {
    let sql = "SELECT * FROM attempts WHERE gateway = $1 AND intent_id = $2";
    fetch_optional!(conn, AttemptSql, sql, gateway, intent)?.map(TryInto::try_into).transpose()
}

/// Attempts of all desks that are neither succeeded nor cancelled and were last saved at `before` or earlier.
pub async fn unfinished(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Attempt>> {
    let sql = "SELECT * FROM attempts
               WHERE state IN ('new', 'created', 'confirming', 'action-required', 'declined') AND updated_at <= $1
               ORDER BY updated_at, id LIMIT $2";
    all(fetch_all!(conn, AttemptSql, sql, before, limit)?)
}
