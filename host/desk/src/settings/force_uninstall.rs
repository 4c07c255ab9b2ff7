use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor};
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Lets a desk remove an add-on whatever its status, or no longer: the platform's decision, not the desk's (R37), so nobody but the
/// command line makes it, whatever they may do.
///
/// # Errors
/// [`Refusal::NotFound`] for a desk that is not there.
pub async fn force_uninstall(desk: &Desk, of: DeskId, on: bool, now: Timestamp) -> Result<(), Refusal> {
    let ctx = Ctx::host(of, Actor::CommandLine, now);
    let mut tx = desk.db.begin().await?;
    desks::set_force_uninstall(&mut tx, of, on).await?;
    let facts = json!({ "force_uninstall": on });
    ctx.record(&mut tx, Action::DeskForceUninstall, &super::object(of), &facts).await?;
    Ok(tx.commit().await?)
}
