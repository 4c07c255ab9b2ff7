//! What an installation pays for from month to month, or has paid for once, or tries. At most one is live for each.

use annex_domain::{
    addon::AddonId,
    billing::SubscriptionState,
    clock::Timestamp,
    ids::{DeskId, InstallationId, SubscriptionId},
    plan::Plan,
};
use jiff::civil::Date;

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Of this desk.
    pub desk: DeskId,
    /// For this installation, which may be gone by now.
    pub installation: InstallationId,
    /// The add-on.
    pub addon: AddonId,
    /// As it was when it was bought.
    pub plan: Plan,
    /// Licences or seats; 1 for flat and one-time plans.
    pub quantity: u32,
    /// The licences from the next period on, when they were reduced.
    pub quantity_next: Option<u32>,
    /// Where it stands.
    pub state: SubscriptionState,
    /// The first day that is not paid for; none for trials and one-time plans.
    pub paid_through: Option<Date>,
    /// Of a trial.
    pub trial_ends_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Compare-and-set; 1 for a new one.
    pub rev: i64,
}

#[derive(sqlx::FromRow)]
struct SubscriptionSql {
    id: String,
    desk_id: String,
    installation_id: String,
    addon_id: String,
    plan: String,
    quantity: i64,
    quantity_next: Option<i64>,
    state: String,
    paid_through: Option<String>,
    trial_ends_at: Option<i64>,
    ended_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    rev: i64,
}

impl TryFrom<SubscriptionSql> for Subscription {
    type Error = StoreError;
    fn try_from(row: SubscriptionSql) -> Result<Self> {
        let at = At::new("subscriptions", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            installation: at.parse("installation_id", &row.installation_id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            plan: at.json("plan", &row.plan)?,
            quantity: at.number("quantity", row.quantity)?,
            quantity_next: row.quantity_next.map(|next| at.number("quantity_next", next)).transpose()?,
            state: at.parse("state", &row.state)?,
            paid_through: at.parse_some("paid_through", row.paid_through.as_deref())?,
            trial_ends_at: row.trial_ends_at.map(Timestamp),
            ended_at: row.ended_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            rev: row.rev,
        })
    }
}

/// Adds a subscription.
///
/// # Errors
/// [`StoreError::Taken`] when the installation has a live one.
pub async fn insert(tx: &mut Tx, new: &Subscription) -> Result<()> {
    let sql = "INSERT INTO subscriptions (id, desk_id, installation_id, addon_id, plan, plan_model, currency, quantity,
                    quantity_next, state, paid_through, trial_ends_at, ended_at, created_at, updated_at, rev)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    execute!(
        tx,
        sql,
        new.id,
        new.desk,
        new.installation,
        &new.addon,
        serde_json::to_string(&new.plan)?,
        new.plan.model,
        new.plan.currency,
        new.quantity,
        new.quantity_next,
        new.state,
        new.paid_through,
        new.trial_ends_at,
        new.ended_at,
        new.created_at,
        new.updated_at,
        new.rev
    )
    .map_err(|error| error.on("subscriptions_installation_id_key", "the subscription of this add-on"))?;
    Ok(())
}

/// Saves what may change: plan, quantities, state and times. Sets `updated_at` and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Subscription, now: Timestamp) -> Result<()> {
    let sql = "UPDATE subscriptions SET plan = $4, plan_model = $5, currency = $6, quantity = $7, quantity_next = $8,
                    state = $9, paid_through = $10, trial_ends_at = $11, ended_at = $12, updated_at = $13, rev = rev + 1
               WHERE desk_id = $1 AND id = $2 AND rev = $3";
    let affected = execute!(
        tx,
        sql,
        changed.desk,
        changed.id,
        changed.rev,
        serde_json::to_string(&changed.plan)?,
        changed.plan.model,
        changed.plan.currency,
        changed.quantity,
        changed.quantity_next,
        changed.state,
        changed.paid_through,
        changed.trial_ends_at,
        changed.ended_at,
        now
    )
    .map_err(|error| error.on("subscriptions_installation_id_key", "the subscription of this add-on"))?;
    saved(affected, "the subscription")?;
    changed.updated_at = now;
    changed.rev += 1;
    Ok(())
}

/// A subscription of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: SubscriptionId) -> Result<Subscription> {
    let sql = "SELECT * FROM subscriptions WHERE desk_id = $1 AND id = $2";
    fetch_optional!(conn, SubscriptionSql, sql, desk, id)?.ok_or(StoreError::NotFound("subscription"))?.try_into()
}

/// The live subscription of an installation.
pub async fn live_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Subscription>> {
    let sql = "SELECT * FROM subscriptions WHERE desk_id = $1 AND installation_id = $2 AND state <> 'ended'";
    fetch_optional!(conn, SubscriptionSql, sql, desk, installation)?.map(TryInto::try_into).transpose()
}

/// The newest subscription of an installation, live or ended.
pub async fn last_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<Subscription>> {
    let sql = "SELECT * FROM subscriptions WHERE desk_id = $1 AND installation_id = $2
               ORDER BY CASE state WHEN 'ended' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT 1";
    fetch_optional!(conn, SubscriptionSql, sql, desk, installation)?.map(TryInto::try_into).transpose()
}

/// The live subscriptions of a desk, oldest first.
pub async fn list(conn: &mut Conn, desk: DeskId) -> Result<Vec<Subscription>> {
    let sql = "SELECT * FROM subscriptions WHERE desk_id = $1 AND state <> 'ended' ORDER BY created_at, id";
    all(fetch_all!(conn, SubscriptionSql, sql, desk)?)
}

/// The monthly subscriptions of a desk whose next day to pay for is `on` or earlier, oldest first.
pub async fn to_bill(conn: &mut Conn, desk: DeskId, on: Date) -> Result<Vec<Subscription>> {
    let sql =
        "SELECT * FROM subscriptions WHERE desk_id = $1 AND state IN ('active', 'past-due') AND paid_through <= $2
               ORDER BY created_at, id";
    all(fetch_all!(conn, SubscriptionSql, sql, desk, on)?)
}

/// The monthly subscriptions of a desk that are paid for or past due, oldest first.
pub async fn monthly_of(conn: &mut Conn, desk: DeskId) -> Result<Vec<Subscription>> {
    let sql = "SELECT * FROM subscriptions
               WHERE desk_id = $1 AND state IN ('active', 'past-due') AND paid_through IS NOT NULL ORDER BY created_at, id";
    all(fetch_all!(conn, SubscriptionSql, sql, desk)?)
}

/// Trials of all desks that end at `before` or earlier, those that end first first.
pub async fn trials_ending(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Subscription>> {
    let sql = "SELECT * FROM subscriptions WHERE state = 'trialing' AND trial_ends_at <= $1
               ORDER BY trial_ends_at, id LIMIT $2";
    all(fetch_all!(conn, SubscriptionSql, sql, before, limit)?)
}

/// What desks still try or pay from month to month though its add-on has stopped, oldest first: it was being changed on that day.
pub async fn of_stopped_addons(conn: &mut Conn) -> Result<Vec<Subscription>> {
    let sql = "SELECT s.* FROM addons a
               JOIN installations i ON i.addon_id = a.id
               JOIN subscriptions s ON s.desk_id = i.desk_id AND s.installation_id = i.id
               WHERE a.ended_at IS NOT NULL AND s.state <> 'ended'
                   AND (s.state = 'trialing' OR s.plan_model IN ('per-user', 'per-seat', 'flat'))
               ORDER BY s.created_at, s.id";
    all(fetch_all!(conn, SubscriptionSql, sql)?)
}

/// The subscription of an add-on that was paid for last, when it has ended and no other plan took its place: what is left of
/// its days counts when the add-on is bought again.
pub async fn cancelled_of_addon(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Subscription>> {
    let sql = "SELECT * FROM subscriptions WHERE desk_id = $1 AND addon_id = $2
                   AND plan_model IN ('per-user', 'per-seat', 'flat') AND paid_through IS NOT NULL
               ORDER BY created_at DESC, id DESC LIMIT 1";
    let last: Option<Subscription> =
        fetch_optional!(conn, SubscriptionSql, sql, desk, addon)?.map(TryInto::try_into).transpose()?;
    match last {
        Some(last) if last.state == SubscriptionState::Ended && !replaced_by_any(conn, &last).await? => Ok(Some(last)),
        _ => Ok(None),
    }
}

/// True when another plan, also a free one, took the place of a subscription that has ended.
async fn replaced_by_any(conn: &mut Conn, ended: &Subscription) -> Result<bool> {
    let sql =
        "SELECT id FROM subscriptions WHERE desk_id = $1 AND installation_id = $2 AND created_at = $3 AND id <> $4
                   AND trial_ends_at IS NULL LIMIT 1";
    let next = fetch_optional!(conn, (String,), sql, ended.desk, ended.installation, ended.ended_at, ended.id)?;
    Ok(next.is_some())
}
