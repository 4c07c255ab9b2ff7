use annex_domain::{audit::Action, ids::OauthClientId, oauth::public_id, publisher::Deed};
use annex_store::{oauth::clients, publishers::organisations};
use serde_json::json;

use super::{OVERLAP, find};
use crate::{GivenPassword, Member, Portal, Refusal};

/// Another secret of a client; the one before works for a day more.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for the `password`; [`annex_desk::Refusal::NotFound`] for a client that the
/// publisher has not made.
pub async fn rotate(
    portal: &Portal,
    by: &Member,
    id: OauthClientId,
    given: &GivenPassword<'_>,
) -> Result<String, Refusal> {
    by.require(Deed::Develop)?;
    let mut conn = portal.db.read().await?;
    let organisation = organisations::get(&mut conn, &by.publisher).await?;
    find(&mut conn, &organisation, id).await?;
    drop(conn);
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Develop).await?;
    let client = find(&mut tx, &organisation, id).await?;
    let secret = clients::replace_secret(&mut tx, client.desk, id, OVERLAP, by.now).await?;
    let facts = json!({ "client": public_id(id), "name": client.name });
    by.record(&mut tx, Action::PublisherClientRotate, &facts).await?;
    tx.commit().await?;
    Ok(secret)
}
