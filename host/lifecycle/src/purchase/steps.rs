//! The steps of the saga that buys, in order, and how each is undone.

use annex_billing::Charged;
use annex_domain::{
    addon::Kind,
    assignment::Assignment,
    audit::Action,
    billing::{OrderPurpose, SubscriptionState},
    clock::Timestamp,
    installation::{Installation, Notice},
    operator::Actor,
    plan::PlanModel,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        orders::Order,
        subscriptions::{self, Subscription},
    },
    installations,
    sagas::SagaState,
    users::{self, Ticks},
};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Purchase, chosen, note_plan, switch_on};
use crate::{
    Lifecycle, LifecycleError, UsersChange,
    saga::{Run, Saga, Step, StepError},
    subscribe::{self, Funding},
    users::{KeptUsers, apply_users},
};

impl Saga for Purchase {
    const KIND: &'static str = "purchase";
    const STEPS: &'static [Step<Self>] = &[
        Step { name: "charge", action: |run| Box::pin(charge(run)), undo: Some(|run| Box::pin(release(run))) },
        Step { name: "apply", action: |run| Box::pin(apply(run)), undo: None },
    ];

    fn undone<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Undone))
    }

    fn stuck<'a>(run: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(fail(run, notice, SagaState::Stuck))
    }
}

async fn charge(run: &mut Run<Purchase>) -> Result<Value, StepError> {
    let order = run.params.order;
    match run.host.billing.charge(run.desk(), order).await? {
        Charged::Paid => Ok(json!({ "order": order })),
        Charged::Due(due) => {
            let now = run.now();
            let mut tx = run.begin().await?;
            let detail = json!({ "order": order, "invoice": due.number, "amount": due.amount });
            let (desk, addon) = (run.desk(), run.params.addon.clone());
            audit::append(&mut tx, desk, Actor::System, Action::AddonPaymentDue, addon.as_str(), &detail, now).await?;
            run.end(tx, SagaState::Done).await?;
            Ok(Value::Null)
        }
    }
}

async fn release(run: &mut Run<Purchase>) -> Result<(), StepError> {
    Ok(run.host.billing.release(run.desk(), run.params.order, "purchase-failed").await?)
}

async fn apply(run: &mut Run<Purchase>) -> Result<Value, StepError> {
    let now = run.now();
    let (order, purpose, by) = (run.params.order, run.params.purpose, run.params.by);
    let mut tx = run.begin_locked().await?; // the monthly bill is not made out meanwhile
    let installation = run.installation(&mut tx).await?;
    let paid = subscribe::paid(&mut tx, &installation, order).await?;
    let was = subscriptions::live_of(&mut tx, installation.desk, installation.id).await?;
    let (installation, subscription) = match purpose {
        // Licences alone switch nothing on: a month may be unpaid.
        OrderPurpose::Licences => {
            let more = add(&run.host, &mut tx, &installation, &paid, now).await?;
            (installation, more)
        }
        OrderPurpose::Install | OrderPurpose::Plan => {
            let new = replace(&run.host, &mut tx, &installation, &paid, now).await?;
            (switch_on(&mut tx, installation, now).await.map_err(step_error)?, new)
        }
    };
    let key = format!("plan:{order}");
    note_plan(&mut tx, &installation, was.as_ref(), &subscription, by, key, now).await.map_err(step_error)?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}

/// The plan that was bought takes the place of what there was; licences and users start afresh (R23).
async fn replace(
    host: &Lifecycle,
    tx: &mut Tx,
    installation: &Installation,
    order: &Order,
    now: Timestamp,
) -> Result<Subscription, StepError> {
    let kept = kept_users(order);
    let mut users = kept.clone().map(UsersChange::from).unwrap_or_default();
    if order.plan.model == PlanModel::PerUser && installation.kind == Kind::Plugin {
        users.ticks = Some(Ticks::Exactly(chosen(installation, Some(&users))));
    }
    apply_kept(tx, installation, users, now).await?;
    let begun = subscribe::begin(host, tx, installation, &Funding::Order(order.id), now).await?;
    begun.ok_or_else(|| StepError::last("no-plan", "the order has no plan"))
}

/// More licences for the subscription that there is, and the users whom they were bought for.
async fn add(
    host: &Lifecycle,
    tx: &mut Tx,
    installation: &Installation,
    order: &Order,
    now: Timestamp,
) -> Result<Subscription, StepError> {
    let gone = || StepError::last("no-licences", "the plan that the licences were bought for has ended meanwhile");
    let live = subscriptions::live_of(tx, installation.desk, installation.id).await?;
    let mut live = live.filter(|live| live.plan.id == order.plan.id).ok_or_else(gone)?;
    if host.billing.is_over_in(tx, order, now).await? {
        // The month that began meanwhile is billed without them.
        let text = "the licences were paid when the days they were ordered for were over: order them again";
        return Err(StepError::last("licences-too-late", text));
    }
    live.quantity = live.quantity.saturating_add(order.quantity);
    live.quantity_next = live.quantity_next.map(|next| next.saturating_add(order.quantity));
    subscriptions::save(tx, &mut live, now).await?;
    host.billing.fulfilled_in(tx, installation.desk, order.id).await?;
    if live.state != SubscriptionState::PastDue {
        host.entitle(tx, &live, now).await?;
    }
    if let Some(users) = kept_users(order) {
        apply_kept(tx, installation, users.into(), now).await?;
    }
    subscribe::trim_users(tx, &live, now).await?;
    Ok(live)
}

/// The users and the rule that were chosen with an order, perhaps long ago: when a role or group of the rule is gone by
/// now, nobody gets the add-on without being chosen.
async fn apply_kept(
    tx: &mut Tx,
    installation: &Installation,
    mut kept: UsersChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rule = kept.assignment.take();
    apply_users(tx, installation, &kept, now).await?;
    let Some(rule) = rule.filter(|_| installation.kind == Kind::Plugin) else { return Ok(()) };
    match users::set_assignment(tx, installation.desk, installation.id, &rule).await {
        Err(StoreError::Unknown(_)) => {
            users::set_assignment(tx, installation.desk, installation.id, &Assignment::Nobody).await
        }
        other => other,
    }
}

fn kept_users(order: &Order) -> Option<KeptUsers> {
    order.details.get("users").cloned().and_then(|kept| serde_json::from_value(kept).ok().flatten())
}

fn step_error(error: LifecycleError) -> StepError {
    match error {
        LifecycleError::NotAllowed(error) => error.into(),
        LifecycleError::Store(error) => error.into(),
        LifecycleError::Conflict => StepError::Later("the add-on was changed meanwhile".into()),
        other => StepError::last(other.code(), other.to_string()),
    }
}

async fn fail(run: &mut Run<Purchase>, notice: Notice, state: SagaState) -> Result<(), StepError> {
    match release(run).await {
        Err(StepError::Later(text) | StepError::Final { text, .. }) => {
            tracing::warn!(installation = %run.subject(), error = text, "an order is released later");
        }
        other => other?,
    }
    let now = run.now();
    let mut tx = run.begin().await?;
    let detail =
        json!({ "order": run.params.order, "code": notice.code, "error_id": notice.error_id, "text": notice.text });
    let (desk, addon) = (run.desk(), run.params.addon.clone());
    if let Some(installation) = installations::get(&mut tx, desk, run.subject()).await?
        && let Ok(noted) = installation.noted(notice, now)
    {
        installations::save(&mut tx, &noted).await?;
    }
    audit::append(&mut tx, desk, Actor::System, Action::AddonPurchaseFailed, addon.as_str(), &detail, now).await?;
    run.end(tx, state).await
}
