//! What a publisher's service is told of changes that have several sides: each is written in the transaction of its change.

use annex_domain::{
    addon::PublisherSlug,
    clock::Timestamp,
    ids::OperatorId,
    installation::Installation,
    publisher_event::{
        Change, EventData, HandedOver, Installed, LicencesChanged, TrialEnded, TrialEndedWhy, TrialStarted, Updated,
    },
};
use annex_store::{StoreError, Tx, billing::subscriptions::Subscription, publisher_events::put};

/// It is installed, on what it is had, and perhaps a trial began with it.
pub(crate) async fn installed(
    tx: &mut Tx,
    installation: &Installation,
    on: Option<&Subscription>,
    by: OperatorId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let data = Installed {
        by,
        plan: on.map(|on| on.plan.id.clone()),
        trial: on.is_some_and(|on| on.trial_ends_at.is_some()),
        licences: on.map(|on| on.quantity),
    };
    put(tx, installation, &EventData::Installed(data), now).await?;
    match on {
        Some(on) => trial_started(tx, installation, on, now).await,
        None => Ok(()),
    }
}

/// The add-on was another publisher's: how this installation has it.
pub(crate) async fn handed_over(
    tx: &mut Tx,
    installation: &Installation,
    from: &PublisherSlug,
    on: Option<&Subscription>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let data = HandedOver {
        from: from.clone(),
        plan: on.map(|on| on.plan.id.clone()),
        trial: on.is_some_and(|on| on.trial_ends_at.is_some()),
        licences: on.map(|on| on.quantity),
    };
    put(tx, installation, &EventData::HandedOver(data), now).await
}

/// It is had on something else, or on more licences of the same.
pub(crate) async fn bought(
    tx: &mut Tx,
    installation: &Installation,
    was: Option<&Subscription>,
    is: &Subscription,
    by: OperatorId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(was) = was.filter(|was| was.id == is.id) {
        return licences(tx, installation, was.quantity, is, now).await;
    }
    if is.trial_ends_at.is_none() {
        trial_ended(tx, installation, was, TrialEndedWhy::Upgraded, Some(by), now).await?;
    }
    let plan = Change { old: was.map(|was| was.plan.id.clone()), new: Some(is.plan.id.clone()) };
    let data = Updated { plan: Some(plan), ..Updated::default() };
    put(tx, installation, &EventData::Updated(data), now).await?;
    trial_started(tx, installation, is, now).await
}

/// The licences of a subscription are not those that they were, or will not be.
pub(crate) async fn licences(
    tx: &mut Tx,
    installation: &Installation,
    old: u32,
    is: &Subscription,
    now: Timestamp,
) -> Result<(), StoreError> {
    let licences = Change { old, new: is.quantity };
    let data = LicencesChanged { plan: is.plan.id.clone(), licences, next: is.quantity_next };
    put(tx, installation, &EventData::LicencesChanged(data), now).await
}

/// A subscription that was a trial is over; nothing where it was none.
pub(crate) async fn trial_ended(
    tx: &mut Tx,
    installation: &Installation,
    was: Option<&Subscription>,
    why: TrialEndedWhy,
    by: Option<OperatorId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(trial) = was.filter(|was| was.trial_ends_at.is_some()) else { return Ok(()) };
    let data = TrialEnded { plan: trial.plan.id.clone(), why, by };
    put(tx, installation, &EventData::TrialEnded(data), now).await
}

async fn trial_started(
    tx: &mut Tx,
    installation: &Installation,
    on: &Subscription,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(until) = on.trial_ends_at else { return Ok(()) };
    put(tx, installation, &EventData::TrialStarted(TrialStarted { plan: on.plan.id.clone(), until }), now).await
}
