use annex_domain::{ids::OperatorId, permission::Permission};
use annex_store::operators;
use serde_json::json;

use super::{Invited, invite::send_link};
use crate::{Ctx, Desk, Refusal, ctx::covers};

/// Invites an operator once more who has not chosen a password yet. The link before works no more.
///
/// # Errors
/// [`Refusal::NotFound`] also for who has a password, or is deactivated; [`Rule::BeyondYourRights`](crate::Rule::BeyondYourRights).
pub async fn invite_again(desk: &Desk, ctx: &Ctx, id: OperatorId) -> Result<Invited, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let known = operators::credentials(&mut tx, ctx.desk, id).await?;
    covers(&rights, &known.operator.permissions)?;
    // A link for somebody who has a password would be a way to take their account over.
    if known.password_hash.is_some() || !known.operator.active {
        return Err(Refusal::NotFound("invitation"));
    }
    let invited = send_link(&mut tx, ctx, known.operator, &json!({ "again": true })).await?;
    tx.commit().await?;
    Ok(invited)
}
