//! Mails about installations, written in the transaction of what they tell; a worker sends them (R18).

use annex_domain::{
    clock::Timestamp,
    ids::OperatorId,
    installation::Installation,
    localized::Localized,
    mail::{MailAddon, MailFacts, MailPlan},
    plan::PlanModel,
};
use annex_store::{
    StoreError, Tx,
    billing::subscriptions::Subscription,
    catalog,
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

/// The add-on as a mail names it.
pub(crate) async fn addon(tx: &mut Tx, installation: &Installation) -> Result<MailAddon, StoreError> {
    let version = catalog::version(tx, &installation.addon, &installation.version).await?;
    let name = version.map_or_else(|| Localized::en(installation.addon.as_str()), |row| row.manifest.listing.name);
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
