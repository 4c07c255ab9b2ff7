use annex_desk::Fields;
use annex_domain::{addon::KeyId, audit::Action, publisher::Deed};
use annex_store::catalog::{self, KeyStatus};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal};

/// The longest reason, in characters.
const REASON: usize = 500;

/// Takes a key out of trust, for good: nothing new that it signs is accepted. What was accepted before runs on.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for the `reason` or `password`; [`annex_desk::Refusal::NotFound`]
/// unless the publisher has the key and it counts.
pub async fn remove(
    portal: &Portal,
    by: &Member,
    key: &KeyId,
    reason: &str,
    given: &GivenPassword<'_>,
) -> Result<(), Refusal> {
    by.require(Deed::Keys)?;
    let there = catalog::publisher(&mut portal.db.read().await?, &by.publisher).await?;
    if !there.is_some_and(|publisher| publisher.keys.iter().any(|known| known.id == *key)) {
        return Err(Refusal::not_found("key"));
    }
    let mut fields = Fields::default();
    let reason = fields.text("reason", reason, REASON);
    fields.check()?;
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Keys).await?;
    catalog::end_key(&mut tx, &by.publisher, key, KeyStatus::Revoked, by.now).await?;
    by.record(&mut tx, Action::CatalogRevokeKey, &json!({ "key": key, "reason": reason })).await?;
    Ok(tx.commit().await?)
}
