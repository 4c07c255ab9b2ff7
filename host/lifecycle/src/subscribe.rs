//! What an installation is had for: subscriptions are begun, replaced and ended here, each in the transaction of the
//! change that it belongs to, together with the users that licences are counted by (R23, R25 to R28).

use std::time::Duration;

use annex_billing::{Due, DueWhy, entitlement::Reason, ledger::Licences};
use annex_domain::{
    addon::Kind,
    billing::{OrderState, SubscriptionState},
    clock::Timestamp,
    ids::{OrderId, SubscriptionId},
    installation::{Installation, Notice},
    plan::{Plan, PlanModel},
    random::error_id,
};
use annex_store::{
    StoreError, Tx,
    billing::{
        orders::{self, Order},
        subscriptions::{self, Subscription},
        trials,
    },
    jobs, outbox, users,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Lifecycle, LifecycleError, chores, saga::StepError};

const DAY: Duration = Duration::from_hours(24);

/// What pays for an installation, in a saga's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Funding {
    /// The add-on has no plans.
    #[default]
    Nothing,
    /// A plan that costs nothing.
    Free(Plan),
    /// A trial of a plan.
    Trial(Plan),
    /// What was ordered, once it is paid.
    Order(OrderId),
}

/// Writes the subscription that an installation begins with, ends the one before, and issues the entitlement. `None`: it
/// needs none.
pub(crate) async fn begin(
    host: &Lifecycle,
    tx: &mut Tx,
    installation: &Installation,
    funding: &Funding,
    now: Timestamp,
) -> Result<Option<Subscription>, StepError> {
    let new = match funding {
        Funding::Nothing => return Ok(None),
        Funding::Free(plan) => fresh(installation, plan.clone(), 1, now),
        Funding::Trial(plan) => trial(tx, installation, plan.clone(), now).await?,
        Funding::Order(order) => {
            let order = paid(tx, installation, *order).await?;
            host.billing.fulfilled_in(tx, installation.desk, order.id).await?;
            let paid_through = host.billing.days_in(tx, &order, now).await?;
            Subscription { paid_through, ..fresh(installation, order.plan, order.quantity, now) }
        }
    };
    if let (Funding::Free(_), Some(live)) = (funding, subscriptions::live_of(tx, new.desk, new.installation).await?) {
        host.billing.left_behind_in(tx, &live, now).await?;
    }
    if let Some(ended) = end(tx, installation, now).await? {
        host.billing.not_used_in(tx, &ended, now, now).await?;
    }
    subscriptions::insert(tx, &new).await?;
    if host.billing.bill_rest_in(tx, &new, now).await? {
        jobs::enqueue(tx, chores::bill_at(new.desk, now), now).await?;
    }
    host.entitle(tx, &new, now).await?;
    trim_users(tx, &new, now).await?;
    Ok(Some(new))
}

/// An order whose money is there, and whose use is not.
pub(crate) async fn paid(tx: &mut Tx, installation: &Installation, order: OrderId) -> Result<Order, StepError> {
    let order = orders::get(tx, installation.desk, order).await?;
    if order.state != OrderState::Paid {
        let text = format!("the order is {}: there is nothing to switch on", order.state);
        return Err(StepError::last("order-not-paid", text));
    }
    Ok(order)
}

fn fresh(installation: &Installation, plan: Plan, quantity: u32, now: Timestamp) -> Subscription {
    Subscription {
        id: SubscriptionId::new(),
        desk: installation.desk,
        installation: installation.id,
        addon: installation.addon.clone(),
        plan,
        quantity,
        quantity_next: None,
        state: SubscriptionState::Active,
        paid_through: None,
        trial_ends_at: None,
        ended_at: None,
        created_at: now,
        updated_at: now,
        rev: 1,
    }
}

async fn trial(
    tx: &mut Tx,
    installation: &Installation,
    plan: Plan,
    now: Timestamp,
) -> Result<Subscription, StepError> {
    let length = DAY * u32::from(plan.trial());
    let (desk, addon) = (installation.desk, &installation.addon);
    let trial = trials::start(tx, desk, addon, now.after(length), now).await?;
    if !trial.runs(now) {
        return Err(StepError::last("no-trial", "the trial of this add-on is used up: choose to pay for a plan"));
    }
    let detail = json!({ "addon": addon, "plan": plan.id, "ends_at": trial.ends_at });
    outbox::put(tx, desk, installation.id, "trial.started", &detail, now).await?;
    let users = if plan.model == PlanModel::PerUser { count_users(tx, installation).await? } else { 1 };
    Ok(Subscription {
        state: SubscriptionState::Trialing,
        trial_ends_at: Some(trial.ends_at),
        ..fresh(installation, plan, users, now)
    })
}

/// Ends the live subscription, if there is one: no line is written for it any more.
pub(crate) async fn end(
    tx: &mut Tx,
    installation: &Installation,
    now: Timestamp,
) -> Result<Option<Subscription>, StoreError> {
    let Some(mut live) = subscriptions::live_of(tx, installation.desk, installation.id).await? else {
        return Ok(None);
    };
    live.state = SubscriptionState::Ended;
    live.ended_at = Some(now);
    subscriptions::save(tx, &mut live, now).await?;
    Ok(Some(live))
}

/// Ends the live subscription and signs the end of its entitlement.
pub(crate) async fn end_and_revoke(
    host: &Lifecycle,
    tx: &mut Tx,
    installation: &Installation,
    reason: Reason,
    now: Timestamp,
) -> Result<Option<Subscription>, StoreError> {
    let ended = end(tx, installation, now).await?;
    if let Some(ended) = &ended {
        // One that was stopped as unpaid was used until then.
        let stopped = host.stopped_unpaid(tx, installation.desk, installation.id).await?;
        host.billing.not_used_in(tx, ended, stopped.unwrap_or(now), now).await?;
    }
    host.revoke(tx, installation.desk, installation.id, reason, now).await?;
    Ok(ended)
}

/// How many licences a plan needs: those asked for, or one for each user; never fewer than users.
pub(crate) async fn licences_for(
    tx: &mut Tx,
    installation: &Installation,
    plan: &Plan,
    asked: Option<u32>,
) -> Result<u32, LifecycleError> {
    if plan.model != PlanModel::PerUser {
        return Ok(1);
    }
    let users = count_users(tx, installation).await?;
    match asked {
        Some(licences) if licences < users => Err(LifecycleError::TooFewLicences { licences, users }),
        Some(licences) => Ok(licences),
        None => Ok(users.max(1)),
    }
}

/// Users who are active: what licences are counted by.
pub(crate) async fn count_users(tx: &mut Tx, installation: &Installation) -> Result<u32, StoreError> {
    if installation.kind != Kind::Plugin {
        return Ok(1);
    }
    let all = users::list(tx, installation.desk, installation.id).await?;
    Ok(u32::try_from(all.iter().filter(|user| user.counts()).count()).unwrap_or(u32::MAX))
}

/// The licences of a subscription that is paid for by the user, which so many have.
#[must_use]
pub fn licences_of(live: &Subscription, assigned: u32) -> Option<Licences> {
    let paid = matches!(live.state, SubscriptionState::Active | SubscriptionState::PastDue);
    let licences = Licences { purchased: live.quantity, next: live.quantity_next, assigned };
    (paid && live.plan.model == PlanModel::PerUser).then_some(licences)
}

/// More may have become users while a payment was awaited: the last of them wait for another licence.
pub(crate) async fn trim_users(tx: &mut Tx, of: &Subscription, now: Timestamp) -> Result<(), StoreError> {
    match licences_of(of, 0) {
        Some(licences) => users::trim(tx, of.desk, of.installation, licences.purchased, now).await,
        None => Ok(()),
    }
}

/// What managers read while an invoice is to be paid.
pub(crate) fn due_notice(due: &Due) -> Notice {
    let why = match &due.why {
        // Nothing is ordered without a card or enough credit.
        DueWhy::NoMethod => "the card or the credit that was to pay it is not there any more".into(),
        DueWhy::Declined { text, .. } => text.clone(),
        DueWhy::Action { .. } => "the bank asks for a confirmation".into(),
    };
    Notice {
        error_id: error_id(),
        code: "payment-due".into(),
        text: format!(
            "invoice {} for {} is due: {why}. The add-on continues by itself once it is paid",
            due.number, due.amount
        ),
    }
}
