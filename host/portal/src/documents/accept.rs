use annex_domain::{
    audit::Action,
    publisher::{Deed, PartnerDocument},
};
use annex_store::publishers::documents;
use serde_json::json;

use crate::{Member, Portal, Refusal, Rule};

/// Accepts the version of a document that was shown, for the publisher.
///
/// # Errors
/// [`Refusal::Role`]; [`Rule::DocumentChanged`] unless it is the newest.
pub async fn accept(portal: &Portal, by: &Member, kind: PartnerDocument, version: i64) -> Result<(), Refusal> {
    let mut tx = by.begin(portal, Deed::Documents).await?;
    let newest = documents::newest(&mut tx, kind).await?.ok_or_else(|| Refusal::not_found("document"))?;
    if newest.version != version {
        return Err(Rule::DocumentChanged.into());
    }
    documents::accept(&mut tx, &by.publisher, kind, version, by.account, by.now).await?;
    by.record(&mut tx, Action::PublisherAccept, &json!({ "document": kind, "version": version })).await?;
    Ok(tx.commit().await?)
}
