use annex_domain::{audit::Action, operator::Operator, permission::Permission};
use annex_store::operators::NewOperator;
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Makes an operator who has a password already.
///
/// # Errors
/// As [`invite`](super::invite()).
pub async fn create(desk: &Desk, ctx: &Ctx, new: NewOperator) -> Result<Operator, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let operator = super::add(&mut tx, ctx, new).await?;
    let facts = json!({ "email": operator.email, "roles": operator.roles });
    ctx.record(&mut tx, Action::OperatorCreated, &super::object(operator.id), &facts).await?;
    tx.commit().await?;
    Ok(operator)
}
