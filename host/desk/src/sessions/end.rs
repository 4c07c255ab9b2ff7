use annex_domain::ids::SessionId;
use annex_store::sessions;

use crate::{Ctx, Desk, Refusal};

/// Ends a session of who asks.
///
/// # Errors
/// [`Refusal::NotFound`] when it is none of theirs.
pub async fn end(desk: &Desk, ctx: &Ctx, id: SessionId) -> Result<(), Refusal> {
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    sessions::revoke(&mut tx, ctx.desk, operator, id).await?;
    Ok(tx.commit().await?)
}
