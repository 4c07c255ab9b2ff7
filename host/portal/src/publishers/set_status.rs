use annex_domain::{
    addon::PublisherSlug,
    audit::Action,
    publisher::{PublisherStatus, StaffPermission},
};
use annex_store::publishers::organisations;
use serde_json::json;

use crate::{By, Portal, Refusal};

/// Suspends a publisher, or lets it go on. Suspended, its members change nothing and its tokens do not work; what desks have
/// installed runs on.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::NotFound`].
pub async fn set_status(
    portal: &Portal,
    by: By<'_>,
    publisher: &PublisherSlug,
    status: PublisherStatus,
) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, StaffPermission::PublishersManage).await?;
    organisations::lock(&mut tx, publisher).await?;
    organisations::set_status(&mut tx, publisher, status).await?;
    by.record(&mut tx, Action::PublisherStatus, publisher.as_str(), &json!({ "status": status })).await?;
    Ok(tx.commit().await?)
}
