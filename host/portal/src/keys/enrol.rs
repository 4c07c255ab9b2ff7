use annex_domain::{
    addon::{KeyId, KeyPurpose},
    audit::Action,
    mail::MailFacts,
    publisher::Deed,
};
use annex_store::catalog::{self, KeyStatus};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal, Rule, mails};

/// Lets a key sign packages of the publisher from now on, and tells every owner by mail.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::Invalid`] for the `key` or `password`; [`Rule::KnownKey`], [`Rule::RevokedKey`].
pub async fn enrol(portal: &Portal, by: &Member, pem: &str, given: &GivenPassword<'_>) -> Result<KeyId, Refusal> {
    by.require(Deed::Keys)?;
    let key = super::read(pem)?;
    given.check(portal, by.account).await?;
    let mut tx = by.begin(portal, Deed::Keys).await?;
    let there = catalog::publisher(&mut tx, &by.publisher).await?.ok_or_else(|| Refusal::not_found("publisher"))?;
    match there.keys.iter().find(|known| known.id == key.id).map(|known| known.status) {
        None => {}
        Some(KeyStatus::Active) => return Err(Rule::KnownKey.into()),
        Some(KeyStatus::Retired | KeyStatus::Revoked) => return Err(Rule::RevokedKey.into()),
    }
    catalog::add_key(&mut tx, &by.publisher, &key.public, KeyPurpose::Package, by.now).await?;
    by.record(&mut tx, Action::CatalogTrustKey, &json!({ "key": key.id })).await?;
    let id = key.id.clone();
    mails::tell_owners(&mut tx, by, key.id.as_str(), |name, by| MailFacts::KeyEnrolled { name, key: id, by }).await?;
    tx.commit().await?;
    Ok(key.id)
}
