//! How far a version reaches: before its technical review is done, no help desk takes it from the catalog.

use annex_domain::{
    addon::{AddonId, Version},
    clock::Timestamp,
};

use super::refresh_latest;
use crate::{StoreError, Tx, db::query::execute};

annex_domain::words! {
    /// How far a version reaches.
    pub enum Reach: "reach of a version" {
        /// Its publisher and the platform work on it: it cannot be installed yet (R43).
        Own = "own",
        /// It may be installed.
        Everyone = "everyone",
    }
}

/// Says how far a version reaches. What the platform has blocked stays so.
///
/// # Errors
/// [`StoreError::NotFound`] for a version that is unknown or blocked.
pub async fn set_reach(
    tx: &mut Tx,
    addon: &AddonId,
    version: &Version,
    reach: Reach,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE addon_versions SET status = $3 WHERE addon_id = $1 AND version = $2 AND status <> 'blocked'";
    let status = match reach {
        Reach::Own => "yanked",
        Reach::Everyone => "available",
    };
    match execute!(tx, sql, addon, version, status)? {
        1 => refresh_latest(tx, addon, now).await,
        _ => Err(StoreError::NotFound("version")),
    }
}
