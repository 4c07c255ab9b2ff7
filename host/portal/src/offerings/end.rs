use std::time::Duration;

use annex_domain::{
    addon::AddonId,
    audit::Action,
    clock::Timestamp,
    installation::Installation,
    localized::Localized,
    mail::{MailAddon, MailFacts},
    permission::Permission,
    publisher::Deed,
};
use annex_store::{
    StoreError, Tx, catalog, installations,
    mails::{self, NewMail},
    operators,
};
use serde_json::json;

use crate::{GivenPassword, Member, Portal, Refusal};

/// How long an add-on that desks run goes on after its end was announced.
pub const NOTICE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Ends an add-on: nobody installs it from now on. Where desks run it, it goes on for [`NOTICE`], and everybody who manages add-ons
/// there is told by mail; else it is over at once. Answers when. Nothing happens when its end was announced before.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`]; [`annex_desk::Refusal::Invalid`] for the `password`.
pub async fn announce_end(
    portal: &Portal,
    by: &Member,
    addon: &AddonId,
    given: &GivenPassword<'_>,
) -> Result<Timestamp, Refusal> {
    by.require(Deed::Organisation)?;
    given.check(portal, by.account).await?;
    let (mut tx, offering) = super::begin(portal, by, Deed::Organisation, addon).await?;
    if let Some(announced) = offering.ends_at {
        return Ok(announced);
    }
    let running = installations::everywhere(&mut tx, addon).await?;
    let ends_at = if running.is_empty() { by.now } else { by.now.after(NOTICE) };
    catalog::set_ends_at(&mut tx, addon, Some(ends_at)).await?;
    for installation in &running {
        tell(&mut tx, installation, ends_at, by.now).await?;
    }
    let facts = json!({ "ends_at": ends_at, "installations": running.len() });
    by.record_of(&mut tx, Action::CatalogDelete, addon, &facts).await?;
    tx.commit().await?;
    Ok(ends_at)
}

/// Lets an add-on go on whose end was announced.
///
/// # Errors
/// [`Refusal::Role`]; [`annex_desk::Refusal::NotFound`], also when it is over.
pub async fn take_end_back(portal: &Portal, by: &Member, addon: &AddonId) -> Result<(), Refusal> {
    let (mut tx, offering) = super::begin(portal, by, Deed::Organisation, addon).await?;
    if offering.ends_at.is_none() {
        return Ok(());
    }
    catalog::set_ends_at(&mut tx, addon, None).await?;
    by.record_of(&mut tx, Action::CatalogKeep, addon, &json!({})).await?;
    Ok(tx.commit().await?)
}

/// Writes to everybody who manages add-ons in the desk, in the transaction of the announcement.
async fn tell(tx: &mut Tx, of: &Installation, ends_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    let version = catalog::version(tx, &of.addon, &of.version).await?;
    let name = version.map_or_else(|| Localized::en(of.addon.as_str()), |row| row.manifest.listing.name);
    let addon = MailAddon { id: of.addon.clone(), name, installation: Some(of.id) };
    let facts = MailFacts::AddonEnds { addon, ends_at };
    for listed in operators::list(tx, of.desk).await? {
        let one = listed.operator;
        if one.active && one.permissions.has(Permission::AddonsManage) {
            let mail = NewMail {
                desk: of.desk,
                operator: Some(one.id),
                unique_key: format!("{}:{}:{}:{}", facts.kind(), of.id, ends_at.0, one.id),
                to: one.email,
                kind: facts.kind(),
                args: facts.args(),
            };
            mails::put(tx, &mail, now).await?;
        }
    }
    Ok(())
}
