//! Paying back, and releasing what is not wanted any more. Each refund has a row of its own, written before the gateway
//! is asked, and a key of its own; the sum of an invoice's refunds never exceeds what was taken (the store refuses).
//!
//! What was paid by card goes back to the card, what was paid out of credit goes back to the credit.

use std::collections::BTreeMap;

use annex_domain::{
    audit::Action,
    billing::{InvoiceState, OrderState, RefundState},
    clock::Timestamp,
    crash::When,
    ids::{DeskId, InstallationId, InvoiceId, OrderId},
    money::Money,
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        self as rows,
        attempts::{self, Attempt},
        invoices::{self, Invoice},
        orders,
        refunds::{self, Refund},
    },
};
use futures::future::BoxFuture;
use serde_json::json;

use crate::{
    Billing, BillingError,
    charge::ROUNDS,
    gateway::{self, Gateway, GatewayError},
    mails, postings, protocol, settle,
};

mod left;

pub(crate) use self::left::left_in;
use self::left::refund_in;

/// What is added to the reason of the part that goes to the credit: reasons are unique within an invoice.
const TO_CREDIT: &str = ":credit";
/// What is added to the reason, with a number, when it is tried again after a refund of that reason failed.
const AGAIN: &str = ":again:";

/// What became of asking the gateway for a refund.
enum RefundAnswer {
    Made(gateway::Refund),
    /// Definitely no effect.
    Refused {
        code: String,
        text: String,
    },
}

impl Billing {
    /// Releases an order: unpaid it is cancelled and its invoice void, paid it is paid back in full. The intention is
    /// stored first, in one transaction, so that the reconciler finishes what the gateway does not do now.
    ///
    /// # Errors
    /// [`BillingError::is_passing`] errors: call again, or leave it to the reconciler.
    pub async fn release(&self, desk: DeskId, order: OrderId, reason: &str) -> Result<(), BillingError> {
        self.pass("refund", "record", When::Before)?;
        let invoice = self.record_release(desk, order, reason).await?;
        self.pass("refund", "record", When::After)?;
        self.finish(desk, invoice).await
    }

    /// Releases all orders of an installation that are not fulfilled: before a cancel or an uninstall.
    ///
    /// # Errors
    /// As [`Self::release`].
    pub async fn settle(&self, desk: DeskId, installation: InstallationId, reason: &str) -> Result<(), BillingError> {
        let mut conn = self.db().read().await?;
        let orders = orders::of_installation(&mut conn, desk, installation).await?;
        drop(conn);
        // Those that were released before too: the gateway may not have done it yet.
        for order in orders.into_iter().filter(|order| order.state != OrderState::Fulfilled) {
            self.release(desk, order.id, reason).await?;
        }
        Ok(())
    }

    /// Pays back a part of a paid invoice, or all that is left of it. `reason` names this refund: the same again is not
    /// paid back twice. Returns what the refund of that reason comes to.
    ///
    /// # Errors
    /// [`BillingError::TooMuch`]; as [`Self::release`].
    pub async fn refund(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        amount: Option<Money>,
        reason: &str,
        by: Actor,
    ) -> Result<Money, BillingError> {
        self.refund_of(desk, invoice, None, amount, reason, by).await
    }

    /// As [`Self::refund`], of one line alone: `line` counts the lines of the invoice from 1.
    ///
    /// # Errors
    /// As [`Self::refund`]; [`StoreError::NotFound`] when there is no such line.
    pub async fn refund_line(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        line: u32,
        amount: Option<Money>,
        reason: &str,
        by: Actor,
    ) -> Result<Money, BillingError> {
        self.refund_of(desk, invoice, Some(line), amount, reason, by).await
    }

    async fn refund_of(
        &self,
        desk: DeskId,
        invoice: InvoiceId,
        line: Option<u32>,
        amount: Option<Money>,
        reason: &str,
        by: Actor,
    ) -> Result<Money, BillingError> {
        StoreError::text("reason", reason, 200)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, desk).await?;
        let row = invoices::get(&mut tx, desk, invoice).await?;
        let mut refunded = refunded_for(&mut tx, &row, reason).await?;
        if refunded.is_zero() {
            let mut left = left_in(&mut tx, &row).await?;
            if let Some(line) = line {
                let lines = invoices::lines(&mut tx, desk, invoice).await?;
                let at = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
                let of = at.and_then(|at| lines.get(at)).ok_or(StoreError::NotFound("line of the invoice"))?;
                left = left.of_line(of.id);
            }
            let amount = amount.unwrap_or(left.sum());
            if amount.currency != row.total.currency || amount.cents <= 0 || amount.cents > left.sum().cents {
                return Err(BillingError::TooMuch { left: left.sum() });
            }
            let failed = of_reason(&mut tx, invoice, reason).await?.len(); // nothing else is there of it
            let name = if failed == 0 { reason.into() } else { format!("{reason}{AGAIN}{failed}") };
            refund_in(&mut tx, &row, left, amount.cents, &name, now).await?;
            let detail = json!({ "amount": amount.to_string(), "reason": reason, "line": line });
            let object = format!("invoice:{}", row.number);
            audit::append(&mut tx, desk, by, Action::BillingRefund, &object, &detail, now).await?;
            refunded = amount;
        }
        tx.commit().await?;
        self.finish(desk, invoice).await?;
        Ok(refunded)
    }

    async fn record_release(&self, desk: DeskId, order: OrderId, reason: &str) -> Result<InvoiceId, BillingError> {
        let mut tx = self.db().begin().await?;
        let invoice = self.release_in(&mut tx, desk, order, reason).await?;
        tx.commit().await?;
        Ok(invoice)
    }

    /// Records a release in the caller's transaction, as the first half of [`Self::release`]; [`Self::finish`] is the other.
    pub async fn release_in(
        &self,
        tx: &mut Tx,
        desk: DeskId,
        order: OrderId,
        reason: &str,
    ) -> Result<InvoiceId, StoreError> {
        let now = self.now();
        rows::lock(tx, desk).await?;
        let mut order = orders::get(tx, desk, order).await?;
        let invoice = invoices::of_order(tx, desk, order.id).await?;
        let mut invoice = invoice.ok_or(StoreError::NotFound("invoice of the order"))?;
        let state = match order.state {
            OrderState::Open => OrderState::Cancelled,
            OrderState::Paid => OrderState::Refunded,
            // What was bought runs, or ran: that is paid back by people alone.
            OrderState::Fulfilled | OrderState::Cancelled | OrderState::Refunded => return Ok(invoice.id),
        };
        order.state = state;
        orders::save(tx, &mut order, now).await?;
        if state == OrderState::Cancelled {
            settle::void_in(tx, &mut invoice, now).await?;
        } else {
            let left = left_in(tx, &invoice).await?;
            let whole = left.sum().cents;
            refund_in(tx, &invoice, left, whole, "release", now).await?;
        }
        let detail = json!({ "reason": reason, "order": order.id, "state": state });
        let object = format!("invoice:{}", invoice.number);
        audit::append(tx, desk, Actor::System, Action::BillingRelease, &object, &detail, now).await?;
        Ok(invoice.id)
    }

    /// Finishes at the gateway what is recorded of an invoice: live attempts of a void one, refunds.
    ///
    /// # Errors
    /// As [`Self::release`].
    pub fn finish(&self, desk: DeskId, invoice: InvoiceId) -> BoxFuture<'_, Result<(), BillingError>> {
        Box::pin(async move {
            let (row, attempts) = self.read_invoice(desk, invoice).await?;
            if row.state == InvoiceState::Void {
                for attempt in attempts.iter().filter(|attempt| !attempt.state.is_final()) {
                    self.drive(desk, attempt.id, None).await?;
                }
            }
            let mut conn = self.db().read().await?;
            let all = refunds::of_invoice(&mut conn, invoice).await?;
            drop(conn);
            for refund in all {
                self.drive_refund(refund).await?;
            }
            Ok(())
        })
    }

    /// Drives a refund until it is over or the gateway has it.
    pub(crate) async fn drive_refund(&self, mut refund: Refund) -> Result<Refund, BillingError> {
        for _ in 0..ROUNDS {
            let (Some(attempt), RefundState::New | RefundState::Requested) = (refund.attempt, refund.state) else {
                return Ok(refund);
            };
            let mut conn = self.db().read().await?;
            let attempt = attempts::get(&mut conn, refund.desk, attempt).await?;
            drop(conn);
            let gateway = self.gateway_of(&attempt.gateway)?;
            let seen = match refund.gateway_id.clone() {
                Some(id) => {
                    self.ask("refund", "read", || gateway.refund_by_id(&id)).await?.map_err(BillingError::from)?
                }
                None => match self.request(gateway.as_ref(), &attempt, &refund).await? {
                    RefundAnswer::Made(made) => made,
                    RefundAnswer::Refused { code, text } => return self.refund_failed(refund, &code, &text).await,
                },
            };
            if seen.amount != refund.amount {
                return Err(BillingError::Confused(format!("with refund {} over {}", seen.id, seen.amount)));
            }
            let is_pending = seen.status == gateway::RefundStatus::Pending;
            refund = self.record_refund(refund, &seen).await?;
            if is_pending && refund.state == RefundState::Requested {
                return Ok(refund);
            }
        }
        Err(BillingError::Pending("the refund is being worked on by many at once".into()))
    }

    /// Asks for a refund, unless the gateway has it already: its answer may have been lost.
    async fn request(
        &self,
        gateway: &dyn Gateway,
        attempt: &Attempt,
        refund: &Refund,
    ) -> Result<RefundAnswer, BillingError> {
        let Some(intent) = attempt.intent.clone() else {
            return Ok(RefundAnswer::Refused { code: "no-intent".into(), text: "nothing was taken".into() });
        };
        let ours = refund.id.to_string();
        let find = async || -> Result<Option<gateway::Refund>, BillingError> {
            let all = gateway.refunds_of(&intent).await?;
            Ok(all.into_iter().find(|one| one.metadata.get(gateway::REFUND) == Some(&ours)))
        };
        if let Some(made) = find().await? {
            return Ok(RefundAnswer::Made(made));
        }
        let metadata = BTreeMap::from([(gateway::REFUND.into(), ours.clone()), (gateway::HOST.into(), self.host())]);
        let new = gateway::NewRefund { intent: intent.clone(), amount: refund.amount, metadata };
        let key = protocol::refund_key(refund.id);
        match self.ask("refund", "request", || gateway.refund(&key, &new)).await? {
            Ok(made) => Ok(RefundAnswer::Made(made)),
            Err(GatewayError::Refused { code, text }) => {
                Ok(find().await?.map_or(RefundAnswer::Refused { code, text }, RefundAnswer::Made))
            }
            Err(passing) => Err(passing.into()),
        }
    }

    async fn record_refund(&self, mut refund: Refund, seen: &gateway::Refund) -> Result<Refund, BillingError> {
        self.pass("refund", "settle", When::Before)?;
        let before = refund.clone();
        refund.gateway_id = Some(seen.id.clone());
        refund.state = protocol::refund_observed(seen.status);
        refund.error_text.clone_from(&seen.error);
        if refund != before {
            let (desk, id) = (refund.desk, refund.id);
            if !self.store_refund(&mut refund).await? {
                let mut conn = self.db().read().await?;
                refund = refunds::get(&mut conn, desk, id).await?;
            }
        }
        self.pass("refund", "settle", When::After)?;
        Ok(refund)
    }

    /// A refund that had arrived came back, such as from a card that was closed: nothing was paid back after all.
    pub(crate) async fn refund_came_back(
        &self,
        mut refund: Refund,
        seen: &gateway::Refund,
    ) -> Result<(), BillingError> {
        refund.state = protocol::refund_observed(seen.status);
        refund.error_text.clone_from(&seen.error);
        self.store_refund(&mut refund).await?;
        Ok(())
    }

    async fn refund_failed(&self, mut refund: Refund, code: &str, text: &str) -> Result<Refund, BillingError> {
        refund.state = RefundState::Failed;
        refund.error_text = Some(format!("{text} ({code})"));
        self.store_refund(&mut refund).await?;
        Ok(refund)
    }

    /// Stores a refund with what follows from it. False when somebody else moved it meanwhile.
    async fn store_refund(&self, refund: &mut Refund) -> Result<bool, BillingError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        rows::lock(&mut tx, refund.desk).await?;
        let before = refunds::get(&mut tx, refund.desk, refund.id).await?.state;
        match refunds::save(&mut tx, refund, now).await {
            Ok(()) => {}
            Err(StoreError::Stale(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let invoice = invoices::get(&mut tx, refund.desk, refund.invoice).await?;
        match refund.state {
            RefundState::Succeeded => refunded_in(&mut tx, &invoice, refund, now).await?,
            RefundState::Failed => {
                if before == RefundState::Succeeded {
                    postings::refund_back(&mut tx, &invoice, refund, now).await?;
                }
                let object = format!("invoice:{}", invoice.number);
                let detail = json!({ "amount": refund.amount.to_string(), "error": refund.error_text });
                let action = Action::BillingRefundFailed;
                audit::append(&mut tx, refund.desk, Actor::System, action, &object, &detail, now).await?;
                metrics::counter!("annex_billing_refunds_total", "outcome" => "failed").increment(1);
                tracing::error!(refund = %refund.id, error = refund.error_text, "a refund failed: a person has to look");
                let order = settle::order_of(&mut tx, &invoice).await?;
                mails::refund_failed(&mut tx, &invoice, order.as_ref(), refund, now).await?;
            }
            RefundState::New | RefundState::Requested => {}
        }
        tx.commit().await?;
        Ok(true)
    }
}

pub(crate) async fn refunded_in(
    tx: &mut Tx,
    invoice: &Invoice,
    refund: &Refund,
    now: Timestamp,
) -> Result<(), StoreError> {
    postings::refunded(tx, invoice, refund, now).await?;
    let order = settle::order_of(tx, invoice).await?;
    let object = format!("invoice:{}", invoice.number);
    let detail = json!({ "amount": refund.amount.to_string(), "reason": refund.reason });
    audit::append(tx, refund.desk, Actor::System, Action::BillingRefunded, &object, &detail, now).await?;
    metrics::counter!("annex_billing_refunds_total", "outcome" => "succeeded").increment(1);
    mails::refunded(tx, invoice, order.as_ref(), refund, now).await
}

async fn refunded_for(tx: &mut Tx, invoice: &Invoice, reason: &str) -> Result<Money, StoreError> {
    let refunds = of_reason(tx, invoice.id, reason).await?;
    let cents = refunds.iter().filter(|one| one.state != RefundState::Failed).map(|one| one.amount.cents).sum();
    Ok(Money::new(cents, invoice.total.currency))
}

async fn of_reason(tx: &mut Tx, invoice: InvoiceId, reason: &str) -> Result<Vec<Refund>, StoreError> {
    let mut refunds = refunds::of_invoice(tx, invoice).await?;
    refunds.retain(|one| {
        let rest = one.reason.strip_prefix(reason);
        rest.is_some_and(|rest| rest.is_empty() || rest == TO_CREDIT || rest.starts_with(AGAIN))
    });
    Ok(refunds)
}
