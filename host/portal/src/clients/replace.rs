use annex_domain::{audit::Action, ids::InstallationId, oauth::public_id, publisher::Deed};
use annex_lifecycle::service;
use annex_store::{oauth::clients, vault::Vault};
use serde_json::json;

use super::OVERLAP;
use crate::{Member, Portal, Refusal};

/// Another secret of the client that came with an installation of one's add-on, in whichever desk; the one before works for a day
/// more. Answers the client's id and the secret.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] for an installation of somebody else's add-on, or without a client.
pub async fn replace(
    portal: &Portal,
    vault: &Vault,
    by: &Member,
    installation: InstallationId,
) -> Result<(String, String), Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let client = clients::of_service(&mut tx, &by.publisher, installation).await?;
    let client = client.ok_or_else(|| Refusal::not_found("client"))?;
    let secret = service::replace_secret(&mut tx, vault, &client, OVERLAP, by.now).await?;
    let id = public_id(client.id);
    let facts = json!({ "client": id, "name": client.name, "installation": installation });
    by.record(&mut tx, Action::PublisherClientRotate, &facts).await?;
    tx.commit().await?;
    Ok((id, secret))
}
