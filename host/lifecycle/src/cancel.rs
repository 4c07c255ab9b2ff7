//! Cancel (R12): billing stops and the add-on is off at once; data and users stay. Nothing of the running month is paid back.
//!
//! ```text
//! record  one transaction: subscription ended, entitlement revoked, `cancelled`, the saga, audit row, outbox, mail
//! settle  what was ordered and is not paid is taken back at the gateway; money that turns out to be taken goes back
//! ```

use annex_billing::entitlement::Reason;
use annex_domain::{
    addon::AddonId,
    audit::Action,
    billing::OrderPurpose,
    figures::Figure,
    ids::{DeskId, InstallationId, OperatorId},
    installation::{Installation, Notice, Status},
    mail::MailFacts,
    operator::Actor,
    publisher_event::TrialEndedWhy,
    random::error_id,
};
use annex_store::{
    audit, billing,
    billing::{orders, subscriptions},
    figures, installations, outbox,
    sagas::SagaState,
};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lifecycle, LifecycleError,
    billing_state::is_cancellable,
    letters,
    publisher_events::happened,
    saga::{self, Run, Saga, Step, StepError},
    subscribe,
    terms::Deed,
};

/// The saga's parameters.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cancel {
    pub(crate) addon: AddonId,
}

impl Lifecycle {
    /// Cancels an installation that is billed every month, in its trial, or waits for its first payment.
    ///
    /// # Errors
    /// [`LifecycleError::NothingToCancel`]; [`LifecycleError::Login`]; [`LifecycleError::NotAllowed`] while it is being
    /// changed.
    pub async fn cancel(
        &self,
        desk: DeskId,
        id: InstallationId,
        by: OperatorId,
    ) -> Result<Installation, LifecycleError> {
        let mut conn = self.db.read().await?;
        let live = subscriptions::live_of(&mut conn, desk, id).await?;
        let ordered = orders::live_of(&mut conn, desk, id).await?.is_some();
        self.check_login(&mut conn, desk, Deed::cancelling(live.as_ref(), ordered)).await?;
        drop(conn);
        self.stop_billing(desk, id, Actor::Operator(by), Reason::Cancelled).await
    }

    /// Takes the right of an installation to run back, on the word of whoever runs the host: billing stops, it is off at
    /// once, and needs a new purchase.
    ///
    /// # Errors
    /// As [`Self::cancel`], without a login.
    pub async fn revoke_entitlement(&self, desk: DeskId, id: InstallationId) -> Result<Installation, LifecycleError> {
        self.stop_billing(desk, id, Actor::CommandLine, Reason::ByHost).await
    }

    /// The same when the add-on ends everywhere.
    pub(crate) async fn stop_billing_by_host(
        &self,
        desk: DeskId,
        id: InstallationId,
    ) -> Result<Installation, LifecycleError> {
        self.stop_billing(desk, id, Actor::System, Reason::ByHost).await
    }

    async fn stop_billing(
        &self,
        desk: DeskId,
        id: InstallationId,
        actor: Actor,
        reason: Reason,
    ) -> Result<Installation, LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        billing::lock(&mut tx, desk).await?;
        let found = installations::get(&mut tx, desk, id).await?;
        let installation = found.ok_or(LifecycleError::NotFound("installation"))?;
        let live = subscriptions::live_of(&mut tx, desk, id).await?;
        let order = orders::live_of(&mut tx, desk, id).await?;
        let billed = live.as_ref().is_some_and(is_cancellable);
        if !billed && order.is_none() {
            return Err(LifecycleError::NothingToCancel);
        }
        let awaited = installation.status == Status::PaymentDue
            && order.as_ref().is_some_and(|order| order.purpose == OrderPurpose::Install);
        let stopped = match (awaited, billed) {
            // What never ran has nothing to go back to: it can be installed again.
            (true, _) => installation.install_failed(given_up(), now)?,
            (false, true) => installation.cancel(now)?,
            // Only what was ordered is given up; the add-on is as it was.
            (false, false) => installation.order_given_up(now)?,
        };
        if billed {
            let ended = subscribe::end_and_revoke(self, &mut tx, &stopped, reason, now).await?;
            figures::count(&mut tx, &stopped.addon, &stopped.version, Figure::Cancelled, now).await?;
            let by = if let Actor::Operator(by) = actor { Some(by) } else { None };
            let why = TrialEndedWhy::Cancelled;
            happened::trial_ended(&mut tx, &stopped, ended.as_ref(), why, by, now).await?;
            let facts = MailFacts::Cancelled { addon: letters::addon(&mut tx, &stopped).await? };
            let to = by.unwrap_or(stopped.installed_by);
            letters::put(&mut tx, &stopped, to, format!("cancelled:{id}:{}", stopped.rev), &facts, now).await?;
        }
        installations::save(&mut tx, &stopped).await?;
        let detail = json!({ "installation": id, "reason": reason, "plan": live.as_ref().map(|live| &live.plan.id),
            "order": order.as_ref().map(|order| order.id) });
        audit::append(&mut tx, desk, actor, Action::AddonCancel, stopped.addon.as_str(), &detail, now).await?;
        outbox::put(&mut tx, desk, id, "app.cancelled", &detail, now).await?;
        let params = Cancel { addon: stopped.addon.clone() };
        saga::start(self, tx, desk, id, &params).await?;
        Ok(stopped)
    }
}

fn given_up() -> Notice {
    Notice {
        error_id: error_id(),
        code: "payment-cancelled".into(),
        text: "the payment was cancelled before it was made: install the add-on again, or remove it".into(),
    }
}

impl Saga for Cancel {
    const KIND: &'static str = "cancel";
    const STEPS: &'static [Step<Self>] = &[Step { name: "settle", action: |run| Box::pin(settle(run)), undo: None }];
    const FORWARD_ONLY: bool = true;

    fn undone<'a>(_: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move { Err(StepError::Later(notice.text)) })
    }

    fn stuck<'a>(_: &'a mut Run<Self>, notice: Notice) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move { Err(StepError::Later(notice.text)) })
    }
}

async fn settle(run: &mut Run<Cancel>) -> Result<Value, StepError> {
    settle_orders(run, "cancelled").await?;
    let tx = run.begin().await?;
    run.end(tx, SagaState::Done).await?;
    Ok(Value::Null)
}

/// Takes back what is ordered for the installation. It is written down at once; what a gateway that is away cannot be told
/// after some tries is told to it by the reconciler, so that its trouble does not keep an add-on from being removed.
pub(crate) async fn settle_orders<S: Saga>(run: &mut Run<S>, reason: &str) -> Result<(), StepError> {
    match run.host.billing.settle(run.desk(), run.subject(), reason).await.map_err(StepError::from) {
        Err(StepError::Later(text) | StepError::Final { text, .. }) if run.attempts() >= saga::ATTEMPTS => {
            tracing::error!(installation = %run.subject(), error = text, "an order is left to the reconciler");
            Ok(())
        }
        other => other,
    }
}
