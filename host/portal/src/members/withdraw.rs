use annex_domain::{audit::Action, ids::InvitationId, publisher::Deed};
use annex_store::publishers::invitations;
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Takes an invitation back: its link works no more.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] when it was used, or is another publisher's.
pub async fn withdraw(portal: &Portal, by: &Member, id: InvitationId) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Members).await?;
    let invitation = invitations::withdraw(&mut tx, &by.publisher, id).await?;
    let facts = json!({ "invitation": id, "email": invitation.email });
    by.record(&mut tx, Action::PublisherWithdraw, &facts).await?;
    Ok(tx.commit().await?)
}
