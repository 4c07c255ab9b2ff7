//! Something to be paid at once: a plan, or more licences. What it costs is frozen here.

use annex_domain::{
    addon::{AddonId, Version},
    billing::{OrderPurpose, OrderState},
    clock::Timestamp,
    ids::{AccountId, DeskId, InstallationId, OperatorId, OrderId, PaymentMethodId},
    money::Money,
    plan::Plan,
};
use jiff::civil::Date;
use serde_json::Value;

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// An order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Of this desk.
    pub desk: DeskId,
    /// Who pays.
    pub account: AccountId,
    /// The card of theirs that was chosen; none where nothing was to be taken from one.
    pub method: Option<PaymentMethodId>,
    /// What the page showed that a card is charged, 0 where the credit pays; none where nobody said.
    pub shown_of_card: Option<Money>,
    /// For this installation.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// The version whose plans were shown.
    pub version: Version,
    /// What it is for.
    pub purpose: OrderPurpose,
    /// The plan, as it was.
    pub plan: Plan,
    /// Licences or seats; for [`OrderPurpose::Licences`] those that are added. 1 for flat and one-time plans.
    pub quantity: u32,
    /// What is to be paid now.
    pub amount: Money,
    /// The first day that it pays for.
    pub period_from: Date,
    /// The first day that it does not pay for; none for one-time plans.
    pub period_to: Option<Date>,
    /// What to do when it is paid, such as the chosen users.
    pub details: Value,
    /// Who ordered.
    pub ordered_by: OperatorId,
    /// The same key again is the same order.
    pub idempotency_key: Option<String>,
    /// Where it stands.
    pub state: OrderState,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set; 1 for a new one.
    pub rev: i64,
}

#[derive(sqlx::FromRow)]
struct OrderSql {
    id: String,
    desk_id: String,
    account_id: String,
    method_id: Option<String>,
    shown_of_card: Option<i64>,
    installation_id: String,
    addon_id: String,
    version: String,
    purpose: String,
    plan: String,
    quantity: i64,
    amount: i64,
    currency: String,
    period_from: String,
    period_to: Option<String>,
    details: String,
    ordered_by: String,
    idempotency_key: Option<String>,
    state: String,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<OrderSql> for Order {
    type Error = StoreError;
    fn try_from(row: OrderSql) -> Result<Self> {
        let at = At::new("orders", &row.id);
        let currency = at.parse("currency", &row.currency)?;
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            account: at.parse("account_id", &row.account_id)?,
            method: at.parse_some("method_id", row.method_id.as_deref())?,
            shown_of_card: row.shown_of_card.map(|cents| Money::new(cents, currency)),
            installation: at.parse("installation_id", &row.installation_id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            version: at.parse("version", &row.version)?,
            purpose: at.parse("purpose", &row.purpose)?,
            plan: at.json("plan", &row.plan)?,
            quantity: at.number("quantity", row.quantity)?,
            amount: Money::new(row.amount, currency),
            period_from: at.parse("period_from", &row.period_from)?,
            period_to: at.parse_some("period_to", row.period_to.as_deref())?,
            details: at.json("details", &row.details)?,
            ordered_by: at.parse("ordered_by", &row.ordered_by)?,
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
            idempotency_key: row.idempotency_key,
        })
    }
}

/// Adds an order.
///
/// # Errors
/// [`StoreError::Taken`] when the installation has a live order, or the desk one with this idempotency key.
pub async fn insert(tx: &mut Tx, new: &Order) -> Result<()> {
    StoreError::text("idempotency_key", new.idempotency_key.as_deref().unwrap_or_default(), 255)?;
    let sql =
        "INSERT INTO orders (id, desk_id, account_id, installation_id, addon_id, version, purpose, plan, quantity,
                    amount, currency, period_from, period_to, details, ordered_by, idempotency_key, state, created_at,
                    updated_at, rev, method_id, shown_of_card)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                    $22)";
    execute!(
        tx,
        sql,
        new.id,
        new.desk,
        new.account,
        new.installation,
        &new.addon,
        &new.version,
        new.purpose,
        serde_json::to_string(&new.plan)?,
        new.quantity,
        new.amount.cents,
        new.amount.currency,
        new.period_from,
        new.period_to,
        new.details.to_string(),
        new.ordered_by,
        new.idempotency_key.as_deref(),
        new.state,
        new.created_at,
        new.updated_at,
        new.rev,
        new.method,
        new.shown_of_card.map(|shown| shown.cents)
    )
    .map_err(|error| {
        error
            .on("orders_installation_id_key", "the order of this add-on")
            .on("orders_desk_id_idempotency_key_key", "the idempotency key")
    })?;
    Ok(())
}

/// Saves state and details: nothing else of an order ever changes. Sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Order, now: Timestamp) -> Result<()> {
    let sql = "UPDATE orders SET state = $4, details = $5, updated_at = $6, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    let details = changed.details.to_string();
    let affected = execute!(tx, sql, changed.desk, changed.id, changed.rev, changed.state, details, now)
        .map_err(|error| error.on("orders_installation_id_key", "the order of this add-on"))?;
    saved(affected, "the order")?;
    changed.updated_at = now;
    changed.rev += 1;
    Ok(())
}

/// An order of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: OrderId) -> Result<Order> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 AND id = $2";
    fetch_optional!(conn, OrderSql, sql, desk, id)?.ok_or(StoreError::NotFound("order"))?.try_into()
}

/// The order that was made with an idempotency key.
pub async fn by_key(conn: &mut Conn, desk: DeskId, key: &str) -> Result<Option<Order>> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 AND idempotency_key = $2";
    fetch_optional!(conn, OrderSql, sql, desk, key)?.map(TryInto::try_into).transpose()
}

/// The order of an installation that is open, or paid and not fulfilled.
pub async fn live_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Order>> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 AND installation_id = $2 AND state IN ('open', 'paid')";
    fetch_optional!(conn, OrderSql, sql, desk, installation)?.map(TryInto::try_into).transpose()
}

/// The orders of a desk that are open, or paid and not fulfilled, the oldest first.
pub async fn live_of_desk(conn: &mut Conn, desk: DeskId) -> Result<Vec<Order>> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 AND state IN ('open', 'paid') ORDER BY id";
    all(fetch_all!(conn, OrderSql, sql, desk)?)
}

/// All orders of an installation, the newest first.
pub async fn of_installation(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<Order>> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 AND installation_id = $2 ORDER BY id DESC";
    all(fetch_all!(conn, OrderSql, sql, desk, installation)?)
}

/// The orders of a desk, the newest first.
pub async fn list(conn: &mut Conn, desk: DeskId, limit: u32) -> Result<Vec<Order>> {
    let sql = "SELECT * FROM orders WHERE desk_id = $1 ORDER BY id DESC LIMIT $2";
    all(fetch_all!(conn, OrderSql, sql, desk, limit)?)
}

/// Orders of all desks in a state that were last saved at `before` or earlier: what a crash left behind.
pub async fn unfinished(conn: &mut Conn, state: OrderState, before: Timestamp, limit: u32) -> Result<Vec<Order>> {
    let sql = "SELECT * FROM orders WHERE state = $1 AND updated_at <= $2 ORDER BY updated_at, id LIMIT $3";
    all(fetch_all!(conn, OrderSql, sql, state, before, limit)?)
}
