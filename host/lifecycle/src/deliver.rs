//! The way out of a channel: a public reply is handed to the add-on, which sends it.
//!
//! A message is never sent twice knowingly. A fault that says "not sent, try later" is tried again with growing pauses. When
//! the add-on was stopped after it had talked to the service, nobody knows whether the message left: it is marked as
//! failed and says so, for a person to decide. After a crash of the host the delivery happens again, with the same id.

use annex_domain::{
    ids::{DeskId, MessageId, OperatorId},
    installation::Status,
    operator::Actor,
    ticket::Delivery,
    ui::Fault,
};
use annex_sandbox::{CallError, Report};
use annex_store::{
    StoreError, audit, channels,
    jobs::{self, Job},
    messages::{self, Outbound},
};
use serde_json::json;

use crate::{
    Lifecycle, LifecycleError, UseError,
    calls::{Callee, call_scope},
};

/// After that many tries, over about two hours, the message counts as failed.
const ATTEMPTS: u32 = 12;

/// What became of a message.
enum Sent {
    /// The service's own id.
    Yes(String),
    /// Not sent, and will not be.
    No(String),
    /// Not sent; may work later.
    Later(String),
}

impl Lifecycle {
    /// Runs a job `deliver-message`.
    pub(crate) async fn deliver(&self, job: &Job) -> Result<(), StoreError> {
        let message = job.payload.get("message").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        let (Some(desk), Some(message)) = (job.desk, message) else {
            return self.give_up(job, "the job names no message").await;
        };
        let outbound = match messages::outbound(&mut self.db.read().await?, desk, message).await {
            Err(StoreError::NotFound(_)) => None, // deleted meanwhile
            other => other?,
        };
        match outbound {
            Some(outbound) if outbound.delivery == Delivery::Pending => {
                let sent = self.send(job, desk, &outbound).await?;
                self.settle(job, desk, message, &outbound, sent).await
            }
            _ => self.finish_job(job).await,
        }
    }

    async fn send(&self, job: &Job, desk: DeskId, outbound: &Outbound) -> Result<Sent, StoreError> {
        let callee = match self.callee(desk, outbound.installation).await {
            Ok(callee) => callee,
            Err(UseError::Store(error)) => return Err(error),
            Err(UseError::NotFound | UseError::NotRunning(Status::Uninstalling)) => {
                return Ok(Sent::No("the channel of this ticket is no longer installed".into()));
            }
            Err(error) => return Ok(Sent::Later(error.to_string())),
        };
        self.hold_job(job).await?;
        let Callee { installation, admitted } = &callee;
        let scope = call_scope(installation, &installation.version, None);
        let finished = self.sandbox.send(admitted, scope, outbound.message.clone()).await;
        let asked_service = asked_service(&finished.report);
        Ok(match self.finish(installation, "send", finished).await {
            Ok(external_id) => Sent::Yes(external_id),
            Err(CallError::Rejected(text)) => Sent::No(format!("the service refused the message: {text}")),
            Err(error @ (CallError::Fault(Fault::Upstream(_)) | CallError::Unavailable(_))) => {
                Sent::Later(error.to_string())
            }
            Err(error @ (CallError::Fault(_) | CallError::Hook(_))) => Sent::No(error.to_string()),
            Err(error) if asked_service => Sent::No(format!(
                "{error}, after it had talked to the service: the message may or may not have been sent"
            )),
            Err(error) => Sent::Later(error.to_string()),
        })
    }

    async fn settle(
        &self,
        job: &Job,
        desk: DeskId,
        message: MessageId,
        outbound: &Outbound,
        sent: Sent,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        match sent {
            Sent::Yes(external_id) => {
                channels::put_receipt(&mut tx, desk, outbound.installation, message, &external_id, now).await?;
                messages::set_delivery(&mut tx, desk, message, Delivery::Sent, None).await?;
                jobs::finish(&mut tx, job).await?;
            }
            Sent::Later(text) if job.attempts < ATTEMPTS => {
                messages::set_delivery(&mut tx, desk, message, Delivery::Pending, Some(&text)).await?;
                jobs::retry(&mut tx, job, &text, now.after(jobs::backoff(job.attempts)), now).await?;
            }
            Sent::No(text) | Sent::Later(text) => {
                tracing::warn!(%message, installation = %outbound.installation, error = text, "a message was not sent");
                messages::set_delivery(&mut tx, desk, message, Delivery::Failed, Some(&text)).await?;
                jobs::finish(&mut tx, job).await?;
            }
        }
        tx.commit().await
    }

    /// Sends a message that had failed once more: an operator has seen to the reason.
    ///
    /// # Errors
    /// [`LifecycleError::NotFailed`] unless it had failed; [`LifecycleError::NotFound`].
    pub async fn redeliver(&self, desk: DeskId, message: MessageId, by: OperatorId) -> Result<(), LifecycleError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        match messages::redeliver(&mut tx, desk, message, now).await {
            Err(StoreError::Stale(_)) => return Err(LifecycleError::NotFailed),
            other => other?,
        }
        let (object, detail) = (format!("message:{message}"), json!({}));
        audit::append(&mut tx, desk, Actor::Operator(by), "message.redeliver", &object, &detail, now).await?;
        Ok(tx.commit().await?)
    }
}

/// True when the add-on sent a request: the message may have left with it.
fn asked_service(report: &Report) -> bool {
    report.host_calls.iter().any(|call| call.name.starts_with("http"))
}
