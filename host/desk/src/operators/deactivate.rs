use annex_domain::{
    audit::Action,
    ids::OperatorId,
    operator::{Actor, Operator},
    permission::Permission,
};
use annex_store::operators;
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule, ctx::covers};

/// Ends an operator's sessions and locks them out. Their tokens stop working until they are active again.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Rule::OwnAccount`]; [`Rule::BeyondYourRights`]; [`Rule::LastAdmin`].
pub async fn deactivate(desk: &Desk, ctx: &Ctx, id: OperatorId) -> Result<Operator, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    if ctx.actor == Actor::Operator(id) {
        return Err(Rule::OwnAccount.into());
    }
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let operator = operators::get(&mut tx, ctx.desk, id).await?;
    covers(&rights, &operator.permissions)?;
    operators::set_active(&mut tx, ctx.desk, id, false, ctx.now).await?;
    super::an_admin_is_left(&mut tx, ctx.desk).await?;
    ctx.record(&mut tx, Action::OperatorDeactivate, &super::object(id), &json!({})).await?;
    tx.commit().await?;
    Ok(operator)
}
