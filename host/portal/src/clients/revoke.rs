use annex_domain::{audit::Action, ids::OauthClientId, oauth::public_id, publisher::Deed};
use annex_store::{
    oauth::clients::{self, Client},
    publishers::organisations,
};
use serde_json::json;

use super::find;
use crate::{Member, Portal, Refusal};

/// Ends a client at once, with all that it was given.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] for a client that the publisher has not made.
pub async fn revoke(portal: &Portal, by: &Member, id: OauthClientId) -> Result<Client, Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let organisation = organisations::get(&mut tx, &by.publisher).await?;
    let client = find(&mut tx, &organisation, id).await?;
    clients::revoke(&mut tx, client.desk, id).await?;
    let facts = json!({ "client": public_id(id), "name": client.name });
    by.record(&mut tx, Action::PublisherClientRevoke, &facts).await?;
    tx.commit().await?;
    Ok(client)
}
