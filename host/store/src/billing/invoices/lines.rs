//! The lines of invoices: what is paid for, for which days. Written with their invoice; what changes of them is only that
//! a part is not owed any more ([`reduce`]).

use std::collections::BTreeMap;

use annex_domain::{
    addon::AddonId,
    billing::LineKind,
    ids::{DeskId, InstallationId, InvoiceId, SubscriptionId},
    plan::{PlanId, PlanModel},
};
use jiff::civil::Date;

use super::super::{by_invoice, saved};
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, in_list, list},
};

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Rises with each line; 0 before it is written.
    pub id: i64,
    /// What it is.
    pub kind: LineKind,
    /// Of a monthly invoice: what it is for. There is one line for each subscription and period, ever.
    pub subscription: Option<SubscriptionId>,
    /// For this installation, which may be gone by now.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// The plan.
    pub plan: PlanId,
    /// How it is paid for.
    pub model: PlanModel,
    /// The add-on's and the plan's name in English, as they were.
    pub description: String,
    /// Licences or seats; 1 where there are none.
    pub quantity: u32,
    /// Of one of them for a whole month, or once: in cents.
    pub unit_price: i64,
    /// For all of them: in cents.
    pub amount: i64,
    /// What of it is not owed any more: in cents.
    pub reduced: i64,
    /// The first day that it pays for.
    pub period_from: Date,
    /// The first day that it does not pay for; none for one-time plans.
    pub period_to: Option<Date>,
}

#[derive(sqlx::FromRow)]
struct LineSql {
    id: i64,
    kind: String,
    invoice_id: String,
    subscription_id: Option<String>,
    installation_id: String,
    addon_id: String,
    plan_id: String,
    plan_model: String,
    description: String,
    quantity: i64,
    unit_price: i64,
    amount: i64,
    reduced: i64,
    period_from: String,
    period_to: Option<String>,
}

impl TryFrom<LineSql> for Line {
    type Error = StoreError;
    fn try_from(row: LineSql) -> Result<Self> {
        let id = row.id.to_string();
        let at = At::new("invoice_lines", &id);
        Ok(Self {
            id: row.id,
            kind: at.parse("kind", &row.kind)?,
            subscription: at.parse_some("subscription_id", row.subscription_id.as_deref())?,
            installation: at.parse("installation_id", &row.installation_id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            plan: at.parse("plan_id", &row.plan_id)?,
            model: at.parse("plan_model", &row.plan_model)?,
            quantity: at.number("quantity", row.quantity)?,
            unit_price: row.unit_price,
            amount: row.amount,
            reduced: row.reduced,
            period_from: at.parse("period_from", &row.period_from)?,
            period_to: at.parse_some("period_to", row.period_to.as_deref())?,
            description: row.description,
        })
    }
}

pub(super) async fn insert(tx: &mut Tx, desk: DeskId, invoice: InvoiceId, line: &Line) -> Result<()> {
    let sql = "INSERT INTO invoice_lines (desk_id, invoice_id, subscription_id, installation_id, addon_id, plan_id,
                    plan_model, description, quantity, unit_price, amount, period_from, period_to, kind)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    execute!(
        tx,
        sql,
        desk,
        invoice,
        line.subscription,
        line.installation,
        &line.addon,
        &line.plan,
        line.model,
        &line.description,
        line.quantity,
        line.unit_price,
        line.amount,
        line.period_from,
        line.period_to,
        line.kind
    )
    .map_err(|error| {
        error.on("invoice_lines_subscription_id_period_from_key", "the line of this subscription and period")
    })?;
    Ok(())
}

/// The lines of an invoice of the desk, in order.
pub async fn lines(conn: &mut Conn, desk: DeskId, invoice: InvoiceId) -> Result<Vec<Line>> {
    let sql = "SELECT * FROM invoice_lines WHERE desk_id = $1 AND invoice_id = $2 ORDER BY id";
    all(fetch_all!(conn, LineSql, sql, desk, invoice)?)
}

/// The lines of several invoices, in order. No desk is asked for, as an account has invoices of several: they were
/// read as those of a desk or of an account that may see them.
pub async fn lines_of(conn: &mut Conn, invoices: &[InvoiceId]) -> Result<BTreeMap<InvoiceId, Vec<Line>>> {
    let sql = in_list!(conn, "SELECT * FROM invoice_lines WHERE invoice_id", "ORDER BY id");
    Ok(by_invoice(with_invoice(fetch_all!(conn, LineSql, sql, list(invoices))?)?))
}

/// Takes `cents` off what is owed of a line.
///
/// # Errors
/// [`StoreError::Stale`] when there is no such line, or less is owed of it.
pub async fn reduce(tx: &mut Tx, desk: DeskId, line: i64, cents: i64) -> Result<()> {
    let sql = "UPDATE invoice_lines SET reduced = reduced + $3
               WHERE desk_id = $1 AND id = $2 AND $3 >= 0 AND reduced + $3 <= amount";
    saved(execute!(tx, sql, desk, line, cents)?, "the line")
}

/// The lines that an installation has paid for and uses on a day, each with its invoice, which is paid. For what is left
/// of them when a plan takes the place of another.
pub async fn lines_in_use(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    on: Date,
) -> Result<Vec<(InvoiceId, Line)>> {
    let sql = "SELECT l.* FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
               WHERE l.desk_id = $1 AND l.installation_id = $2 AND l.period_from <= $3 AND l.period_to > $3
                   AND i.state = 'paid'
               ORDER BY l.id";
    with_invoice(fetch_all!(conn, LineSql, sql, desk, installation, on)?)
}

/// The lines of all of a desk's invoices, in order.
pub async fn all_lines(conn: &mut Conn, desk: DeskId) -> Result<Vec<(InvoiceId, Line)>> {
    let sql = "SELECT * FROM invoice_lines WHERE desk_id = $1 ORDER BY id";
    with_invoice(fetch_all!(conn, LineSql, sql, desk)?)
}

fn with_invoice(rows: Vec<LineSql>) -> Result<Vec<(InvoiceId, Line)>> {
    rows.into_iter()
        .map(|row| {
            Ok((At::new("invoice_lines", &row.invoice_id).parse("invoice_id", &row.invoice_id)?, row.try_into()?))
        })
        .collect()
}
