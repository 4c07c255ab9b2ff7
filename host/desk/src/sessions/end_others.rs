use annex_domain::ids::SessionId;
use annex_store::sessions;

use crate::{Ctx, Desk, Refusal};

/// Ends all sessions of who asks but `keep`.
///
/// # Errors
/// When the store fails.
pub async fn end_others(desk: &Desk, ctx: &Ctx, keep: SessionId) -> Result<(), Refusal> {
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    sessions::revoke_all(&mut tx, ctx.desk, operator, Some(keep)).await?;
    Ok(tx.commit().await?)
}
