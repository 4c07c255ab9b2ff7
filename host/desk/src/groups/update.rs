use annex_domain::{audit::Action, ids::GroupId, permission::Permission};
use annex_store::groups;

use super::GroupInput;
use crate::{
    Ctx, Desk, Refusal,
    refusal::{Fields, taken},
};

/// Gives a group this name and these members.
///
/// # Errors
/// [`Refusal::NotFound`], also for a member who is not of this desk; [`Refusal::Invalid`] for `name`.
pub async fn update(desk: &Desk, ctx: &Ctx, id: GroupId, wanted: &GroupInput) -> Result<(), Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    groups::get(&mut tx, ctx.desk, id).await?;
    let mut fields = Fields::default();
    let name = fields.text("name", &wanted.name, super::NAME);
    fields.check()?;
    groups::rename(&mut tx, ctx.desk, id, name).await.map_err(taken("name"))?;
    groups::set_members(&mut tx, ctx.desk, id, &wanted.members, ctx.now).await?;
    ctx.record(&mut tx, Action::GroupUpdate, &super::object(id), &super::facts(name, &wanted.members)).await?;
    tx.commit().await?;
    Ok(())
}
