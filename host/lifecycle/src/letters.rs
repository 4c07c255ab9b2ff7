//! Mails about installations, written in the transaction of what they tell; a worker sends them (R18).

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, OperatorId},
    installation::{Installation, Notice},
    mail::{MailAddon, MailFacts, MailPlan},
    permission::Permission,
    plan::PlanModel,
};
use annex_store::{
    StoreError, Tx,
    billing::subscriptions::Subscription,
    catalog,
    logs::{self, Level, NewLine},
    mails::{self, NewMail},
    operators,
};

/// Writes a mail to an operator; once for each `key`.
pub(crate) async fn put(
    tx: &mut Tx,
    installation: &Installation,
    to: OperatorId,
    key: String,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    let desk = installation.desk;
    let address = match operators::get(tx, desk, to).await {
        Ok(operator) => operator.email,
        // Nobody to write to: what happened stands in the audit log.
        Err(StoreError::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mail =
        NewMail { desk, operator: Some(to), to: address, kind: facts.kind(), args: facts.args(), unique_key: key };
    mails::put(tx, &mail, now).await?;
    Ok(())
}

/// Writes a mail to who installed the add-on and to everybody who manages add-ons; once to each for each `key`.
pub(crate) async fn put_to_managers(
    tx: &mut Tx,
    installation: &Installation,
    key: &str,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    for listed in operators::list(tx, installation.desk).await? {
        let one = listed.operator;
        let manages = one.permissions.has(Permission::AddonsManage);
        if one.active && (manages || one.id == installation.installed_by) {
            put(tx, installation, one.id, format!("{key}:{}", one.id), facts, now).await?;
        }
    }
    Ok(())
}

/// Writes a mail to the account that pays and to everybody who manages the desk's add-ons; once for each `key` and reader.
pub(crate) async fn put_to_all(
    tx: &mut Tx,
    installation: &Installation,
    account: AccountId,
    key: String,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    let desk = installation.desk;
    for (operator, to) in annex_billing::mails::readers(tx, desk, Some(account)).await? {
        let unique_key = operator.map_or_else(|| key.clone(), |operator| format!("{key}:{operator}"));
        let mail = NewMail { desk, operator, to, kind: facts.kind(), args: facts.args(), unique_key };
        mails::put(tx, &mail, now).await?;
    }
    Ok(())
}

/// What went wrong in a sentence for people. Whatever only the author of the add-on understands goes into its log.
pub(crate) async fn for_people(
    tx: &mut Tx,
    installation: &Installation,
    notice: Notice,
    now: Timestamp,
) -> Result<Notice, StoreError> {
    if !notice.has_more() {
        return Ok(notice);
    }
    let message = format!("{} ({}): {}", notice.error_id, notice.code, notice.text);
    let line = NewLine { call: None, level: Level::Error, message, at: now };
    logs::append(tx, installation.desk, installation.id, &[line]).await?;
    let sentence = notice.sentence();
    let text = if sentence.is_empty() { "the add-on stopped with an error of its own".to_owned() } else { sentence };
    Ok(Notice { text, ..notice })
}

/// The add-on as a mail names it.
pub(crate) async fn addon(tx: &mut Tx, installation: &Installation) -> Result<MailAddon, StoreError> {
    let version = catalog::version(tx, &installation.addon, &installation.version).await?;
    let name = installation.name(version.map(|row| row.manifest.listing.name));
    Ok(MailAddon { id: installation.addon.clone(), name, installation: Some(installation.id) })
}

/// The plan as a mail names it.
pub(crate) fn plan(subscription: &Subscription) -> MailPlan {
    let plan = &subscription.plan;
    let price = plan.unit_price();
    let whole =
        annex_domain::money::Money::new(price.cents.saturating_mul(subscription.quantity.into()), price.currency);
    MailPlan {
        name: plan.name.clone(),
        model: plan.model,
        quantity: subscription.quantity,
        price: (plan.model != PlanModel::Free).then_some(whole),
        renews_on: subscription.paid_through,
    }
}
