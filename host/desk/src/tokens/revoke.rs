use annex_domain::{audit::Action, ids::TokenId};
use annex_store::tokens::{self, Token};
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Ends one of the operator's own tokens at once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is revoked already, or it is somebody else's.
pub async fn revoke(desk: &Desk, ctx: &Ctx, id: TokenId) -> Result<Token, Refusal> {
    let operator = ctx.operator()?;
    let mut tx = desk.db.begin().await?;
    let token = tokens::get(&mut tx, ctx.desk, id).await?;
    if token.operator != operator {
        return Err(Refusal::NotFound("token"));
    }
    tokens::revoke(&mut tx, ctx.desk, id, ctx.now).await?;
    ctx.record(&mut tx, Action::TokenRevoke, &super::object(id), &json!({ "name": token.name })).await?;
    tx.commit().await?;
    Ok(token)
}
