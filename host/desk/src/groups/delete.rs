use annex_domain::{audit::Action, ids::GroupId, permission::Permission};
use annex_store::groups::{self, Group};
use serde_json::json;

use crate::{Ctx, Desk, Refusal};

/// Deletes a group. It leaves the rules that name it; who got an add-on by it keeps that.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn delete(desk: &Desk, ctx: &Ctx, id: GroupId) -> Result<Group, Refusal> {
    ctx.require(Permission::OperatorsManage)?;
    let mut tx = desk.db.begin().await?;
    let group = groups::get(&mut tx, ctx.desk, id).await?;
    groups::delete(&mut tx, ctx.desk, id).await?;
    ctx.record(&mut tx, Action::GroupDelete, &super::object(id), &json!({ "name": group.name })).await?;
    tx.commit().await?;
    Ok(group)
}
