use annex_domain::{audit::Action, ids::GroupId, permission::Permission};
use annex_store::groups;

use super::GroupInput;
use crate::{
    Ctx, Desk, Refusal,
    refusal::{Fields, taken},
};

/// Makes a group with its members.
///
/// # Errors
/// [`Refusal::Invalid`] for `name`; [`Refusal::NotFound`] for a member who is not of this desk.
pub async fn create(desk: &Desk, ctx: &Ctx, wanted: &GroupInput) -> Result<GroupId, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut fields = Fields::default();
    let name = fields.text("name", &wanted.name, super::NAME);
    fields.check()?;
    let mut tx = desk.db.begin().await?;
    let id = groups::create(&mut tx, ctx.desk, name, ctx.now).await.map_err(taken("name"))?.id;
    groups::set_members(&mut tx, ctx.desk, id, &wanted.members, ctx.now).await?;
    ctx.record(&mut tx, Action::GroupCreate, &super::object(id), &super::facts(name, &wanted.members)).await?;
    tx.commit().await?;
    Ok(id)
}
