use annex_domain::{audit::Action, ids::OperatorId, operator::Operator, permission::Permission};
use annex_store::operators;
use serde_json::json;

use crate::{Ctx, Desk, Refusal, ctx::covers};

/// Lets an operator sign in again, and gives them back the add-ons that there is a licence left for.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Rule::BeyondYourRights`](crate::Rule::BeyondYourRights).
pub async fn activate(desk: &Desk, ctx: &Ctx, id: OperatorId) -> Result<Operator, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let operator = operators::get(&mut tx, ctx.desk, id).await?;
    covers(&rights, &operator.permissions)?;
    operators::set_active(&mut tx, ctx.desk, id, true, ctx.now).await?;
    ctx.record(&mut tx, Action::OperatorReactivate, &super::object(id), &json!({})).await?;
    tx.commit().await?;
    Ok(operator)
}
