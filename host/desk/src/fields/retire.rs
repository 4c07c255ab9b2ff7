use annex_domain::{audit::Action, field::Field, ids::FieldId, permission::Permission};
use annex_store::{desks, fields as stored};

use super::{facts, object};
use crate::{Ctx, Desk, Refusal};

/// Puts a field out of use: nobody sees or writes it. What it holds stays. Once more changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn retire(desk: &Desk, ctx: &Ctx, id: FieldId) -> Result<Field, Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    desks::lock(&mut tx, ctx.desk).await?;
    let old = stored::get(&mut tx, ctx.desk, id).await?;
    if old.retired_at.is_some() {
        return Ok(old);
    }
    let retired = Field { retired_at: Some(ctx.now), ..old };
    stored::save(&mut tx, ctx.desk, &retired).await?;
    ctx.record(&mut tx, Action::FieldRetire, &object(id), &facts(&retired)).await?;
    tx.commit().await?;
    Ok(retired)
}
