use annex_desk::Fields;
use annex_domain::{
    audit::Action,
    publisher::{PartnerDocument, StaffPermission},
};
use annex_store::publishers::documents;
use serde_json::json;

use crate::{By, Portal, Refusal};

/// The longest document, in characters: with what a browser makes of it, within what a form may have.
const BODY: usize = 20_000;

/// Publishes the next version of a document, and answers its number; none when the text is the newest already. Every publisher has to
/// accept it before it submits or publishes again.
///
/// # Errors
/// [`Refusal::Staff`]; [`annex_desk::Refusal::Invalid`] for the `body`.
pub async fn publish(portal: &Portal, by: By<'_>, kind: PartnerDocument, body: &str) -> Result<Option<i64>, Refusal> {
    let mut tx = by.begin(portal, StaffPermission::PublishersManage).await?;
    let mut fields = Fields::default();
    let body = fields.text("body", body, BODY);
    fields.check()?;
    if documents::newest(&mut tx, kind).await?.is_some_and(|newest| newest.body == body) {
        return Ok(None);
    }
    let version = documents::publish(&mut tx, kind, body, by.now()).await?;
    let facts = json!({ "version": version });
    by.record(&mut tx, Action::PublisherDocument, &format!("document:{kind}"), &facts).await?;
    tx.commit().await?;
    Ok(Some(version))
}
