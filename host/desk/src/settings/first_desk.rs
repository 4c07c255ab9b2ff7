use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor};
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// The desk of this host; made on the first start.
///
/// # Errors
/// When the store fails.
pub async fn first_desk(desk: &Desk, now: Timestamp) -> Result<DeskId, Refusal> {
    let mut tx = desk.db.begin().await?;
    if let Some(first) = desks::list(&mut tx).await?.first() {
        return Ok(first.id);
    }
    let made = desks::create(&mut tx, "Help desk", "en", now).await?.id;
    let ctx = Ctx::host(made, Actor::System, now);
    ctx.record(&mut tx, Action::DeskCreated, &super::object(made), &json!({})).await?;
    tx.commit().await?;
    Ok(made)
}
