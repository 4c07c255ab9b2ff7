use annex_domain::{audit::Action, ids::PublisherTokenId, publisher::Deed};
use annex_store::publishers::tokens::{self, PublisherToken};
use serde_json::json;

use crate::{Member, Portal, Refusal};

/// Ends a token at once, whoever made it.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] when it is revoked already, or another publisher's.
pub async fn revoke(portal: &Portal, by: &Member, id: PublisherTokenId) -> Result<PublisherToken, Refusal> {
    end(portal, by, Deed::Tokens, id).await
}

/// Ends the token that a program comes with, as the program wants it: that takes no right, whatever has become of its maker's.
///
/// # Errors
/// [`annex_desk::Refusal::NotFound`] when it is revoked already.
pub async fn give_back(portal: &Portal, by: &Member, own: PublisherTokenId) -> Result<PublisherToken, Refusal> {
    end(portal, by, Deed::Look, own).await
}

async fn end(portal: &Portal, by: &Member, deed: Deed, id: PublisherTokenId) -> Result<PublisherToken, Refusal> {
    let mut tx = by.begin(portal, deed).await?;
    let token = tokens::revoke(&mut tx, &by.publisher, id, by.now).await?;
    let facts = json!({ "token": id, "name": token.name });
    by.record(&mut tx, Action::PublisherTokenRevoke, &facts).await?;
    tx.commit().await?;
    Ok(token)
}
