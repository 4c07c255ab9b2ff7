use annex_domain::{audit::Action, permission::Permission};
use annex_store::samples;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Takes the sample tickets and contacts of the first run away; what was made since stays.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn remove_sample(desk: &Desk, ctx: &Ctx) -> Result<(), Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    samples::remove(&mut tx, ctx.desk, ctx.now).await?;
    ctx.record(&mut tx, Action::DeskRemoveSample, &super::object(ctx.desk), &json!({})).await?;
    Ok(tx.commit().await?)
}
