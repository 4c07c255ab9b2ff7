use annex_domain::audit::Action;
use annex_store::desks;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Lets the desk remove an add-on whatever its status, or no longer: the platform's decision, not the desk's (R37), so only the command line
/// offers it.
///
/// # Errors
/// [`Refusal::NotFound`] for a desk that is not there.
pub async fn force_uninstall(desk: &Desk, ctx: &Ctx, on: bool) -> Result<(), Refusal> {
    let mut tx = desk.db.begin().await?;
    desks::set_force_uninstall(&mut tx, ctx.desk, on).await?;
    let facts = json!({ "force_uninstall": on });
    ctx.record(&mut tx, Action::DeskForceUninstall, &super::object(ctx.desk), &facts).await?;
    Ok(tx.commit().await?)
}
