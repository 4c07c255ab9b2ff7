use annex_domain::{attachment::Attachment, ids::AttachmentId, permission::Permission};
use annex_store::attachments;

use crate::{Ctx, Desk, Refusal};

/// A file of a message, or one that who asks has uploaded.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.view`; [`Refusal::NotFound`].
pub async fn find(desk: &Desk, ctx: &Ctx, id: AttachmentId) -> Result<Attachment, Refusal> {
    ctx.require(Permission::TicketsView)?;
    Ok(attachments::get(&mut desk.db.read().await?, ctx.desk, id, ctx.operator().ok()).await?)
}
