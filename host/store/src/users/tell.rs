//! Who should have got an add-on by its rule and did not, and who lost it, because there are no more licences: those who can
//! buy one are told.

use annex_domain::{
    audit::Action,
    clock::Timestamp,
    ids::{DeskId, InstallationId, OperatorId},
    installation::Installation,
    mail::{MailAddon, MailFacts},
    operator::{Actor, Operator},
    permission::Permission,
};
use serde_json::json;

use super::User;
use crate::{
    audit, catalog,
    db::{Tx, query::At},
    error::Result,
    installations,
    mails::{self, NewMail},
    operators,
};

/// An operator did not get installations. Each is mailed once for each user, however often they would get it.
pub(super) async fn no_licence(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    missed: Vec<String>,
    now: Timestamp,
) -> Result<()> {
    told(tx, desk, operator, missed, "", now).await
}

/// An operator came back and lost installations that they had. Each time is mailed.
pub(super) async fn no_licence_again(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    lost: Vec<String>,
    now: Timestamp,
) -> Result<()> {
    told(tx, desk, operator, lost, &format!(":{now}"), now).await
}

/// Writes it into the audit log, and a mail to everybody who manages add-ons: once for each user, installation and `occasion`.
async fn told(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    mut missed: Vec<String>,
    occasion: &str,
    now: Timestamp,
) -> Result<()> {
    missed.sort_unstable();
    missed.dedup();
    if missed.is_empty() {
        return Ok(());
    }
    let everybody: Vec<_> = operators::list(tx, desk).await?.into_iter().map(|listed| listed.operator).collect();
    let Some(user) = everybody.iter().find(|one| one.id == operator && one.active) else { return Ok(()) };
    let (object, detail) = (format!("operator:{operator}"), json!({ "installations": missed }));
    audit::append(tx, desk, Actor::System, Action::AddonNoLicenceLeft, &object, &detail, now).await?;
    for id in &missed {
        let installation: InstallationId = At::new("installations", id).parse("id", id)?;
        let Some(found) = installations::get(tx, desk, installation).await? else { continue };
        let facts = MailFacts::NoLicence { addon: addon(tx, &found).await?, user: user.name.clone() };
        for reader in everybody.iter().filter(|one| manages(one)) {
            mail(tx, reader, &facts, &format!("no-licence:{installation}:{operator}{occasion}"), now).await?;
        }
    }
    Ok(())
}

/// Writes a mail to everybody who manages add-ons and to who lost one.
pub(super) async fn unassigned(
    tx: &mut Tx,
    installation: &Installation,
    lost: &[&User],
    licences: u32,
    now: Timestamp,
) -> Result<()> {
    let users = lost.iter().map(|user| user.operator.name.clone()).collect();
    let facts = MailFacts::UsersUnassigned { addon: addon(tx, installation).await?, users, licences };
    let key = format!("users-unassigned:{}:{now}", installation.id);
    for listed in operators::list(tx, installation.desk).await? {
        let reader = listed.operator;
        if manages(&reader) || lost.iter().any(|user| user.operator.id == reader.id) {
            mail(tx, &reader, &facts, &key, now).await?;
        }
    }
    Ok(())
}

fn manages(operator: &Operator) -> bool {
    operator.active && operator.permissions.has(Permission::AddonsManage)
}

async fn addon(tx: &mut Tx, of: &Installation) -> Result<MailAddon> {
    let version = catalog::version(tx, &of.addon, &of.version).await?;
    let name = of.name(version.map(|row| row.manifest.listing.name));
    Ok(MailAddon { id: of.addon.clone(), name, installation: Some(of.id) })
}

/// Once to each reader for each `key`.
async fn mail(tx: &mut Tx, to: &Operator, facts: &MailFacts, key: &str, now: Timestamp) -> Result<()> {
    let new = NewMail {
        desk: to.desk,
        operator: Some(to.id),
        to: to.email.clone(),
        kind: facts.kind(),
        args: facts.args(),
        unique_key: format!("{key}:{}", to.id),
    };
    mails::put(tx, &new, now).await.map(drop)
}
