//! What a publisher's service is told of the users of an installation.

use annex_domain::{
    clock::Timestamp,
    ids::OperatorId,
    installation::Installation,
    publisher_event::{EventData, Updated, UsersChanged},
};

use super::Changed;
use crate::{Tx, db::query::fetch_one, error::StoreError, publisher_events};

/// Tells who may use it from now on and who may no longer; they are changed already. Nothing where nobody was.
pub async fn tell_publisher(
    tx: &mut Tx,
    installation: &Installation,
    changed: &Changed,
    now: Timestamp,
) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let sql = "SELECT COUNT(*) FROM installation_users WHERE desk_id = $1 AND installation_id = $2";
    let (new,) = fetch_one!(tx, (i64,), sql, installation.desk, installation.id)?;
    let new = u32::try_from(new).unwrap_or(u32::MAX);
    let count = |users: &[OperatorId]| u32::try_from(users.len()).unwrap_or(u32::MAX);
    let Changed { added, removed } = changed.clone();
    let old = new.saturating_add(count(&removed)).saturating_sub(count(&added));
    let users = UsersChanged { old, new, added, removed };
    let updated = EventData::Updated(Updated { users: Some(users), ..Updated::default() });
    publisher_events::put(tx, installation, &updated, now).await
}
