//! What happens to an invoice, in one transaction each: it is paid, it becomes due, it is void. With everything that
//! follows from it: the order, the subscriptions, the ledger, the job that goes on, the audit log, the mail.

use std::time::Duration;

use annex_domain::{
    audit::Action,
    billing::{AttemptState, InvoiceState, OrderState, SubscriptionState, TopUp},
    clock::Timestamp,
    ids::{DeskId, OrderId},
    operator::Actor,
};
use annex_store::{
    StoreError, Tx, audit,
    billing::{
        attempts::Attempt,
        invoices::{self, Invoice},
        orders::{self, Order},
        refunds::{self, NewRefund},
        subscriptions,
    },
    jobs::{self, NewJob},
};
use serde_json::json;

use crate::{bill, earnings, entitlement, ledger, mails, month, postings, publishers, top_up};

/// The job that goes on with an order whose invoice was due and is paid (lifecycle runs it).
pub const FULFIL_ORDER: &str = "fulfil-order";
/// The job that goes on after a monthly invoice was due and is paid (lifecycle runs it).
pub const RENEWAL_PAID: &str = "renewal-paid";

/// Of an attempt that was given up because it is paid in another way.
pub(crate) const SUPERSEDED: &str = "superseded";
/// How long whoever was led to their bank is not told that an invoice is due.
const QUIET_AT_BANK: Duration = Duration::from_hours(1);

/// How long credit can be paid for by whoever was led to their bank.
const TOP_UP_WAITS: Duration = Duration::from_hours(24);

/// The job that makes a desk's monthly bill out, charges it, and tries again what was declined (lifecycle runs it).
pub const BILL_DESK: &str = "bill-desk";

/// The key of a [`BILL_DESK`] job: there is one in line at most.
#[must_use]
pub fn bill_desk_key(desk: DeskId) -> String {
    format!("{BILL_DESK}:{desk}")
}

/// Lets lifecycle look at a desk's bill.
pub(crate) async fn bill_soon_in(tx: &mut Tx, desk: DeskId, now: Timestamp) -> Result<(), StoreError> {
    let (payload, unique_key) = (json!({}), Some(bill_desk_key(desk)));
    jobs::enqueue(tx, NewJob { kind: BILL_DESK, desk: Some(desk), payload, run_at: now, unique_key }, now).await?;
    Ok(())
}

/// The invoice is paid: by an attempt that succeeded, or (`None`) without any money from a gateway.
pub(crate) async fn paid_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    by: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    settled_in(tx, invoice, by, true, now).await
}

/// As [`paid_in`]; without `tell` nobody is told, because what is left goes on the next bill.
pub(crate) async fn settled_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    by: Option<&Attempt>,
    tell: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !matches!(invoice.state, InvoiceState::Open | InvoiceState::Due) {
        // The money came for something that is over: it goes back.
        let Some(attempt) = by else { return Ok(()) };
        postings::taken(tx, invoice, attempt, now).await?;
        return Box::pin(late_in(tx, invoice, attempt, now)).await;
    }
    if let Some(attempt) = by {
        postings::taken(tx, invoice, attempt, now).await?;
        // Less is owed than when it was begun; and nothing is, where credit is bought: all of it comes to the credit.
        let owed = if invoice.top_up.is_some() { 0 } else { invoice.to_take().cents };
        let over = attempt.amount.cents - owed;
        postings::overpaid(tx, invoice, attempt, over.max(0), now).await?;
    }
    let was_due = invoice.state == InvoiceState::Due;
    invoice.state = InvoiceState::Paid;
    invoice.paid_at = Some(now);
    invoice.retry_at = None;
    invoices::save(tx, invoice, now).await?;
    let by_card = if by.is_some() { invoice.to_take().cents } else { 0 };
    earnings::paid(tx, invoice, by_card, now).await?;
    let order = order_of(tx, invoice).await?;
    match &order {
        Some(order) => order_paid_in(tx, order.clone(), was_due, now).await?,
        // It may be less than the threshold still.
        None if invoice.top_up.is_some() => top_up::look_soon(tx, invoice.desk, now).await?,
        None => month_paid_in(tx, invoice, was_due, now).await?,
    }
    log(tx, invoice, Action::BillingPaid, by, now).await?;
    if tell && invoice.top_up.is_none() {
        publishers::invoice_paid(tx, invoice, now).await?;
    }
    if tell && invoice.owed() > 0 {
        let told_due = was_due && invoice.top_up.is_none();
        mails::receipt(tx, invoice, order.as_ref(), by, told_due, now).await?;
    }
    metrics::counter!("annex_billing_invoices_total", "outcome" => "paid").increment(1);
    Ok(())
}

/// Money came for an invoice that is over: it goes back as it came.
async fn late_in(tx: &mut Tx, invoice: &Invoice, attempt: &Attempt, now: Timestamp) -> Result<(), StoreError> {
    let (amount, reason) = (attempt.amount, format!("late:{}", attempt.number));
    let (id, attempt, lines) = (invoice.id, Some(attempt.id), Vec::new());
    let new = NewRefund { desk: invoice.desk, invoice: id, attempt, amount, not_owed: 0, reason, lines };
    refunds::insert(tx, &new, now).await?;
    Ok(())
}

async fn order_paid_in(tx: &mut Tx, mut order: Order, was_due: bool, now: Timestamp) -> Result<(), StoreError> {
    if order.state != OrderState::Open {
        return Ok(());
    }
    order.state = OrderState::Paid;
    orders::save(tx, &mut order, now).await?;
    // While it was open its saga waits in `charge` and goes on by itself.
    if was_due { go_on_in(tx, order.desk, order.id, now).await } else { Ok(()) }
}

/// Lets lifecycle go on with a paid order.
pub(crate) async fn go_on_in(tx: &mut Tx, desk: DeskId, order: OrderId, now: Timestamp) -> Result<(), StoreError> {
    let payload = json!({ "desk": desk, "order": order });
    let unique_key = Some(format!("{FULFIL_ORDER}:{order}"));
    jobs::enqueue(tx, NewJob { kind: FULFIL_ORDER, desk: Some(desk), payload, run_at: now, unique_key }, now).await?;
    Ok(())
}

/// A month is paid: its subscriptions are, up to the end of their lines. One that was stopped meanwhile gets the running
/// month instead of one that is over; the rest of a month ([`month::rest_in`]) is followed by the next rest.
async fn month_paid_in(tx: &mut Tx, invoice: &Invoice, was_due: bool, now: Timestamp) -> Result<(), StoreError> {
    let bill = annex_store::billing::desks::get(tx, invoice.desk).await?;
    for line in invoices::lines(tx, invoice.desk, invoice.id).await? {
        let (Some(id), Some(to)) = (line.subscription, line.period_to) else { continue };
        let mut subscription = subscriptions::get(tx, invoice.desk, id).await?;
        let was_past_due = subscription.state == SubscriptionState::PastDue;
        let mut through = subscription.paid_through.map_or(to, |paid| paid.max(to));
        let is_month = invoice.period_from.is_some();
        // When the next bill has come, it is made out from the end of these lines by itself.
        let before_bill = bill.as_ref().filter(|bill| was_past_due && bill.next_bill_at > now);
        if let Some(bill) = before_bill {
            // Within the days of grace it ran all the time.
            let stopped = invoice.due_since.is_some_and(|since| since.after(entitlement::GRACE) <= now);
            through = match (is_month, stopped) {
                (true, _) => through.max(bill.next_bill_on),
                (false, true) => through.max(bill::day_at(bill, now)),
                (false, false) => through,
            };
        }
        subscription.paid_through = Some(through);
        let unpaid = invoices::unpaid_of_subscription(tx, invoice.desk, id).await?;
        if was_past_due && unpaid.is_empty() {
            subscription.state = SubscriptionState::Active;
        }
        subscriptions::save(tx, &mut subscription, now).await?;
        if before_bill.is_some() && !is_month && subscription.state == SubscriptionState::Active {
            month::rest_in(tx, &subscription, now).await?;
        }
    }
    if was_due {
        let payload = json!({ "desk": invoice.desk, "invoice": invoice.id });
        let unique_key = Some(format!("{RENEWAL_PAID}:{}", invoice.id));
        let desk = Some(invoice.desk);
        jobs::enqueue(tx, NewJob { kind: RENEWAL_PAID, desk, payload, run_at: now, unique_key }, now).await?;
    }
    Ok(())
}

/// The charge did not work, or waits for the payer: the invoice is to be paid by hand (R10). What it pays for goes on.
pub(crate) async fn due_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    after: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if invoice.state != InvoiceState::Open {
        return Ok(());
    }
    let asked = after.is_some_and(|after| after.state == AttemptState::ActionRequired);
    if invoice.top_up.is_some_and(|by| by == TopUp::Threshold || !asked) {
        return top_up::declined_in(tx, invoice, after, now).await;
    }
    invoice.state = InvoiceState::Due;
    invoice.due_since = Some(now);
    let order = order_of(tx, invoice).await?;
    invoice.retry_at = ledger::next_try(now, now).filter(|_| order.is_none() && invoice.top_up.is_none());
    invoices::save(tx, invoice, now).await?;
    if order.is_none() {
        for line in invoices::lines(tx, invoice.desk, invoice.id).await? {
            let Some(id) = line.subscription else { continue };
            let mut subscription = subscriptions::get(tx, invoice.desk, id).await?;
            if subscription.state == SubscriptionState::Active {
                subscription.state = SubscriptionState::PastDue;
                subscriptions::save(tx, &mut subscription, now).await?;
            }
        }
    }
    log(tx, invoice, Action::BillingDue, after, now).await?;
    // Whoever orders or tops up and is led to their bank knows; see `still_due_in` and `forgotten_in`.
    let at_bank = asked && (order.is_some() || invoice.top_up.is_some());
    if !at_bank {
        mails::payment_due(tx, invoice, order.as_ref(), after, now).await?;
    }
    metrics::counter!("annex_billing_invoices_total", "outcome" => "due").increment(1);
    Ok(())
}

/// A month that was tried again by itself was declined again; or an order was declined whose payer has not been told yet.
pub(crate) async fn still_due_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    after: &Attempt,
    now: Timestamp,
) -> Result<(), StoreError> {
    if invoice.top_up.is_some() {
        let goes_on = invoice.state != InvoiceState::Due
            || after.state == AttemptState::ActionRequired
            || after.error_code.as_deref() == Some(SUPERSEDED);
        return if goes_on { Ok(()) } else { top_up::declined_in(tx, invoice, Some(after), now).await };
    }
    let order = order_of(tx, invoice).await?;
    let told = match order {
        Some(_) => after.state != AttemptState::ActionRequired && after.error_code.as_deref() != Some(SUPERSEDED),
        None => after.off_session,
    };
    if invoice.state == InvoiceState::Due && told {
        mails::payment_due(tx, invoice, order.as_ref(), Some(after), now).await?;
    }
    Ok(())
}

/// The payer of an order was led to their bank, and nobody has come back for so long that they are told. What was to be topped
/// up is given up in the end.
pub(crate) async fn forgotten_in(
    tx: &mut Tx,
    invoice: &mut Invoice,
    waiting: &Attempt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let since = invoice.due_since.filter(|_| invoice.state == InvoiceState::Due);
    if invoice.top_up.is_some() {
        let over = since.is_some_and(|since| now.since(since) >= TOP_UP_WAITS);
        return if over { void_in(tx, invoice, now).await } else { Ok(()) };
    }
    match order_of(tx, invoice).await? {
        Some(order) if since.is_some_and(|since| now.since(since) >= QUIET_AT_BANK) => {
            mails::payment_due(tx, invoice, Some(&order), Some(waiting), now).await
        }
        _ => Ok(()),
    }
}

/// Nothing is owed any more; what it had used of the credit is back.
pub(crate) async fn void_in(tx: &mut Tx, invoice: &mut Invoice, now: Timestamp) -> Result<(), StoreError> {
    if !matches!(invoice.state, InvoiceState::Open | InvoiceState::Due) {
        return Ok(());
    }
    postings::voided(tx, invoice, now).await?;
    invoice.state = InvoiceState::Void;
    invoice.credit_used = 0;
    invoice.retry_at = None;
    invoices::save(tx, invoice, now).await?;
    log(tx, invoice, Action::BillingVoid, None, now).await
}

/// The order of an invoice; none for a monthly one.
pub(crate) async fn order_of(tx: &mut Tx, invoice: &Invoice) -> Result<Option<Order>, StoreError> {
    match invoice.order {
        Some(order) => Ok(Some(orders::get(tx, invoice.desk, order).await?)),
        None => Ok(None),
    }
}

async fn log(
    tx: &mut Tx,
    invoice: &Invoice,
    action: Action,
    attempt: Option<&Attempt>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let object = format!("invoice:{}", invoice.number);
    let detail = json!({
        "amount": invoice.total.to_string(),
        "credit": invoice.credit_used,
        "attempt": attempt.map(|attempt| attempt.number),
        "error": attempt.and_then(|attempt| attempt.error_code.as_deref()),
    });
    audit::append(tx, invoice.desk, Actor::System, action, &object, &detail, now).await
}
