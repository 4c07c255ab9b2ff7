//! The way out of a channel: a public reply is handed to the add-on, which sends it.
//!
//! A customer gets a message once. Only what surely was not sent is tried again, with growing pauses and never before the
//! time that the service asked for; see [`judge`] and ADR 0026. A message of which nobody knows whether it arrived (no answer, an
//! answer that says nothing, an add-on or a host that stopped in the middle) is `unclear`: a person looks and decides.
//! Messages of one conversation leave in the order in which they were written.

use std::time::Duration;

use annex_domain::{
    channel::{Facts, NotSent, OutboundMessage, Receipt, Sending, TooMuch},
    ids::{DeskId, MessageId},
    installation::Status,
    manifest::Wit,
    ticket::Delivery,
    ui::Fault,
};
use annex_sandbox::{CallError, Ended, Requests};
use annex_store::{
    StoreError,
    channels::{self, What},
    jobs::{self, Job},
    messages::{self, Outbound},
};

use crate::{
    Lifecycle, UseError,
    calls::{Callee, call_scope},
    channel::left_as,
    insist::insist,
};

/// After that many tries, over about two hours, the message counts as failed.
const ATTEMPTS: u32 = 12;
/// A service that asks for a longer pause gets no further try: the message counts as failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DeliveryOutcome {
    /// The service has it.
    Yes(Receipt),
    /// Not sent, and will not be.
    No(String),
    /// Surely not sent; may work later, at the earliest after that pause.
    Later(String, Duration),
    /// It may have been sent.
    Unclear(String),
}

impl Lifecycle {
    /// Runs a job `deliver-message`.
    pub(crate) async fn deliver(&self, job: &Job) -> Result<(), StoreError> {
        let message = job.payload.get("message").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        let (Some(desk), Some(message)) = (job.desk, message) else {
            return self.give_up(job, "the job names no message").await;
        };
        let mut conn = self.db.read().await?;
        let outbound = match messages::outbound(&mut conn, desk, message).await {
            Err(StoreError::NotFound(_)) => None, // deleted meanwhile
            other => other?,
        };
        let Some(outbound) = outbound.filter(|outbound| outbound.delivery == Delivery::Pending) else {
            drop(conn);
            return self.finish_job(job).await;
        };
        if let Some(other) = outbound.handed_over_by {
            let under_way = other != job.id && jobs::is_live(&mut conn, other).await?;
            drop(conn);
            if under_way {
                return self.finish_job(job).await;
            }
            let text = "Annex was stopped while the message was being sent".to_owned();
            return self.settle(job, desk, message, &outbound, DeliveryOutcome::Unclear(text)).await;
        }
        drop(conn);
        if !self.await_turn(job, desk, message, &outbound).await? {
            return Ok(());
        }
        let sent = self.send(job, desk, message, &outbound).await?;
        self.settle(job, desk, message, &outbound, sent).await
    }

    /// False when an earlier message of the conversation is pending: the job has ended, and its end starts another.
    async fn await_turn(
        &self,
        job: &Job,
        desk: DeskId,
        message: MessageId,
        outbound: &Outbound,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let is_its_turn = messages::await_turn(&mut tx, desk, outbound.ticket, message).await?;
        if !is_its_turn {
            jobs::finish(&mut tx, job).await?;
        }
        tx.commit().await?;
        Ok(is_its_turn)
    }

    async fn send(
        &self,
        job: &Job,
        desk: DeskId,
        message: MessageId,
        outbound: &Outbound,
    ) -> Result<DeliveryOutcome, StoreError> {
        let callee = match self.callee(desk, outbound.installation).await {
            Ok(callee) => callee,
            Err(UseError::Store(error)) => return Err(error),
            Err(UseError::NotFound | UseError::NotRunning(Status::Uninstalling)) => {
                return Ok(DeliveryOutcome::No("the channel of this ticket is no longer installed".into()));
            }
            Err(error) => return Ok(DeliveryOutcome::Later(error.to_string(), Duration::ZERO)),
        };
        let fits = fitted(&outbound.message, &self.facts_of(&callee).await?, job.attempts);
        let outgoing = match fits {
            Ok(outgoing) => outgoing,
            Err(why) => return Ok(DeliveryOutcome::No(why.to_string())),
        };
        let mut tx = self.db.begin().await?;
        jobs::extend(&mut tx, job, self.clock.now(), crate::lanes::LEASE).await?;
        messages::hand_over(&mut tx, desk, message, job.id).await?;
        tx.commit().await?;
        let Callee { installation, admitted } = &callee;
        let scope = call_scope(installation, &installation.version, None);
        let finished = self.sandbox.send(admitted, scope, outgoing).await;
        let requests = finished.report.requests;
        let mailed = finished.report.host_calls.iter().any(|call| call.name == "mail.send");
        let seen = Seen { wit: admitted.manifest().speaks(), requests: &requests, mailed };
        Ok(judge(self.finish(installation, "send", finished).await, &seen))
    }

    async fn settle(
        &self,
        job: &Job,
        desk: DeskId,
        message: MessageId,
        outbound: &Outbound,
        sent: DeliveryOutcome,
    ) -> Result<(), StoreError> {
        insist(|| self.try_settle(job, desk, message, outbound, &sent)).await
    }

    async fn try_settle(
        &self,
        job: &Job,
        desk: DeskId,
        message: MessageId,
        outbound: &Outbound,
        sent: &DeliveryOutcome,
    ) -> Result<(), StoreError> {
        let (now, installation) = (self.clock.now(), outbound.installation);
        let mut tx = self.db.begin().await?;
        let (delivery, error, outcome) = match sent {
            DeliveryOutcome::Yes(Receipt { external_id, threads }) => {
                // Ids of conversations first: what comes in takes them in that order, too.
                left_as(&mut tx, (desk, installation), outbound.ticket, threads, now).await?;
                channels::put_receipt(&mut tx, desk, installation, message, external_id, now).await?;
                (Delivery::Sent, None, "ok")
            }
            DeliveryOutcome::Later(text, pause) if job.attempts < ATTEMPTS && *pause <= LONGEST_PAUSE => {
                (Delivery::Pending, Some(text), "later")
            }
            DeliveryOutcome::No(text) | DeliveryOutcome::Later(text, _) => {
                tracing::warn!(%message, %installation, error = text, "a message was not sent");
                (Delivery::Failed, Some(text), "failed")
            }
            DeliveryOutcome::Unclear(text) => {
                tracing::warn!(%message, %installation, error = text, "nobody knows whether a message was sent");
                (Delivery::Unclear, Some(text), "unclear")
            }
        };
        messages::set_delivery(&mut tx, desk, message, delivery, error.map(String::as_str), now).await?;
        let detail = error.map(String::as_str).unwrap_or_default();
        channels::put_state(&mut tx, desk, installation, What::Sent, outcome, detail, now).await?;
        match sent {
            DeliveryOutcome::Later(text, pause) if delivery == Delivery::Pending => {
                let run_at = now.after(jobs::backoff(job.attempts).max(*pause));
                jobs::retry(&mut tx, job, text, run_at, now).await?;
            }
            _ => jobs::finish(&mut tx, job).await?,
        }
        tx.commit().await
    }
}

/// The message as the channel can carry it.
fn fitted(message: &OutboundMessage, facts: &Facts, attempt: u32) -> Result<OutboundMessage, TooMuch> {
    let mut fitted = OutboundMessage { attempt, ..message.clone() };
    match &facts.files {
        // The composer has said that they stay.
        None => fitted.attachments.clear(),
        Some(bounds) => bounds.check(&fitted.attachments)?,
    }
    if !facts.copies {
        fitted.copies.clear();
    }
    Ok(fitted)
}

/// What the host saw of a call.
struct Seen<'a> {
    /// What the add-on speaks: 0.1 has no outcome but sent and refused, and faults that say nothing of the message.
    wit: Wit,
    requests: &'a Requests,
    /// A mail was handed over.
    mailed: bool,
}

/// What became of a message, by what the add-on says and by what the host saw of its requests. When the two can be read
/// in two ways, the message is unclear: asking a person is better than telling a customer twice.
fn judge(result: Result<Sending, CallError>, seen: &Seen<'_>) -> DeliveryOutcome {
    let requests = seen.requests;
    let error = match result {
        Ok(Sending::Sent(receipt)) => return DeliveryOutcome::Yes(receipt),
        Ok(Sending::Unknown(text)) => return DeliveryOutcome::Unclear(text),
        Ok(Sending::Later(_)) if requests.any_unanswered() => {
            return DeliveryOutcome::Unclear("the service did not answer".into());
        }
        Ok(Sending::Later(ms)) => {
            let pause = Duration::from_millis(u64::from(ms));
            return DeliveryOutcome::Later("the service did not take it yet".into(), pause);
        }
        Err(error) => error,
    };
    if requests.any_unanswered() {
        return DeliveryOutcome::Unclear(match &error {
            CallError::Fault(Fault::Upstream(text)) => NotSent::read(text).map_or(error.to_string(), |it| it.text),
            _ => error.to_string(),
        });
    }
    match (error, seen.wit) {
        (CallError::Rejected(text), _) => DeliveryOutcome::No(format!("the service refused the message: {text}")),
        (CallError::Fault(Fault::Upstream(text)), Wit::V0_1) => judge_upstream(text, requests),
        (CallError::Fault(fault @ (Fault::NeedsConfig(_) | Fault::NeedsAuth(_) | Fault::Denied(_))), Wit::V0_1) => {
            DeliveryOutcome::No(CallError::Fault(fault).to_string())
        }
        // From 0.2 on these say that it surely was not sent.
        (
            CallError::Fault(
                fault @ (Fault::Upstream(_) | Fault::NeedsConfig(_) | Fault::NeedsAuth(_) | Fault::Denied(_)),
            ),
            Wit::V0_2,
        ) => {
            let pause = Duration::from_secs(u64::from(requests.retry_after.unwrap_or(0)));
            DeliveryOutcome::Later(CallError::Fault(fault).to_string(), pause)
        }
        // It stopped after it had talked to the service.
        (error, _) if requests.sent > 0 || seen.mailed => DeliveryOutcome::Unclear(error.to_string()),
        (error @ (CallError::Fault(_) | CallError::Hook(_)), _) => DeliveryOutcome::No(error.to_string()),
        (error, _) => DeliveryOutcome::Later(error.to_string(), Duration::ZERO),
    }
}

fn judge_upstream(text: String, requests: &Requests) -> DeliveryOutcome {
    let seconds = |wait: Option<u32>| Duration::from_secs(u64::from(wait.unwrap_or(0)));
    if let Some(not_sent) = NotSent::read(&text) {
        return DeliveryOutcome::Later(not_sent.text, seconds(not_sent.retry_after.max(requests.retry_after)));
    }
    if requests.accepted > 0 {
        // A part of it may be there, which would come twice.
        return DeliveryOutcome::Unclear(text);
    }
    match requests.last {
        // Nothing left, or the service says by its status that it did not take it.
        None | Some(Ended::NotSent | Ended::Status(400..=499 | 503)) => {
            DeliveryOutcome::Later(text, seconds(requests.retry_after))
        }
        Some(Ended::Status(_)) => DeliveryOutcome::Unclear(text),
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{
        channel::{Attachment, FileBounds, Person},
        ports::FileFacts,
    };

    use super::*;

    fn upstream(text: &str) -> Result<Sending, CallError> {
        Err(CallError::Fault(Fault::Upstream(text.into())))
    }

    fn sent() -> Sending {
        Sending::Sent(Receipt { external_id: "1".into(), threads: Vec::new() })
    }

    fn answered(status: u16, retry_after: Option<u32>) -> Requests {
        let accepted = u32::from(status == 200);
        Requests { sent: 1, answered: 1, accepted, last: Some(Ended::Status(status)), retry_after }
    }

    fn judged(result: Result<Sending, CallError>, requests: &Requests) -> DeliveryOutcome {
        judge(result, &Seen { wit: Wit::V0_1, requests, mailed: false })
    }

    fn word(sent: &DeliveryOutcome) -> &'static str {
        match sent {
            DeliveryOutcome::Yes(_) => "yes",
            DeliveryOutcome::No(_) => "no",
            DeliveryOutcome::Later(..) => "later",
            DeliveryOutcome::Unclear(_) => "unclear",
        }
    }

    #[test]
    fn only_what_surely_was_not_sent_is_sent_again() {
        let nothing = Requests::default();
        let refused = Requests { last: Some(Ended::NotSent), ..nothing };
        let open = Requests { sent: 1, ..nothing };
        let part = Requests { sent: 2, answered: 1, accepted: 1, last: Some(Ended::Status(200)), retry_after: None };
        let half = Requests { answered: 2, last: Some(Ended::Status(429)), ..part };
        let trap = || Err(CallError::Deadline);
        let rejected = || Err(CallError::Rejected("no".into()));
        let internal = || Err(CallError::Fault(Fault::Internal("x".into())));
        let cases = [
            ("never tried", upstream("x"), nothing, "later"),
            ("not connected", upstream("x"), refused, "later"),
            ("no answer", upstream("x"), open, "unclear"),
            ("no answer, whatever the add-on says", upstream("x (not sent)"), open, "unclear"),
            ("a part without an answer", rejected(), part, "unclear"),
            ("a part that was taken, and one that was not", upstream("x"), half, "unclear"),
            ("the same, and it will not take the first twice", upstream("x (not sent)"), half, "later"),
            ("an answer that cannot be read", upstream("x"), answered(200, None), "unclear"),
            ("too many requests", upstream("x"), answered(429, None), "later"),
            ("not available", upstream("x"), answered(503, None), "later"),
            ("broken", upstream("x"), answered(500, None), "unclear"),
            ("broken, and says that it was not sent", upstream("x (not sent)"), answered(500, None), "later"),
            ("a gateway", upstream("x"), answered(502, None), "unclear"),
            ("a redirect", upstream("x"), answered(303, None), "unclear"),
            ("refused", rejected(), answered(400, None), "no"),
            ("stopped before", trap(), nothing, "later"),
            ("stopped after", trap(), answered(200, None), "unclear"),
            ("defect before", internal(), nothing, "no"),
            ("defect after", internal(), answered(200, None), "unclear"),
            ("keys", Err(CallError::Fault(Fault::NeedsAuth("k".into()))), answered(401, None), "no"),
            ("sent", Ok(sent()), answered(200, None), "yes"),
            ("later, it says", Ok(Sending::Later(5)), answered(429, None), "later"),
            ("later, it says, and nobody answered", Ok(Sending::Later(5)), open, "unclear"),
            ("perhaps, it says", Ok(Sending::Unknown("x".into())), answered(500, None), "unclear"),
        ];
        for (what, result, requests, expected) in cases {
            assert_eq!(word(&judged(result, &requests)), expected, "{what}");
        }
    }

    #[test]
    fn from_0_2_on_a_fault_says_that_nothing_was_sent() {
        let (nothing, open) = (Requests::default(), Requests { sent: 1, ..Requests::default() });
        let fault = |fault: Fault| Err(CallError::Fault(fault));
        let cases = [
            ("upstream", fault(Fault::Upstream("x".into())), answered(500, None), false, "later"),
            ("upstream without an answer", fault(Fault::Upstream("x".into())), open, false, "unclear"),
            ("keys", fault(Fault::NeedsAuth("k".into())), answered(401, None), false, "later"),
            ("defect before", fault(Fault::Internal("x".into())), nothing, false, "no"),
            ("defect after a mail", fault(Fault::Internal("x".into())), nothing, true, "unclear"),
            ("stopped after a mail", Err(CallError::Deadline), nothing, true, "unclear"),
            ("stopped before", Err(CallError::Deadline), nothing, false, "later"),
        ];
        for (what, result, requests, mailed, expected) in cases {
            let seen = Seen { wit: Wit::V0_2, requests: &requests, mailed };
            assert_eq!(word(&judge(result, &seen)), expected, "{what}");
        }
    }

    #[test]
    fn what_the_channel_cannot_carry_stays_or_is_refused() {
        let file = FileFacts { id: "1".into(), name: "a.png".into(), media_type: "image/png".into(), size: 10 };
        let person = Person { handle: "h".into(), name: String::new(), email: None, phone: None };
        let message = OutboundMessage {
            id: "m".into(),
            threads: vec![],
            recipient: person.clone(),
            copies: vec![person],
            subject: String::new(),
            text: "Hello".into(),
            html: None,
            attachments: vec![Attachment { file, content_id: None }],
            answers: None,
            author: String::new(),
            automatic: false,
            attempt: 1,
        };
        let plain = fitted(&message, &Facts::of_first(), 2).unwrap();
        assert_eq!((plain.attachments.len(), plain.copies.len(), plain.attempt), (0, 0, 2));
        let bounds = FileBounds { most: 1, largest: 10, together: 10, types: vec![] };
        let files = Facts { files: Some(bounds.clone()), copies: true, ..Facts::of_first() };
        assert_eq!(fitted(&message, &files, 1), Ok(message.clone()));
        let small = Facts { files: Some(FileBounds { largest: 9, ..bounds }), ..files };
        assert_eq!(fitted(&message, &small, 1), Err(TooMuch::Largest(9)));
    }

    #[test]
    fn the_longer_pause_is_kept() {
        let pause = |text: &str, retry_after| match judged(upstream(text), &answered(429, retry_after)) {
            DeliveryOutcome::Later(text, pause) => (text, pause.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(pause("wait", None), ("wait".into(), 0));
        assert_eq!(pause("wait", Some(9)), ("wait".into(), 9));
        assert_eq!(pause("wait (not sent; retry after 34 s)", Some(9)), ("wait".into(), 34));
    }
}
