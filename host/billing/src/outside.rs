//! What was done at the payment company itself: refunds that somebody made on its pages, and disputes. They reach the
//! books as if they had been made here. Found by a hint, and by the reconciler, which reads what is recent there.
//!
//! A refund of ours carries the id of its row, so it is never taken for one of theirs, also while its answer is lost; theirs
//! are named by their id at the gateway, so each is written once. While a dispute is open or lost the bank has taken the
//! money back: a refund that nobody has to make, and that fails when the dispute is won.

use std::time::Duration;

use annex_domain::{
    audit::Action,
    billing::{DisputeState, RefundState},
    clock::Timestamp,
    ids::RefundId,
    money::Money,
    operator::Actor,
};
use annex_store::{
    Forbidden, StoreError, Tx, audit,
    billing::{
        self as rows,
        attempts::{self, Attempt},
        disputes::{self, Dispute},
        invoices::{self, Invoice},
        refunds::{self, NewRefund, Refund},
    },
};
use serde_json::json;

use crate::{
    Billing, BillingError,
    gateway::{self, GatewayError, RefundStatus},
    mails, postings,
    refund::{left_in, refunded_in},
};

/// How far back the reconciler looks for what was done there: far longer than a host is down or hints are late.
const RECENT: Duration = Duration::from_hours(40 * 24);
/// How many disputes that are not decided one look takes.
const MOST: u32 = 500;

impl Billing {
    /// Takes over what was recently done at the gateway itself. How many payments were looked at.
    ///
    /// # Errors
    /// When the gateway does not answer. What could be read is taken over.
    pub(crate) async fn look_outside(&self) -> Result<u32, BillingError> {
        let gateway = self.gateway();
        let since = self.now().before(RECENT);
        let (mut looked_at, mut failed) = (0, None);
        for seen in gateway.refunds_since(since).await? {
            let Some(attempt) = self.payment_of(&seen.intent).await? else { continue };
            looked_at += 1;
            keep_first(&mut failed, self.refund_seen(&attempt, &seen).await)?;
        }
        let mut disputed = gateway.disputes_since(since).await?;
        let mut conn = self.db().read().await?;
        let undecided = disputes::undecided(&mut conn, MOST).await?;
        drop(conn);
        for known in undecided.iter().filter(|known| known.gateway == gateway.name()) {
            if !disputed.iter().any(|seen| seen.id == known.gateway_id) {
                match gateway.dispute(&known.gateway_id).await {
                    Ok(seen) => disputed.push(seen),
                    // Of another account of the gateway, whose key was changed: it holds up no other.
                    Err(error @ GatewayError::Refused { .. }) => {
                        tracing::warn!(dispute = known.gateway_id, %error, "the payment company does not know a dispute");
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        for seen in disputed {
            let Some(attempt) = self.payment_of(&seen.intent).await? else { continue };
            looked_at += 1;
            keep_first(&mut failed, self.dispute_seen(&attempt, &seen).await)?;
        }
        failed.map_or(Ok(looked_at), Err)
    }

    /// Takes over what was done at the gateway with one payment.
    pub(crate) async fn look_outside_of(&self, attempt: &Attempt) -> Result<(), BillingError> {
        let Some(intent) = &attempt.intent else { return Ok(()) };
        let gateway = self.gateway_of(&attempt.gateway)?;
        for seen in gateway.refunds_of(intent).await? {
            self.refund_seen(attempt, &seen).await?;
        }
        for seen in gateway.disputes_of(intent).await? {
            self.dispute_seen(attempt, &seen).await?;
        }
        Ok(())
    }

    /// A hint about a dispute.
    pub(crate) async fn dispute_moved(&self, id: &str) -> Result<(), BillingError> {
        let seen = match self.gateway().dispute(id).await {
            Err(GatewayError::Refused { .. }) => return Ok(()),
            seen => seen?,
        };
        match self.payment_of(&seen.intent).await? {
            Some(attempt) => self.dispute_seen(&attempt, &seen).await,
            None => Ok(()),
        }
    }

    /// The payment that an intent belongs to; none: it is nobody's here.
    pub(crate) async fn payment_of(&self, intent: &str) -> Result<Option<Attempt>, StoreError> {
        attempts::by_intent(&mut self.db().read().await?, self.gateway_name(), intent).await
    }

    /// Follows a refund as the gateway shows it, whoever made it.
    pub(crate) async fn refund_seen(&self, attempt: &Attempt, seen: &gateway::Refund) -> Result<(), BillingError> {
        if let Some(known) = self.known_refund(attempt, seen).await? {
            return match (known.state, seen.status) {
                (RefundState::Succeeded, RefundStatus::Failed) => self.refund_came_back(known, seen).await,
                (RefundState::New | RefundState::Requested, _) => self.drive_refund(known).await.map(drop),
                _ => Ok(()),
            };
        }
        if seen.status == RefundStatus::Failed {
            return Ok(()); // nothing was paid back
        }
        match self.write_refund(attempt, seen).await {
            Err(BillingError::Store(StoreError::Forbidden(Forbidden::RefundTooHigh))) => {
                // Refunds of ours that are not made yet stand in its way: the gateway refuses them now, or has them.
                self.finish(attempt.desk, attempt.invoice).await?;
                self.write_refund(attempt, seen).await
            }
            other => other,
        }
    }

    /// The row of a refund that the gateway shows: it carries our id, or we have seen it before.
    async fn known_refund(&self, attempt: &Attempt, seen: &gateway::Refund) -> Result<Option<Refund>, BillingError> {
        let mut conn = self.db().read().await?;
        let of_invoice = refunds::of_invoice(&mut conn, attempt.invoice).await?;
        let ours: Option<RefundId> = seen.metadata.get(gateway::REFUND).and_then(|id| id.parse().ok());
        let is_it = |row: &Refund| Some(row.id) == ours || row.gateway_id.as_deref() == Some(seen.id.as_str());
        Ok(of_invoice.into_iter().find(|row| row.attempt == Some(attempt.id) && is_it(row)))
    }

    async fn write_refund(&self, attempt: &Attempt, seen: &gateway::Refund) -> Result<(), BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, attempt.desk).await?;
        let invoice = invoices::get(&mut tx, attempt.desk, attempt.invoice).await?;
        let reason = format!("made at the payment company ({})", seen.id);
        if refunds::for_reason(&mut tx, invoice.id, &reason).await?.is_some() {
            return Ok(());
        }
        let state =
            if seen.status == RefundStatus::Succeeded { RefundState::Succeeded } else { RefundState::Requested };
        let mut refund = money_back_in(&mut tx, &invoice, attempt, seen.amount, reason, now).await?;
        refund.gateway_id = Some(seen.id.clone());
        refund.state = state;
        refunds::save(&mut tx, &mut refund, now).await?;
        if state == RefundState::Succeeded {
            refunded_in(&mut tx, &invoice, &refund, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Follows a dispute as the gateway shows it.
    pub(crate) async fn dispute_seen(&self, attempt: &Attempt, seen: &gateway::Dispute) -> Result<(), BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, attempt.desk).await?;
        let known = disputes::get(&mut tx, &attempt.gateway, &seen.id).await?;
        if known.as_ref().is_some_and(|known| known.state == seen.state) {
            return Ok(());
        }
        let invoice = invoices::get(&mut tx, attempt.desk, attempt.invoice).await?;
        let is_new = known.is_none();
        let mut dispute = known.unwrap_or_else(|| new_dispute(attempt, seen, now));
        dispute.state = seen.state;
        if is_away(seen.state) && dispute.refund.is_none() {
            dispute.refund = take_back_in(&mut tx, &invoice, attempt, &dispute, now).await?;
        } else if !is_away(seen.state)
            && let Some(refund) = dispute.refund.take()
        {
            give_back_in(&mut tx, &invoice, refund, now).await?;
        }
        if is_new {
            disputes::insert(&mut tx, &dispute).await?;
        } else {
            disputes::save(&mut tx, &mut dispute, now).await?;
        }
        let detail = json!({ "amount": dispute.amount.to_string(), "reason": dispute.reason, "state": dispute.state,
            "dispute": dispute.gateway_id });
        let object = format!("invoice:{}", invoice.number);
        audit::append(&mut tx, attempt.desk, Actor::System, Action::BillingDispute, &object, &detail, now).await?;
        metrics::counter!("annex_billing_disputes_total", "state" => dispute.state.as_str()).increment(1);
        mails::disputed(&mut tx, &invoice, &dispute, now).await?;
        Ok(tx.commit().await?)
    }
}

/// One that cannot be taken over does not hold up the others; a gateway that is away does.
fn keep_first(failed: &mut Option<BillingError>, done: Result<(), BillingError>) -> Result<(), BillingError> {
    match done {
        Ok(()) => Ok(()),
        Err(error) if error.is_away() || matches!(error, BillingError::Stopped(_)) => Err(error),
        Err(error) => {
            tracing::warn!(%error, "what was done at the payment company could not be taken over");
            failed.get_or_insert(error);
            Ok(())
        }
    }
}

fn new_dispute(attempt: &Attempt, seen: &gateway::Dispute, now: Timestamp) -> Dispute {
    Dispute {
        gateway: attempt.gateway.clone(),
        gateway_id: seen.id.clone(),
        desk: attempt.desk,
        invoice: attempt.invoice,
        attempt: attempt.id,
        refund: None,
        amount: seen.amount,
        reason: seen.reason.clone(),
        state: seen.state,
        created_at: now,
        updated_at: now,
        rev: 1,
    }
}

/// True while the bank has the money.
fn is_away(state: DisputeState) -> bool {
    matches!(state, DisputeState::Open | DisputeState::Lost)
}

/// A row for money that went back without our doing: whatever the books say is left, it is written. What was taken over
/// what was owed goes back first (ADR 35), and falls on no line; the rest falls on all of them.
async fn money_back_in(
    tx: &mut Tx,
    invoice: &Invoice,
    attempt: &Attempt,
    amount: Money,
    reason: String,
    now: Timestamp,
) -> Result<Refund, StoreError> {
    let mut left = left_in(tx, invoice).await?;
    let not_owed = left.over(attempt.id, amount.cents);
    let lines = left.fall(amount.cents - not_owed);
    let (desk, attempt) = (invoice.desk, Some(attempt.id));
    refunds::insert(tx, &NewRefund { desk, invoice: invoice.id, attempt, amount, not_owed, reason, lines }, now).await
}

/// The bank has taken the money back: as much of it as was not paid back before.
async fn take_back_in(
    tx: &mut Tx,
    invoice: &Invoice,
    attempt: &Attempt,
    dispute: &Dispute,
    now: Timestamp,
) -> Result<Option<RefundId>, StoreError> {
    let left = left_in(tx, invoice).await?.of_attempt(attempt.id);
    let same = dispute.amount.currency == attempt.amount.currency;
    let cents = if same { dispute.amount.cents.min(left) } else { left };
    if cents <= 0 {
        return Ok(None);
    }
    let (amount, reason) =
        (Money::new(cents, attempt.amount.currency), format!("disputed ({}, {})", dispute.gateway_id, dispute.rev));
    let mut refund = money_back_in(tx, invoice, attempt, amount, reason, now).await?;
    refund.state = RefundState::Succeeded;
    refunds::save(tx, &mut refund, now).await?;
    postings::refunded(tx, invoice, &refund, now).await?;
    Ok(Some(refund.id))
}

/// The bank has given the money back.
async fn give_back_in(tx: &mut Tx, invoice: &Invoice, refund: RefundId, now: Timestamp) -> Result<(), StoreError> {
    let mut refund = refunds::get(tx, invoice.desk, refund).await?;
    refund.state = RefundState::Failed;
    refunds::save(tx, &mut refund, now).await?;
    postings::refund_back(tx, invoice, &refund, now).await
}
