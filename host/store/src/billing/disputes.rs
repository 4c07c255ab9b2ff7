//! Disputes: a payer told their bank that they do not want to have paid. As the gateway shows them; each by its id there.

use std::collections::BTreeMap;

use annex_domain::{
    billing::DisputeState,
    clock::Timestamp,
    ids::{AttemptId, DeskId, InvoiceId, RefundId},
    money::Money,
};

use super::{by_invoice, saved};
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional, in_list, list},
};

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// At this gateway.
    pub gateway: String,
    /// Its id there.
    pub gateway_id: String,
    /// Of this desk.
    pub desk: DeskId,
    /// About this invoice.
    pub invoice: InvoiceId,
    /// And this payment of it.
    pub attempt: AttemptId,
    /// The money that the bank has taken back, once it has.
    pub refund: Option<RefundId>,
    /// How much is disputed.
    pub amount: Money,
    /// The gateway's word, such as `fraudulent`.
    pub reason: String,
    /// Where it stands.
    pub state: DisputeState,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set.
    pub rev: i64,
}

#[derive(sqlx::FromRow)]
struct DisputeSql {
    gateway: String,
    gateway_id: String,
    desk_id: String,
    invoice_id: String,
    attempt_id: String,
    refund_id: Option<String>,
    amount: i64,
    currency: String,
    reason: String,
    state: String,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<DisputeSql> for Dispute {
    type Error = StoreError;
    fn try_from(row: DisputeSql) -> Result<Self> {
        let at = At::new("disputes", &row.gateway_id);
        Ok(Self {
            desk: at.parse("desk_id", &row.desk_id)?,
            invoice: at.parse("invoice_id", &row.invoice_id)?,
            attempt: at.parse("attempt_id", &row.attempt_id)?,
            refund: at.parse_some("refund_id", row.refund_id.as_deref())?,
            amount: Money::new(row.amount, at.parse("currency", &row.currency)?),
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
            gateway: row.gateway.clone(),
            gateway_id: row.gateway_id.clone(),
            reason: row.reason,
        })
    }
}

/// Writes a dispute down. False: it is there already.
pub async fn insert(tx: &mut Tx, new: &Dispute) -> Result<bool> {
    let sql = "INSERT INTO disputes (gateway, gateway_id, desk_id, invoice_id, attempt_id, refund_id, amount, currency,
                    reason, state, created_at, updated_at, rev)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1) ON CONFLICT (gateway, gateway_id) DO NOTHING";
    let written = execute!(
        tx,
        sql,
        &new.gateway,
        &new.gateway_id,
        new.desk,
        new.invoice,
        new.attempt,
        new.refund,
        new.amount.cents,
        new.amount.currency,
        &new.reason,
        new.state,
        new.created_at
    )?;
    Ok(written == 1)
}

/// Saves the state and the money that was taken back. Sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Dispute, now: Timestamp) -> Result<()> {
    let sql = "UPDATE disputes SET state = $4, refund_id = $5, updated_at = $6, rev = rev + 1
               WHERE gateway = $1 AND gateway_id = $2 AND rev = $3";
    let (gateway, id) = (&changed.gateway, &changed.gateway_id);
    saved(execute!(tx, sql, gateway, id, changed.rev, changed.state, changed.refund, now)?, "the dispute")?;
    changed.updated_at = now;
    changed.rev += 1;
    Ok(())
}

/// A dispute by its id at a gateway.
pub async fn get(conn: &mut Conn, gateway: &str, id: &str) -> Result<Option<Dispute>> {
    let sql = "SELECT * FROM disputes WHERE gateway = $1 AND gateway_id = $2";
    fetch_optional!(conn, DisputeSql, sql, gateway, id)?.map(TryInto::try_into).transpose()
}

/// The disputes about an invoice of the desk, the first one first.
pub async fn of_invoice(conn: &mut Conn, desk: DeskId, invoice: InvoiceId) -> Result<Vec<Dispute>> {
    let sql = "SELECT * FROM disputes WHERE desk_id = $1 AND invoice_id = $2 ORDER BY created_at, gateway_id";
    all(fetch_all!(conn, DisputeSql, sql, desk, invoice)?)
}

/// The disputes about several invoices, the first one first. No desk is asked for: the invoices were read as those of
/// a desk or of an account that may see them.
pub async fn of_invoices(conn: &mut Conn, invoices: &[InvoiceId]) -> Result<BTreeMap<InvoiceId, Vec<Dispute>>> {
    let sql = in_list!(conn, "SELECT * FROM disputes WHERE invoice_id", "ORDER BY created_at, gateway_id");
    let disputes: Vec<Dispute> = all(fetch_all!(conn, DisputeSql, sql, list(invoices))?)?;
    Ok(by_invoice(disputes.into_iter().map(|dispute| (dispute.invoice, dispute))))
}

/// Disputes of all desks that are not decided.
pub async fn undecided(conn: &mut Conn, limit: u32) -> Result<Vec<Dispute>> {
    let sql = "SELECT * FROM disputes WHERE state IN ('inquiry', 'open') ORDER BY updated_at, gateway_id LIMIT $1";
    all(fetch_all!(conn, DisputeSql, sql, limit)?)
}
