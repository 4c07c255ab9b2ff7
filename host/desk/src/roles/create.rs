use annex_domain::{audit::Action, operator::Role, permission::Permission};
use annex_store::roles;

use super::RoleInput;
use crate::{
    Ctx, Desk, Refusal, Wrong,
    refusal::{Fields, taken},
};

/// Makes a role that nobody has yet.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`, and `permissions` that who makes it lacks.
pub async fn create(desk: &Desk, ctx: &Ctx, wanted: &RoleInput) -> Result<Role, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut fields = Fields::default();
    let name = fields.text("name", &wanted.name, super::NAME);
    let mut tx = desk.db.begin().await?;
    if let Some(missing) = ctx.rights(&mut tx).await?.lacks(&wanted.permissions) {
        fields.add("permissions", Wrong::NotYours(missing));
    }
    fields.check()?;
    let role = roles::create(&mut tx, ctx.desk, name, &wanted.permissions, ctx.now).await.map_err(taken("name"))?;
    let facts = super::facts(name, &wanted.permissions);
    ctx.record(&mut tx, Action::RoleCreate, &super::object(role.id), &facts).await?;
    tx.commit().await?;
    Ok(role)
}
