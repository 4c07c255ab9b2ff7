use annex_domain::{
    audit::Action,
    ids::{OperatorId, RoleId},
    operator::Operator,
    permission::Permission,
};
use annex_store::operators;
use serde_json::json;

use crate::{Ctx, Desk, Refusal, ctx::covers};

/// Replaces the roles of an operator, and answers with the operator as they were.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for `roles` that are none or allow more than who asks may do;
/// [`Rule::BeyondYourRights`](crate::Rule::BeyondYourRights); [`Rule::LastAdmin`](crate::Rule::LastAdmin).
pub async fn set_roles(desk: &Desk, ctx: &Ctx, id: OperatorId, roles: &[RoleId]) -> Result<Operator, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let operator = operators::get(&mut tx, ctx.desk, id).await?;
    covers(&rights, &operator.permissions)?;
    if let Some(wrong) = super::wrong_with(&mut tx, ctx.desk, roles, &rights).await? {
        return Err(wrong.at("roles").into());
    }
    operators::set_roles(&mut tx, ctx.desk, id, roles, ctx.now).await?;
    super::an_admin_is_left(&mut tx, ctx.desk).await?;
    let facts = json!({ "before": operator.roles, "roles": roles });
    ctx.record(&mut tx, Action::OperatorRoles, &super::object(id), &facts).await?;
    tx.commit().await?;
    Ok(operator)
}
