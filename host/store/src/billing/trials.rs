//! Trials outlive installations, so that reinstalling continues the old one (R20); and each reminder goes out once (R21).

use annex_domain::{addon::AddonId, clock::Timestamp, ids::DeskId};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// The trial of an add-on by a desk. There is one, ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// When it began.
    pub started_at: Timestamp,
    /// When access is lost.
    pub ends_at: Timestamp,
}

impl Trial {
    /// True until its end.
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }
}

/// The trial, if it was ever begun.
pub async fn get(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Option<Trial>> {
    let sql = "SELECT started_at, ends_at FROM trials WHERE desk_id = $1 AND addon_id = $2";
    let row = fetch_optional!(conn, (i64, i64), sql, desk, addon)?;
    Ok(row.map(|(started, ends)| Trial { started_at: Timestamp(started), ends_at: Timestamp(ends) }))
}

/// Begins a trial. One that was begun before wins, also when it is over.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown desk.
pub async fn start(tx: &mut Tx, desk: DeskId, addon: &AddonId, ends_at: Timestamp, now: Timestamp) -> Result<Trial> {
    let sql = "INSERT INTO trials (desk_id, addon_id, started_at, ends_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (desk_id, addon_id) DO NOTHING";
    execute!(tx, sql, desk, addon, now, ends_at)?;
    get(tx, desk, addon).await?.ok_or(StoreError::NotFound("trial"))
}

/// The thresholds whose reminders have gone out.
pub async fn reminded(conn: &mut Conn, desk: DeskId, addon: &AddonId) -> Result<Vec<u16>> {
    let sql = "SELECT days FROM trial_reminders WHERE desk_id = $1 AND addon_id = $2";
    let at = At::new("trial_reminders", addon.as_str());
    fetch_all!(conn, (i64,), sql, desk, addon)?.into_iter().map(|(days,)| at.number("days", days)).collect()
}

/// Claims the reminder of a threshold, such as 7 days: true for exactly one caller. Write the mail in the transaction.
pub async fn claim_reminder(tx: &mut Tx, desk: DeskId, addon: &AddonId, days: u16, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO trial_reminders (desk_id, addon_id, days, sent_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (desk_id, addon_id, days) DO NOTHING";
    Ok(execute!(tx, sql, desk, addon, days, now)? == 1)
}
