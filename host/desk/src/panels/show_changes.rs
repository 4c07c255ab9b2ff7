use annex_domain::permission::Permission;
use annex_store::panels;

use crate::{Ctx, Desk, Refusal};

/// Shows the changes of tickets between their messages, or hides them, for the operator alone.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.view`; [`crate::Rule::PersonNeeded`].
pub async fn show_changes(desk: &Desk, ctx: &Ctx, shown: bool) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsView)?;
    let operator = ctx.operator()?;
    let mut tx = ctx.begin(desk).await?;
    panels::set_shows_changes(&mut tx, ctx.desk, operator, shown).await?;
    Ok(tx.commit().await?)
}
