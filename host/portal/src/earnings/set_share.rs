use annex_domain::{addon::PublisherSlug, audit::Action, earnings::Share, publisher::StaffPermission};
use annex_store::publishers::organisations;
use serde_json::json;

use crate::{By, Portal, Refusal};

/// Changes what a publisher gets of what is paid from now on.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::NotFound`].
pub async fn set_share(portal: &Portal, by: By<'_>, publisher: &PublisherSlug, share: Share) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, StaffPermission::PublishersManage).await?;
    organisations::lock(&mut tx, publisher).await?;
    let before = organisations::share(&mut tx, publisher).await?;
    organisations::set_share(&mut tx, publisher, share).await?;
    let facts = json!({ "from": before.percent(), "to": share.percent() });
    by.record(&mut tx, Action::PublisherShare, publisher.as_str(), &facts).await?;
    Ok(tx.commit().await?)
}
