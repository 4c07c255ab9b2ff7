use annex_domain::{audit::Action, ids::RoleId, operator::Role, permission::Permission};
use annex_store::{StoreError, roles};
use serde_json::json;

use crate::{Ctx, Desk, Refusal, Rule, ctx::covers};

/// Deletes a role that nobody has.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Rule::BeyondYourRights`]; [`Rule::BuiltinRole`]; [`Rule::RoleInUse`].
pub async fn delete(desk: &Desk, ctx: &Ctx, id: RoleId) -> Result<Role, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let role = roles::get(&mut tx, ctx.desk, id).await?;
    covers(&rights, &role.permissions)?;
    if role.builtin {
        return Err(Rule::BuiltinRole.into());
    }
    roles::delete(&mut tx, ctx.desk, id).await.map_err(|error| match error {
        StoreError::Reference => Refusal::from(Rule::RoleInUse),
        other => Refusal::from(other),
    })?;
    ctx.record(&mut tx, Action::RoleDelete, &super::object(id), &json!({ "name": role.name })).await?;
    tx.commit().await?;
    Ok(role)
}
