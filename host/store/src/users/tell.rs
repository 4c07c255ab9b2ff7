//! Who should have got an add-on by its rule and did not, because no licence is free: those who can buy one are told.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    localized::Localized,
    mail::{MailAddon, MailFacts},
    operator::Actor,
    permission::Permission,
};
use serde_json::json;

use crate::{
    audit, catalog,
    db::{Tx, query::At},
    error::StoreError,
    installations,
    mails::{self, NewMail},
    operators,
};

/// Writes it into the audit log, and a mail to everybody who manages add-ons: once for each user and installation.
pub(super) async fn no_licence(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    mut missed: Vec<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    missed.sort_unstable();
    missed.dedup();
    if missed.is_empty() {
        return Ok(());
    }
    let everybody: Vec<_> = operators::list(tx, desk).await?.into_iter().map(|listed| listed.operator).collect();
    let Some(user) = everybody.iter().find(|one| one.id == operator && one.active) else { return Ok(()) };
    let (object, detail) = (format!("operator:{operator}"), json!({ "installations": missed }));
    audit::append(tx, desk, Actor::System, "addon.no-licence-left", &object, &detail, now).await?;
    for id in &missed {
        let installation: InstallationId = At::new("installations", id).parse("id", id)?;
        let Some(found) = installations::get(tx, desk, installation).await? else { continue };
        let version = catalog::version(tx, &found.addon, &found.version).await?;
        let name = version.map_or_else(|| Localized::en(found.addon.as_str()), |row| row.manifest.listing.name);
        let addon = MailAddon { id: found.addon.clone(), name, installation: Some(installation) };
        let facts = MailFacts::NoLicence { addon, user: user.name.clone() };
        for reader in everybody.iter().filter(|one| one.active && one.permissions.has(Permission::AddonsManage)) {
            let new = NewMail {
                desk,
                operator: Some(reader.id),
                to: reader.email.clone(),
                kind: facts.kind(),
                args: facts.args(),
                unique_key: format!("no-licence:{installation}:{operator}:{}", reader.id),
            };
            mails::put(tx, &new, now).await?;
        }
    }
    Ok(())
}
