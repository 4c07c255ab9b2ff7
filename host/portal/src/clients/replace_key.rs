use annex_domain::{audit::Action, ids::InstallationId, oauth::public_id, publisher::Deed};
use annex_lifecycle::service;
use annex_store::{oauth::clients, vault::Vault};
use serde_json::{Value, json};

use super::OVERLAP;
use crate::{Member, Portal, Refusal};

/// Another key pair of the client that came with an installation of one's add-on, in whichever desk; the one before proves it for a day
/// more. Answers the client's id and the pair, a private JSON Web Key.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`] for an installation of somebody else's add-on, or without a client.
pub async fn replace_key(
    portal: &Portal,
    vault: &Vault,
    by: &Member,
    installation: InstallationId,
) -> Result<(String, Value), Refusal> {
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let client = clients::of_service(&mut tx, &by.publisher, installation).await?;
    let client = client.ok_or_else(|| Refusal::not_found("client"))?;
    let key = service::replace_key(&mut tx, vault, &client, OVERLAP, by.now).await?;
    let id = public_id(client.id);
    let facts = json!({ "client": id, "name": client.name, "installation": installation, "key": key.get("kid") });
    by.record(&mut tx, Action::PublisherClientRotate, &facts).await?;
    tx.commit().await?;
    Ok((id, key))
}
