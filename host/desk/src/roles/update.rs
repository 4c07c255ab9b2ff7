use annex_domain::{audit::Action, ids::RoleId, operator::Role, permission::Permission};
use annex_store::roles::{self, Builtin};

use super::RoleInput;
use crate::{
    Ctx, Desk, Refusal, Rule, Wrong,
    ctx::covers,
    refusal::{Fields, taken},
};

/// Changes what a role is called and allows. Agent keeps its name whatever is wanted, and Admin allows everything always.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for `name`, and `permissions` that who changes it lacks;
/// [`Rule::BeyondYourRights`]; [`Rule::BuiltinRole`] for Admin.
pub async fn update(desk: &Desk, ctx: &Ctx, id: RoleId, wanted: &RoleInput) -> Result<Role, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let rights = ctx.rights(&mut tx).await?;
    let role = roles::get(&mut tx, ctx.desk, id).await?;
    covers(&rights, &role.permissions)?;
    if roles::builtin(&mut tx, ctx.desk, Builtin::Admin).await?.id == id {
        return Err(Rule::BuiltinRole.into());
    }
    let mut fields = Fields::default();
    let name = if role.builtin { role.name } else { fields.text("name", &wanted.name, super::NAME).to_owned() };
    if let Some(missing) = rights.lacks(&wanted.permissions) {
        fields.add("permissions", Wrong::NotYours(missing));
    }
    fields.check()?;
    let permissions = wanted.permissions.clone();
    roles::update(&mut tx, ctx.desk, id, &name, &permissions).await.map_err(taken("name"))?;
    ctx.record(&mut tx, Action::RoleUpdate, &super::object(id), &super::facts(&name, &permissions)).await?;
    tx.commit().await?;
    Ok(Role { name, permissions, ..role })
}
