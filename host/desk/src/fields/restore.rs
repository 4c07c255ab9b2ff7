use annex_domain::{audit::Action, field::Field, ids::FieldId, permission::Permission};
use annex_store::{desks, fields as stored};

use super::{check_room, facts, object};
use crate::{Ctx, Desk, Refusal};

/// Puts a field that people retired to use again, with what it held. One that its add-on has withdrawn waits for that. Once more
/// changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`]; [`crate::Rule::TooManyFields`].
pub async fn restore(desk: &Desk, ctx: &Ctx, id: FieldId) -> Result<Field, Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    desks::lock(&mut tx, ctx.desk).await?;
    let old = stored::get(&mut tx, ctx.desk, id).await?;
    if old.retired_at.is_none() {
        return Ok(old);
    }
    if old.addon.is_none() {
        check_room(&mut tx, ctx.desk, old.subject).await?;
    }
    let restored = Field { retired_at: None, ..old };
    stored::save(&mut tx, ctx.desk, &restored).await?;
    ctx.record(&mut tx, Action::FieldRestore, &object(id), &facts(&restored)).await?;
    tx.commit().await?;
    Ok(restored)
}
