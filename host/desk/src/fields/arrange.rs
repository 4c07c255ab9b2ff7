use annex_domain::{audit::Action, field::Field, ids::FieldId, permission::Permission};
use annex_store::{desks, fields as stored};

use super::{facts, object};
use crate::{Ctx, Desk, Refusal};

annex_domain::words! {
    /// Where a field goes.
    pub enum Direction: "direction" {
        /// One place up.
        Up = "up",
        /// One place down.
        Down = "down",
    }
}

/// Moves a field one place among those of its subject that are in use. The first one stays first, the last one last.
///
/// # Errors
/// [`Refusal::NotFound`], also for a field that is out of use.
pub async fn arrange(desk: &Desk, ctx: &Ctx, id: FieldId, to: Direction) -> Result<Field, Refusal> {
    ctx.require(Permission::DeskManage)?;
    let mut tx = desk.db.begin().await?;
    desks::lock(&mut tx, ctx.desk).await?;
    let mut all = stored::list(&mut tx, ctx.desk).await?;
    let at = all.iter().position(|field| field.id == id && field.is_in_use()).ok_or(Refusal::NotFound("field"))?;
    let moved = all.get(at).cloned().ok_or(Refusal::NotFound("field"))?;
    let beside = |field: &Field| field.subject == moved.subject && field.is_in_use();
    let other = match to {
        Direction::Up => all.iter().take(at).rposition(beside),
        Direction::Down => all.iter().skip(at + 1).position(beside).map(|after| at + 1 + after),
    };
    let Some(other) = other else { return Ok(moved) };
    all.swap(at, other);
    let order: Vec<FieldId> = all.iter().filter(|field| field.subject == moved.subject).map(|field| field.id).collect();
    stored::put_in_order(&mut tx, ctx.desk, &order).await?;
    ctx.record(&mut tx, Action::FieldArrange, &object(id), &facts(&moved)).await?;
    tx.commit().await?;
    Ok(moved)
}
