//! Mails about installations, written in the transaction of what they tell; a worker sends them (R18).

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId},
    installation::{Installation, Notice},
    localized::Localized,
    mail::{MailAddon, MailFacts, MailPlan},
    permission::Permission,
    plan::PlanModel,
};
use annex_store::{
    StoreError, Tx,
    billing::subscriptions::Subscription,
    catalog, installations,
    jobs::{DEATHS, Job},
    logs::{self, Level, NewLine},
    mails::{self, NewMail},
    messages, operators,
    sagas::Saga,
};

use crate::{events::ADDON_EVENT, resume::forward_only, set_aside::Work};

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

/// Tells everybody who manages the desk that an operation waits for them; once each time that it is set aside.
pub(crate) async fn put_set_aside(tx: &mut Tx, saga: &Saga, now: Timestamp) -> Result<(), StoreError> {
    let Some(installation) = installations::get(tx, saga.desk, saga.subject).await? else { return Ok(()) };
    let facts = MailFacts::SetAside {
        addon: Some(addon(tx, &installation).await?),
        work: saga.kind.clone(),
        anchor: Work::Operation(saga.id).to_string(),
        deaths: fatal(saga.deaths),
        can_give_up: !forward_only(&saga.kind),
    };
    put_to_deciders(tx, saga.desk, &format!("set-aside:{}:{}", saga.id, saga.fence), &facts, now).await
}

/// Tells everybody who manages the desk that a job failed for good, unless that shows elsewhere; once for each job. Of the
/// host's own work only the log tells.
pub(crate) async fn put_job_failed(tx: &mut Tx, job: &Job, now: Timestamp) -> Result<(), StoreError> {
    let Some(desk) = job.desk.filter(|_| !shows_elsewhere(job)) else { return Ok(()) };
    let facts = MailFacts::SetAside {
        addon: None,
        work: job.kind.clone(),
        anchor: Work::Job(job.id).to_string(),
        deaths: fatal(job.deaths),
        can_give_up: true,
    };
    put_to_deciders(tx, desk, &format!("set-aside:job:{}", job.id), &facts, now).await
}

fn shows_elsewhere(job: &Job) -> bool {
    match job.kind.as_str() {
        // In the outbox, and a mail about it may fail as well; in the ticket.
        mails::SEND | messages::DELIVER => true,
        // In the health and the log of the add-on, and there may be one for each event while its service is away.
        ADDON_EVENT => job.deaths < DEATHS,
        _ => false,
    }
}

/// Fewer deaths are not why something waits.
fn fatal(deaths: u32) -> u32 {
    if deaths < DEATHS { 0 } else { deaths }
}

/// Writes a mail to everybody who manages the desk; once to each for each `key`.
async fn put_to_deciders(
    tx: &mut Tx,
    desk: DeskId,
    key: &str,
    facts: &MailFacts,
    now: Timestamp,
) -> Result<(), StoreError> {
    for listed in operators::list(tx, desk).await? {
        let one = listed.operator;
        if one.active && one.permissions.has(Permission::DeskManage) {
            let (operator, unique_key) = (Some(one.id), format!("{key}:{}", one.id));
            let mail = NewMail { desk, operator, to: one.email, kind: facts.kind(), args: facts.args(), unique_key };
            mails::put(tx, &mail, now).await?;
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
