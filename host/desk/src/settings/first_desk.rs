use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor, zone};
use annex_store::desks::{self, NewDesk};
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// The first desk of this host; made on the first start, in that region.
///
/// # Errors
/// When the store fails.
pub async fn first_desk(desk: &Desk, region: &str, now: Timestamp) -> Result<DeskId, Refusal> {
    let mut tx = desk.db.begin().await?;
    if let Some(first) = desks::list(&mut tx).await?.first() {
        return Ok(first.id);
    }
    let new = NewDesk {
        name: "Help desk".into(),
        locale: "en".into(),
        time_zone: zone::UTC.into(),
        region: region.into(),
        host_name: None,
        developer_of: None,
    };
    let made = desks::make(&mut tx, new, now).await?.id;
    let ctx = Ctx::host(made, Actor::System, now);
    ctx.record(&mut tx, Action::DeskCreated, &super::object(made), &json!({})).await?;
    tx.commit().await?;
    Ok(made)
}
