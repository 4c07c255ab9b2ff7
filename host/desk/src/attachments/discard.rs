use annex_domain::{ids::AttachmentId, permission::Permission};
use annex_store::attachments;

use crate::{Ctx, Desk, Refusal};

/// Deletes a file that who asks has uploaded or made, before a message has taken it.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`; [`Refusal::NotFound`]; [`crate::Rule::PersonNeeded`].
pub async fn discard(desk: &Desk, ctx: &Ctx, id: AttachmentId) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsReply)?;
    let maker = ctx.maker()?;
    let mut tx = ctx.begin(desk).await?;
    attachments::discard(&mut tx, ctx.desk, maker, id).await?;
    Ok(tx.commit().await?)
}
