//! Events that are posted again, with the id that they had: one, those of some days, or all since one.

use std::collections::BTreeSet;

use annex_domain::{addon::AddonId, clock::Timestamp, ids::InstallationId, publisher_event::EventId};

use super::{go_on, seq_of};
use crate::{
    StoreError, Tx,
    db::query::{At, fetch_all},
};

/// Which events are posted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// This one.
    One(EventId),
    /// Those that were made from one moment on, and before another.
    Between(Timestamp, Timestamp),
    /// All after this one.
    Since(EventId),
}

/// Puts events of an add-on in line again; answers how many. Those that wait are tried at once, and one that is being posted
/// counts when it arrives.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such event: it may be older than what is kept.
pub async fn replay(tx: &mut Tx, addon: &AddonId, which: Replay, now: Timestamp) -> Result<u64, StoreError> {
    let (from, to, least, most) = match which {
        Replay::One(id) => {
            let seq = seq_of(tx, addon, id).await?;
            (i64::MIN, i64::MAX, seq, seq)
        }
        Replay::Between(from, to) => (from.0, to.0, 0, i64::MAX),
        Replay::Since(id) => (i64::MIN, i64::MAX, seq_of(tx, addon, id).await?.saturating_add(1), i64::MAX),
    };
    let rows = fetch_all!(
        tx,
        (String,),
        "UPDATE publisher_events SET state = 'waiting', tries = CASE WHEN state = 'waiting' THEN tries ELSE 0 END,
            in_line_since = $6, try_at = $6
         WHERE addon_id = $1 AND made_at >= $2 AND made_at < $3 AND seq >= $4 AND seq <= $5 RETURNING installation_id",
        addon,
        from,
        to,
        least,
        most,
        now
    )?;
    let count = rows.len() as u64;
    put_all_in_line(tx, rows, now).await?;
    Ok(count)
}

/// Lets everything that waits for an add-on's service be tried at once, with all its time before it.
pub(super) async fn wake(tx: &mut Tx, addon: &AddonId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE publisher_events SET in_line_since = $2, try_at = $2
               WHERE addon_id = $1 AND state = 'waiting' RETURNING installation_id";
    let rows = fetch_all!(tx, (String,), sql, addon, now)?;
    put_all_in_line(tx, rows, now).await
}

async fn put_all_in_line(tx: &mut Tx, rows: Vec<(String,)>, now: Timestamp) -> Result<(), StoreError> {
    let installations: BTreeSet<String> = rows.into_iter().map(|(id,)| id).collect();
    for id in installations {
        let installation: InstallationId = At::new("publisher_events", &id).parse("installation_id", &id)?;
        go_on(tx, installation, now).await?;
    }
    Ok(())
}
